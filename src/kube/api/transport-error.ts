import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { type Cause, causes } from '../../base/cause.ts';
import { printable } from '../../base/errors.ts';

/** A request that got no usable answer. The message never holds a header or a body. */
export class TransportError extends Error {
  readonly reason: Cause;
  /** the server has not looked at it, so that even a write can be sent again */
  readonly unsent: boolean;
  constructor(reason: Cause, message: string, unsent = false) {
    super(message);
    this.name = 'TransportError';
    this.reason = reason;
    this.unsent = unsent;
  }
}

/** The causes that Node's and OpenSSL's error codes stand for. */
const byCode: readonly (readonly [RegExp, Cause])[] = [
  [/^(EMFILE|ENFILE|ENOBUFS|ENOMEM|EADDRNOTAVAIL|EADDRINUSE|EAFNOSUPPORT|ENETUNREACH|ENETDOWN|EACCES|EPERM)$/, 'this-machine'],
  [/^(ENOTFOUND|EAI_)/, 'dns'],
  [/^(ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN)$/, 'refused'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(VERIFY|GET)|CERT_SIGNATURE|CERT_UNTRUSTED|CERT_REJECTED|ERR_TLS_CERT_SIGNATURE)/, 'unknown-ca'],
  [/^ERR_TLS_CERT_ALTNAME/, 'san-mismatch'],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'certificate-expired'],
  [/^INVALID_PURPOSE$/, 'certificate-usage'],
  [/^(INVALID_CA|PATH_LENGTH_EXCEEDED|CERT_CHAIN_TOO_LONG)/, 'certificate-authority'],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)/, 'not-tls'],
  [/^ERR_SSL_(UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_SSL_VERSION)$/, 'tls-version'],
  [
    /^ERR_SSL_(TLSV13_ALERT_CERTIFICATE_REQUIRED|(SSLV3|TLSV1)_ALERT_((BAD|UNSUPPORTED|NO)_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED))$/,
    'client-certificate',
  ],
  [/^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE|UND_)/, 'reset'],
  [/^HPE_INVALID_(CONSTANT|VERSION|STATUS)/, 'not-an-api'],
  [/^HPE_/, 'malformed'],
  [/^(ERR_SSL|ERR_TLS|EPROTO|ERR_OSSL)/, 'tls'],
];
/** What OpenSSL says in its message alone. */
const byMessage: readonly (readonly [RegExp, Cause])[] = [
  [/WRONG_VERSION_NUMBER|packet length too long/i, 'not-tls'],
  [/unsupported certificate purpose|unsuitable certificate purpose/i, 'certificate-usage'],
  [
    /subtree violation|excluded subtree|permitted subtree|name constraint|path length|invalid CA certificate|basic constraints/i,
    'certificate-authority',
  ],
  [/key too (small|weak)|(key|md|digest|signature) (is )?too weak|CA signature digest|ee key/i, 'certificate-weak'],
];
/** Anything thrown on the way to an answer, as a cause and one line that names the host. */
export const transportError = (error: unknown, host: string): TransportError => {
  if (error instanceof TransportError) return error;
  const { code, message } = partsOf(error);
  const candidate =
    byMessage.find(([pattern]) => pattern.test(message))?.[1] ?? byCode.find(([pattern]) => pattern.test(code))?.[1] ?? 'reset';
  const cause = candidate === 'dns' && outOfFiles() ? 'this-machine' : candidate;
  const detail = cause === 'san-mismatch' || (cause !== 'reset' && code.startsWith('CERT_')) ? `: ${printable(message).slice(0, 300)}` : '';
  return new TransportError(cause, `${host}: ${causes[cause].one}${code === '' ? '' : ` (${printable(code)})`}${detail}`);
};
const partsOf = (error: unknown): { code: string; message: string } => {
  if (!(error instanceof Error)) return { code: '', message: '' };
  const code: unknown = 'code' in error ? error.code : undefined;
  return { code: typeof code === 'string' ? code : '', message: error.message };
};
/** A resolver that gets no file says no more than that it found nothing. */
const outOfFiles = (): boolean => {
  try {
    closeSync(openSync(devNull, 'r'));
    return false;
  } catch {
    return true;
  }
};
