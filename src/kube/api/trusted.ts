import { createSecureContext, type SecureContext } from 'node:tls';
import { certificatesOf } from '../golang/tls.ts';
import type { Certificate } from '../golang/x509.ts';

/** The authorities that a server is verified by: as OpenSSL takes them, and as certificates that can be read. */
interface Trusted {
  readonly secureContext: SecureContext;
  readonly certificates: readonly Certificate[];
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
const trustedBy: TrustedBy = caPem => ({
  secureContext: createSecureContext(trustOf(caPem)),
  certificates: certificatesOf(Buffer.from(caPem)),
});
/** How a server is verified by these authorities. An intermediate that is given is trusted as a root is, as Go does. */
export const trustOf = (ca: string | readonly string[]) => ({
  ca: typeof ca === 'string' ? ca : [...ca],
  allowPartialTrustChain: true,
  minVersion: 'TLSv1.2' as const,
});
