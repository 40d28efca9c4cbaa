import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type Cause, causes } from '../../base/cause.ts';
import { printable } from '../../base/errors.ts';
import { shownName } from '../../base/shown.ts';
import { type Certificate, type ParsedCertificate, parseCertificate } from '../golang/x509.ts';
import { factsOf } from '../golang/x509-facts.ts';
import { isForHost } from '../golang/x509-hostname.ts';
import { type ChainFault, type Verdict, verifyChain } from '../golang/x509-verify.ts';
import { TransportError, transportError } from './transport-error.ts';
import type { Roots } from './trusted.ts';

/** What a server is judged by; the authorities that the socket has been given where there are no roots. */
export interface Trust extends Partial<Roots> {
  /** the host that the certificate must be for */
  readonly name: string;
  /** for messages */
  readonly host: string;
  /** milliseconds since the epoch */
  readonly now: number;
}
/** Whether a server's certificate is trusted, or why not. */
export type TrustVerdict =
  | { readonly trusted: true }
  | { readonly trusted: false; readonly fault: TransportError }
  /** OpenSSL has gone another way than this one, and must be asked again with these CAs alone */
  | { readonly trusted: 'through'; readonly caPem: string };
const untrusted = (fault: TransportError): TrustVerdict => ({ trusted: false, fault });

/**
 * Whether what a server has shown is to be trusted, as Go's verifier has it, for that is the operator's. OpenSSL must be content too,
 * except where it is known to ask for more than Go does.
 */
export const judgeTrust = (socket: TLSSocket, shown: readonly X509Certificate[], trust: Trust): TrustVerdict => {
  const [first] = shown;
  if (first === undefined) return untrusted(new TransportError('tls', `${trust.host}: the server shows no certificate`));
  const certificates = shown.map(({ raw }) => rootOf(raw, trust) ?? parseCertificate(new Uint8Array(raw)));
  const malformation = certificates.find(one => !one.ok);
  if (malformation?.ok === false) return untrusted(faulty('certificate-malformed', malformation.message, trust));
  const [leaf, ...intermediates] = certificates.flatMap(one => (one.ok ? [one.value] : []));
  if (leaf === undefined) return untrusted(new TransportError('tls', `${trust.host}: the server shows no certificate`));
  const verdict = verdictOn(leaf, intermediates, trust, socket.authorized);
  if (!verdict.trusted) return untrusted(verdict.fault === 'name' ? misnamed(first, trust) : faulty(...meanings[verdict.fault], trust));
  const error = socket.authorized ? null : socket.authorizationError;
  if (error === null) return { trusted: true };
  const fault = transportError(named(error), trust.host);
  // Without a CA of its own nobody but OpenSSL has looked at the chain.
  if (trust.roots === undefined) return untrusted(fault);
  if (stricterCodes.has(codeOf(error))) return { trusted: true };
  return fault.reason === 'unknown-ca'
    ? {
        trusted: 'through',
        caPem: verdict.through
          .slice(verdict.through.length > 1 ? 1 : 0)
          .map(pemOf)
          .join('\n'),
      }
    : untrusted(fault);
};
const pemOf = ({ bytes }: Certificate): string => new X509Certificate(bytes).toString();
/** One of the roots, which were parsed already; OpenSSL adds it to what a server sends. */
const rootOf = (bytes: Uint8Array, { roots = [] }: Trust): ParsedCertificate | undefined => {
  const root = roots.find(one => Buffer.compare(one.bytes, bytes) === 0);
  return root === undefined ? undefined : { ok: true, value: root };
};
/** Go's verdict; without a CA of its own a socket rests on those of the system, which OpenSSL has judged by, and only the name is left to judge. */
const verdictOn = (leaf: Certificate, intermediates: readonly Certificate[], trust: Trust, authorized: boolean): Verdict => {
  const { roots, isOneRoot = false, name, now } = trust;
  if (roots === undefined)
    return isForHost(name, factsOf(leaf).names ?? { dns: [], addresses: [], emails: [], uris: [] })
      ? { trusted: true, through: [leaf] }
      : { trusted: false, fault: 'name' };
  // With one root and nothing between there is one chain: OpenSSL, where it is content, has verified its signature.
  const isVerified = authorized && isOneRoot && roots.length === 1 && intermediates.every(one => one === roots[0]);
  return verifyChain({ leaf, intermediates, roots, name, now, isVerified });
};

/** What a server has sent, the leaf first, each once; a root that OpenSSL adds does no harm. It is 100 KiB at most. */
export const chainOf = (socket: TLSSocket): readonly X509Certificate[] => {
  const chain: X509Certificate[] = [];
  for (let next = socket.getPeerX509Certificate(); next !== undefined; next = next.issuerCertificate) {
    const { raw } = next;
    if (!chain.some(one => one.raw.equals(raw))) chain.push(next);
  }
  return chain;
};

/** Key usages of a leaf, anyExtendedKeyUsage and some of the limits of CAs: OpenSSL looks at them in its own way. */
const stricterCodes = new Set(['INVALID_PURPOSE', 'UNSPECIFIED']);
/** Whether OpenSSL alone may be the reason of a failed handshake. */
export const isStricter = ({ reason }: TransportError): boolean =>
  ['certificate-usage', 'certificate-authority', 'unknown-ca'].includes(reason);
const codeOf = (error: Error | string): string =>
  typeof error === 'string' ? error : 'code' in error ? String(error.code) : error.message;
const named = (error: Error | string): Error =>
  typeof error === 'string' ? Object.assign(new Error(error), { code: error }) : Object.assign(error, { code: codeOf(error) });

/** The operator logs the words behind; crypto/x509 verify.go. */
const meanings: Readonly<Record<Exclude<ChainFault, 'name'>, readonly [Cause, string]>> = {
  'unhandled-extension': ['certificate-malformed', 'unhandled critical extension'],
  expired: ['certificate-expired', ''],
  'unknown-authority': ['unknown-ca', ''],
  'no-authority': ['certificate-authority', 'a certificate that may not sign others has signed one'],
  weak: ['certificate-weak', 'signatures with SHA-1 or MD5 and RSA keys below 1024 bits are refused'],
  'path-length': ['certificate-authority', 'too many intermediates for path length constraint'],
  usage: ['certificate-usage', 'certificate specifies an incompatible key usage'],
  constraint: ['certificate-authority', 'a root or intermediate certificate is not authorized to sign for this name'],
};
const faulty = (cause: Cause, detail: string, { host }: Trust): TransportError =>
  new TransportError(cause, `${host}: ${causes[cause].one}${detail === '' ? '' : `: ${printable(detail)}`}`);
const misnamed = ({ subjectAltName }: X509Certificate, { host, name }: Trust): TransportError => {
  const names = subjectAltName === undefined ? 'it names nothing in its SANs' : `it is for ${printable(subjectAltName).slice(0, 300)}`;
  return new TransportError(
    'san-mismatch',
    `${host}: ${causes['san-mismatch'].one}: ${names}, and ${printable(shownName(name))} is wanted`,
  );
};
