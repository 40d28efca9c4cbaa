import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { printable, UserError, usage } from '../errors.ts';
import type { SelectedContext } from '../kubeconfig/user.ts';
import { reveal } from '../model/credential.ts';
import type { StoredKubeconfig, TlsFacts } from '../model/inventory.ts';
import type { Cause } from '../model/read.ts';

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** goes on after Ctrl-C: a write that was sent may have landed, so its answer is awaited, and a roll-back needs its reads */
  readonly mustFinish?: boolean;
}
export interface Answer {
  readonly status: number;
  /** parsed JSON, or the text of anything else */
  readonly body: unknown;
}
/** A way to one API server with one credential. Never shared between contexts. */
export interface Connection {
  readonly context: string;
  readonly server: string;
  readonly request: (request: Request) => Promise<Answer>;
  readonly close: () => void;
}
export interface Limits {
  /** milliseconds for one request, all phases included */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** A request that got no usable answer. The message never holds a header or a body. */
export class TransportError extends Error {
  readonly reason: Cause;
  constructor(reason: Cause, message: string) {
    super(message);
    this.name = 'TransportError';
    this.reason = reason;
  }
}

const maxBody = 32 * 1024 * 1024;
const unstoppable = new AbortController().signal;
const retryable = new Set([429, 503]);
/** A pause that Ctrl-C ends: it then throws the signal's reason. */
export const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done, broken) => {
    if (signal.aborted) {
      broken(signal.reason as Error);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      broken(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });

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
const transportError = (error: unknown, host: string): TransportError => {
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

interface Wire {
  readonly url: URL;
  readonly agent: Agent | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One HTTP exchange: no redirects, a size limit, one deadline for all phases. */
const exchange = ({ url, agent, headers }: Wire, request: Request, limits: Limits): Promise<Answer & { retryAfter: number }> =>
  new Promise((done, broken) => {
    const { timeout } = limits;
    const signal = request.mustFinish === true ? unstoppable : limits.signal;
    if (signal.aborted) return broken(signal.reason as Error);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const outgoing = send(
      {
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || (url.protocol === 'http:' ? 80 : 443),
        path: `${url.pathname.replace(/\/+$/, '')}${request.path}`,
        method: request.method ?? 'GET',
        ...(agent === undefined ? {} : { agent }),
        headers: {
          Accept: request.accept ?? 'application/json',
          'User-Agent': 'kubectl-k8ssandra',
          ...(body === undefined
            ? {}
            : { 'Content-Type': request.contentType ?? 'application/json', 'Content-Length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (incoming: IncomingMessage) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBody) finish(new TransportError('malformed', `${url.host}: the answer is larger than ${maxBody} bytes`));
          else chunks.push(chunk);
        });
        incoming.on('error', finish);
        incoming.on('aborted', () => finish(new TransportError('reset', `${url.host}: the answer broke off`)));
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 0;
          const text = Buffer.concat(chunks).toString('utf8');
          if (status >= 300 && status < 400)
            return finish(new TransportError('http', `${url.host}: answered with a redirect, which is not followed`));
          const seconds = Number(incoming.headers['retry-after'] ?? '1');
          const json = /json/.test(incoming.headers['content-type'] ?? '') ? parse(text) : { ok: true as const, value: text };
          if (!json.ok && status < 400) return finish(new TransportError('malformed', `${url.host}: the answer is not valid JSON`));
          finish(undefined, { status, body: json.ok ? json.value : text, retryAfter: Number.isFinite(seconds) ? Math.min(seconds, 5) : 1 });
        });
      },
    );
    const timer = setTimeout(() => finish(new TransportError('timeout', `${url.host}: no answer within ${timeout / 1000}s`)), timeout);
    const interrupted = (): void => finish(signal.reason as Error);
    signal.addEventListener('abort', interrupted, { once: true });
    const finish = (error?: unknown, answer?: Answer & { retryAfter: number }): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
      if (answer !== undefined) return done(answer);
      outgoing.destroy();
      broken(signal.aborted ? (signal.reason as Error) : transportError(error, url.host));
    };
    outgoing.on('error', finish);
    outgoing.end(body);
  });
const parse = (text: string): { ok: true; value: unknown } | { ok: false } => {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
};

/** Retries what is safe to retry: a throttled request always, a broken read once. */
const persistent = async (wire: Wire, request: Request, limits: Limits): Promise<Answer> => {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await exchange(wire, request, limits);
      if (attempt >= 2 || !retryable.has(answer.status)) return answer;
      await pauseFor(answer.retryAfter * 1000, limits.signal);
    } catch (error) {
      const reading = (request.method ?? 'GET') === 'GET';
      if (attempt >= 1 || !reading || !(error instanceof TransportError) || error.reason !== 'reset') throw error;
    }
  }
};

