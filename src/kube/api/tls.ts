import { isIP, connect as netConnect, type Socket } from 'node:net';
import { checkServerIdentity, getCACertificates, type PeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { printable } from '../../base/errors.ts';
import type { Cause } from '../../base/read.ts';

export interface TlsFacts {
  readonly subject: string;
  readonly sans: readonly string[];
  /** milliseconds since the epoch */
  readonly notAfter: number;
}

export interface Limits {
  /** milliseconds for one request, all phases included */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

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
const causes: readonly (readonly [RegExp, Cause])[] = [
  [/^(ENOTFOUND|EAI_)/, 'dns'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, 'refused'],
  [/^ETIMEDOUT/, 'timeout'],
  [/^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(VERIFY|GET)|CERT_SIGNATURE|CERT_UNTRUSTED|INVALID_CA|ERR_TLS_CERT_SIGNATURE)/, 'unknown-ca'],
  [/^ERR_TLS_CERT_ALTNAME/, 'san-mismatch'],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/, 'certificate-expired'],
  [/^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)|EPROTO_NOT_TLS)/, 'not-tls'],
  [/^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|UND_)/, 'reset'],
  [/^(ERR_SSL|ERR_TLS|EPROTO|ERR_OSSL)/, 'tls'],
];
export const transportError = (error: unknown, host: string): TransportError => {
  if (error instanceof TransportError) return error;
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  const cause = /WRONG_VERSION_NUMBER|packet length too long/i.test(message)
    ? 'not-tls'
    : (causes.find(([pattern]) => pattern.test(code))?.[1] ?? 'reset');
  return new TransportError(
    cause,
    `${host}: ${said[cause]}${code === '' ? '' : ` (${code})`}${cause === 'san-mismatch' ? `: ${printable(message)}` : ''}`,
  );
};
const said: Readonly<Partial<Record<Cause, string>>> = {
  dns: 'the name does not resolve',
  refused: 'the connection is refused',
  timeout: 'no answer in time',
  reset: 'the connection broke',
  'not-tls': 'the port does not speak TLS',
  'unknown-ca': 'the served certificate is not signed by the given CA',
  'san-mismatch': 'the served certificate is not for this name',
  'certificate-expired': 'the served certificate has expired or is not valid yet',
  tls: 'the TLS handshake failed',
};

/** Where and how to shake hands, without any credential. */
export interface Endpoint {
  readonly server: string;
  readonly caPem?: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly insecure?: boolean;
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}

/** TLS as Go does it: SANs only (no common name), a CA in the bundle may be an intermediate one. */
export const handshake = async (
  endpoint: Endpoint,
  { timeout, signal }: Limits,
): Promise<{ socket: TLSSocket; facts: TlsFacts; ms: number }> => {
  const url = new URL(endpoint.server);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 443);
  const started = performance.now();
  return new Promise((done, broken) => {
    if (signal.aborted) return broken(signal.reason as Error);
    let socket: Socket | undefined;
    const finish = (error: unknown): void => {
      clear();
      socket?.destroy();
      broken(signal.aborted ? (signal.reason as Error) : transportError(error, url.host));
    };
    const timer = setTimeout(() => finish(new TransportError('timeout', `${url.host}: no answer within ${timeout / 1000}s`)), timeout);
    const interrupted = (): void => finish(signal.reason);
    signal.addEventListener('abort', interrupted, { once: true });
    const clear = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
    };
    const secure = (over: Socket | undefined): void => {
      const name = endpoint.tlsServerName ?? host;
      // To ask for it once more would decode it once more.
      let served: PeerCertificate | undefined;
      const tls = tlsConnect({
        ...(over === undefined ? { host, port } : { socket: over }),
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ca: endpoint.caPem ?? publicAuthorities(),
        ...(endpoint.clientCertificate ?? {}),
        rejectUnauthorized: endpoint.insecure !== true,
        allowPartialTrustChain: true,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['h2', 'http/1.1'],
        checkServerIdentity: (_host, certificate) => {
          served = certificate;
          return sanOnly(name, certificate);
        },
      });
      socket = tls;
      tls.once('error', finish);
      tls.once('close', () => finish(new TransportError('reset', `${url.host}: the connection broke during the handshake`)));
      tls.once('secureConnect', () => {
        clear();
        tls.removeAllListeners('close');
        tls.removeListener('error', finish);
        done({ socket: tls, facts: factsOf(served ?? tls.getPeerCertificate()), ms: Math.round(performance.now() - started) });
      });
    };
    if (endpoint.proxyUrl === undefined) return secure(undefined);
    tunnel(endpoint.proxyUrl, `${host.includes(':') ? `[${host}]` : host}:${port}`, over => {
      socket = over;
    }).then(secure, finish);
  });
};
/** Where no CA is given. Node's default is these and what NODE_EXTRA_CA_CERTS adds, and no variable may widen the trust in a server. */
const publicAuthorities = (): string[] => getCACertificates('bundled');
const sanOnly = (name: string, certificate: PeerCertificate): Error | undefined => {
  if (certificate.subjectaltname === undefined) {
    return Object.assign(new Error(`it names nothing in its SANs, and ${name} is wanted`), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  }
  const mismatch = checkServerIdentity(name, certificate);
  return mismatch === undefined
    ? undefined
    : Object.assign(new Error(`it is for ${certificate.subjectaltname}, and ${name} is wanted`), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
};
const factsOf = (certificate: PeerCertificate): TlsFacts => ({
  subject: [certificate.subject?.CN].flat().join(', '),
  sans: certificate.subjectaltname?.split(', ') ?? [],
  notAfter: Date.parse(certificate.valid_to),
});

/** An HTTP CONNECT tunnel through an http:// proxy; nothing of ours is sent through it but the CONNECT line. */
const tunnel = (proxy: string, target: string, opened: (socket: Socket) => void): Promise<Socket> =>
  new Promise((done, broken) => {
    const url = new URL(proxy);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      return broken(new TransportError('proxy', `the proxy ${url.host} is ${url.protocol}//, which is not tried from here`));
    const raw =
      url.protocol === 'https:'
        ? tlsConnect({ host: url.hostname, port: Number(url.port || 443), ca: publicAuthorities(), rejectUnauthorized: true })
        : netConnect({ host: url.hostname, port: Number(url.port || 80) });
    opened(raw);
    const failed = (detail: string): void => broken(new TransportError('proxy', `the proxy ${url.host}: ${detail}`));
    raw.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'failed'));
    const authorization =
      url.username === ''
        ? ''
        : `Proxy-Authorization: Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}\r\n`;
    raw.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () =>
      raw.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`),
    );
    let head = '';
    const listen = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return head.length > 16_384 ? failed('its answer is too long') : undefined;
      raw.removeListener('data', listen);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status?.startsWith('2') === true) return done(raw);
      failed(`answered ${status ?? 'no HTTP'} to CONNECT`);
    };
    raw.on('data', listen);
  });

/** Proves that the CA fits what is served at the endpoint. Sends no credential. */
export const shakeHands = async (endpoint: Endpoint, limits: Limits): Promise<{ facts: TlsFacts; ms: number }> => {
  const { socket, facts, ms } = await handshake(endpoint, limits);
  socket.destroy();
  return { facts, ms };
};
