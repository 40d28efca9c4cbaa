import { createSecureContext, type SecureContext } from 'node:tls';
import { certificatesOf } from '../golang/tls.ts';
import type { Certificate } from '../golang/x509.ts';

/** The authorities of a CA, as Go takes them. */
export interface Roots {
  readonly roots: readonly Certificate[];
  /** whether OpenSSL is given one root and nothing beside it, be it something that Go passes over */
  readonly isOneRoot: boolean;
}
/** The same, and as OpenSSL takes them. */
interface Trusted extends Roots {
  readonly secureContext: SecureContext;
}
/** The authorities of a CA as PEM, made once for all servers of a run that share it. */
export type TrustedBy = (caPem: string) => Trusted;

export const trustedOnce = (): TrustedBy => {
  const trustByPem = new Map<string, Trusted>();
  return caPem => {
    const trusted = trustByPem.get(caPem) ?? trustedBy(caPem);
    trustByPem.set(caPem, trusted);
    return trusted;
  };
};
const trustedBy: TrustedBy = caPem => ({ ...rootsIn(caPem), secureContext: createSecureContext(trustOf(caPem)) });
/** Of several blocks OpenSSL takes some that Go does not: called X509 CERTIFICATE, with headers, or malformed in a way that it does not mind. */
export const rootsIn = (caPem: string): Roots => ({
  roots: certificatesOf(Buffer.from(caPem)),
  isOneRoot: caPem.indexOf('-----BEGIN') === caPem.lastIndexOf('-----BEGIN'),
});
/** How a server is verified by these authorities. An intermediate that is given is trusted as a root is, as Go does. */
export const trustOf = (ca: string | readonly string[]) => ({
  ca: typeof ca === 'string' ? ca : [...ca],
  allowPartialTrustChain: true,
  minVersion: 'TLSv1.2' as const,
});