/** A connection with the USER's own context: client-node supplies exec and auth plugins, certificates, proxies. */
export const connectUser = async (selected: SelectedContext, limits: Limits): Promise<Connection> => {
  if (!URL.canParse(selected.server) || !/^https?:/.test(selected.server))
    throw usage(
      `context ${selected.name}: its server "${selected.server}" is not a URL`,
      'correct it in the kubeconfig, as in https://host:6443',
    );
  if (selected.server.startsWith('http:'))
    throw usage(
      `context ${selected.name}: its server ${selected.server} is plain http, so no credential is sent there`,
      'correct it in the kubeconfig, as in https://host:6443',
    );
  // Heavy, and useless to commands that talk to no cluster.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'cluster', cluster: selected.cluster }],
      users: [{ name: 'user', user: withExecInfo(selected) }],
      contexts: [{ name: selected.name, context: { cluster: 'cluster', user: 'user' } }],
      'current-context': selected.name,
    }),
  );
  const impersonation: Record<string, string> = {
    ...(selected.as === undefined ? {} : { 'Impersonate-User': selected.as }),
    ...(selected.asGroup.length === 0 ? {} : { 'Impersonate-Group': selected.asGroup.join(',') }),
  };
  const url = new URL(selected.server);
  const wireNow = async (): Promise<Wire> => {
    const options: Parameters<typeof config.applyToHTTPSOptions>[0] = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new UserError(
        `context ${selected.name}: its credentials could not be had: ${printable(firstLine(error))}`,
        `run kubectl --context ${selected.name} version to see the plugin's own message, and log in again`,
      );
    }
    const basic =
      options.auth === undefined || options.auth === null ? {} : { Authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` };
    const proxied = typeof selected.cluster['proxy-url'] === 'string';
    const { ca, cert, key, servername, rejectUnauthorized } = options as {
      ca?: Buffer;
      cert?: Buffer;
      key?: Buffer;
      servername?: string;
      rejectUnauthorized?: boolean;
    };
    const agent = proxied
      ? (options.agent as Agent)
      : new Agent({
          keepAlive: true,
          maxSockets: 32,
          allowPartialTrustChain: true,
          ...(ca === undefined ? {} : { ca }),
          ...(cert === undefined ? {} : { cert }),
          ...(key === undefined ? {} : { key }),
          ...(servername === undefined ? {} : { servername }),
          ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
        });
    return { url, agent, headers: { ...(options.headers as Record<string, string>), ...basic, ...impersonation } };
  };
  let wire = await wireNow();
  return {
    context: selected.name,
    server: selected.server,
    request: async request => {
      const answer = await persistent(wire, request, limits);
      if (answer.status !== 401) return answer;
      // A plugin's token may have run out during a long run: ask it once more.
      wire.agent?.destroy();
      wire = await wireNow();
      return persistent(wire, request, limits);
    },
    close: () => wire.agent?.destroy(),
  };
};
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';

/** kubectl tells an exec plugin what it is asked for; some plugins refuse to run without it. */
const withExecInfo = ({ user }: SelectedContext): unknown => {
  const { exec, tokenFile } = user;
  // client-go reads this field, and it wins over a token; client-node knows the same thing under another name.
  if (typeof tokenFile === 'string' && tokenFile !== '')
    return { ...user, token: undefined, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  if (typeof exec !== 'object' || exec === null) return user;
  const { apiVersion = 'client.authentication.k8s.io/v1', env = [] } = exec as { apiVersion?: string; env?: unknown[] };
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  return { ...user, exec: { ...exec, env: [...(Array.isArray(env) ? env : []), { name: 'KUBERNETES_EXEC_INFO', value: info }] } };
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
const handshake = async (endpoint: Endpoint, { timeout, signal }: Limits): Promise<{ socket: TLSSocket; facts: TlsFacts; ms: number }> => {
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
      const tls = tlsConnect({
        ...(over === undefined ? { host, port } : { socket: over }),
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ...(endpoint.caPem === undefined ? {} : { ca: endpoint.caPem }),
        ...(endpoint.clientCertificate ?? {}),
        rejectUnauthorized: endpoint.insecure !== true,
        allowPartialTrustChain: true,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['http/1.1'],
        checkServerIdentity: (_host, certificate) => sanOnly(name, certificate),
      });
      socket = tls;
      tls.once('error', finish);
      tls.once('close', () => finish(new TransportError('reset', `${url.host}: the connection broke during the handshake`)));
      tls.once('secureConnect', () => {
        clear();
        tls.removeAllListeners('close');
        tls.removeListener('error', finish);
        done({ socket: tls, facts: factsOf(tls.getPeerCertificate()), ms: Math.round(performance.now() - started) });
      });
    };
    if (endpoint.proxyUrl === undefined) return secure(undefined);
    tunnel(endpoint.proxyUrl, `${host.includes(':') ? `[${host}]` : host}:${port}`, over => {
      socket = over;
    }).then(secure, finish);
  });
};
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
        ? tlsConnect({ host: url.hostname, port: Number(url.port || 443) })
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

/** A connection with a STORED kubeconfig: verified first with no credential sent, no plugin run, no file opened. */
export const connectStored = async (
  context: string,
  stored: StoredKubeconfig,
  limits: Limits,
): Promise<Connection & { readonly tls: TlsFacts; readonly ms: number }> => {
  const { clientCertificatePem: cert, clientKey, token } = stored;
  const endpoint: Endpoint = {
    server: stored.server,
    insecure: stored.insecure,
    ...(stored.caPem === undefined ? {} : { caPem: stored.caPem }),
    ...(stored.tlsServerName === undefined ? {} : { tlsServerName: stored.tlsServerName }),
    ...(stored.proxyUrl === undefined ? {} : { proxyUrl: stored.proxyUrl }),
    ...(cert === undefined || clientKey === undefined ? {} : { clientCertificate: { cert, key: reveal(clientKey) } }),
  };
  const first = await handshake(endpoint, limits);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let fresh: TLSSocket | undefined = first.socket;
  // The verified socket carries the requests too: one handshake for each context.
  agent.createConnection = (_options, callback) => {
    const ready = fresh;
    fresh = undefined;
    if (ready !== undefined && !ready.destroyed) return ready;
    handshake(endpoint, limits).then(
      ({ socket }) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  // A credential is never sent where the certificate was not verified.
  const headers: Record<string, string> = token === undefined || stored.insecure ? {} : { Authorization: `Bearer ${reveal(token)}` };
  const wire: Wire = { url: new URL(stored.server), agent, headers };
  return {
    context,
    server: stored.server,
    tls: first.facts,
    ms: first.ms,
    request: request => persistent(wire, request, limits),
    close: () => {
      fresh?.destroy();
      agent.destroy();
    },
  };
};
