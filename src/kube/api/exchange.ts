import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type ClientHttp2Session, type ClientHttp2Stream, constants, connect as http2Connect } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type Limits, TransportError, transportError } from './tls.ts';

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
interface Reply extends Answer {
  /** seconds */
  readonly retryAfter: number;
}
/** Where requests go, and how a verified TLS connection to it is had. */
export interface Wire {
  readonly url: URL;
  /** the credential among them */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly dial: (limits: Limits) => Promise<TLSSocket>;
  /** an agent of client-node's, for what only it can reach (SOCKS proxies); it does its own TLS */
  readonly agent?: Agent;
}
/** One API server's requests: over one HTTP/2 connection where the server speaks it, else over HTTP/1.1. */
export interface Exchange {
  readonly request: (request: Request, limits: Limits) => Promise<Answer>;
  readonly close: () => void;
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

/** The verified socket carries the requests too, so that there is one handshake for each context. */
export const exchangeOver = (wire: Wire, first?: TLSSocket): Exchange => {
  let fresh = first?.unref();
  // A roll-back after Ctrl-C must be able to dial again.
  let current: Limits = { timeout: 0, signal: unstoppable };
  let session: Promise<ClientHttp2Session | undefined> | undefined;
  const sessions = new Set<ClientHttp2Session>();
  // Each request has a timer that keeps the process alive; a connection that nobody closed, as after Ctrl-C, must not.
  const dial = async (): Promise<TLSSocket> => (await wire.dial(current)).unref();
  const agent = wire.agent ?? new Agent({ keepAlive: true, maxSockets: 32 });
  if (wire.agent === undefined) {
    agent.createConnection = (_options, callback) => {
      const ready = fresh;
      fresh = undefined;
      if (ready !== undefined && !ready.destroyed) return ready;
      dial().then(
        socket => callback?.(null, socket),
        (error: Error) => callback?.(error, undefined as never),
      );
      return undefined;
    };
  }
  /** The HTTP/2 session, `undefined` when the server speaks HTTP/1.1 only; a broken one is replaced. */
  const open = async (over: () => void): Promise<ClientHttp2Session | undefined> => {
    const socket = fresh !== undefined && !fresh.destroyed ? fresh : await dial();
    fresh = undefined;
    if (socket.alpnProtocol !== 'h2') {
      fresh = socket;
      return undefined;
    }
    const opened = http2Connect(wire.url.origin, { createConnection: () => socket });
    // Its streams tell what went wrong.
    opened.on('error', () => undefined);
    opened.unref();
    sessions.add(opened);
    opened.once('close', () => sessions.delete(opened));
    opened.once('close', over);
    // An API server that answers 401 takes no more requests on that connection.
    opened.once('goaway', over);
    return opened;
  };
  const send = async (request: Request, limits: Limits): Promise<Reply> => {
    current = request.mustFinish === true ? { ...limits, signal: unstoppable } : limits;
    if (wire.agent !== undefined) return overHttp1(wire, agent, request, limits);
    if (session === undefined) {
      const over = (): void => {
        if (session === opening) session = undefined;
      };
      const opening: Promise<ClientHttp2Session | undefined> = open(over);
      session = opening;
      opening.catch(over);
    }
    const ready = await session;
    return ready === undefined ? overHttp1(wire, agent, request, limits) : overHttp2(wire, ready, request, limits);
  };
  return {
    request: (request, limits) => persistent(send, request, limits),
    close: () => {
      fresh?.destroy();
      agent.destroy();
      for (const one of sessions) one.destroy();
    },
  };
};

/** Retries what is safe to retry: a throttled request, one that was never looked at, and once a read whose connection broke. */
const persistent = async (
  send: (request: Request, limits: Limits) => Promise<Reply>,
  request: Request,
  limits: Limits,
): Promise<Answer> => {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await send(request, limits);
      if (attempt >= 2 || !retryable.has(answer.status)) return answer;
      await pauseFor(answer.retryAfter * 1000, limits.signal);
    } catch (error) {
      if (!(error instanceof TransportError) || error.reason !== 'reset') throw error;
      const reading = (request.method ?? 'GET') === 'GET';
      if (attempt >= (error.unsent ? 3 : 1) || !(reading || error.unsent)) throw error;
    }
  }
};

interface Incoming {
  readonly on: (event: 'data' | 'end' | 'error' | 'aborted' | 'close', listener: (value?: unknown) => void) => unknown;
}
interface Watch {
  /** reads an answer whose headers have come */
  readonly read: (incoming: Incoming, status: number, headers: IncomingHttpHeaders) => void;
  readonly fail: (error: unknown) => void;
}
/** One deadline for all phases, Ctrl-C, a size limit and no redirects, for either protocol. `start` returns what gives the request up. */
const exchange = (url: URL, request: Request, limits: Limits, start: (watch: Watch) => () => void): Promise<Reply> =>
  new Promise((done, broken) => {
    const signal = request.mustFinish === true ? unstoppable : limits.signal;
    if (signal.aborted) return broken(signal.reason as Error);
    const finish = (error?: unknown, answer?: Reply): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
      if (answer !== undefined) return done(answer);
      giveUp();
      broken(signal.aborted ? (signal.reason as Error) : transportError(error, url.host));
    };
    const interrupted = (): void => finish(signal.reason);
    const read: Watch['read'] = (incoming, status, headers) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', chunk => {
        size += (chunk as Buffer).length;
        if (size > maxBody) finish(new TransportError('malformed', `${url.host}: the answer is larger than ${maxBody} bytes`));
        else chunks.push(chunk as Buffer);
      });
      incoming.on('error', finish);
      incoming.on('aborted', () => finish(new TransportError('reset', `${url.host}: the answer broke off`)));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (status >= 300 && status < 400)
          return finish(new TransportError('http', `${url.host}: answered with a redirect, which is not followed`));
        const seconds = Number(headers['retry-after'] ?? '1');
        const json = /json/.test(headers['content-type'] ?? '') ? parse(text) : { ok: true as const, value: text };
        if (!json.ok && status < 400) return finish(new TransportError('malformed', `${url.host}: the answer is not valid JSON`));
        finish(undefined, { status, body: json.ok ? json.value : text, retryAfter: Number.isFinite(seconds) ? Math.min(seconds, 5) : 1 });
      });
    };
    const timer = setTimeout(
      () => finish(new TransportError('timeout', `${url.host}: no answer within ${limits.timeout / 1000}s`)),
      limits.timeout,
    );
    signal.addEventListener('abort', interrupted, { once: true });
    const giveUp = start({ read, fail: finish });
  });
const parse = (text: string): { ok: true; value: unknown } | { ok: false } => {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
};
const pathOf = ({ url }: Wire, { path }: Request): string => `${url.pathname.replace(/\/+$/, '')}${path}`;
const headersOf = (
  { headers }: Wire,
  { accept, contentType }: Request,
  body: string | undefined,
): Record<string, string | number | string[]> => ({
  accept: accept ?? 'application/json',
  'user-agent': 'kubectl-k8ssandra',
  ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
  ...headers,
});

const overHttp1 = (wire: Wire, agent: Agent, request: Request, limits: Limits): Promise<Reply> =>
  exchange(wire.url, request, limits, ({ read, fail }) => {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const outgoing = httpsRequest(
      {
        hostname: wire.url.hostname.replace(/^\[|\]$/g, ''),
        port: wire.url.port || 443,
        path: pathOf(wire, request),
        method: request.method ?? 'GET',
        agent,
        headers: headersOf(wire, request, body),
      },
      (incoming: IncomingMessage) => read(incoming as Incoming, incoming.statusCode ?? 0, incoming.headers),
    );
    outgoing.on('error', fail);
    outgoing.end(body);
    return () => outgoing.destroy();
  });

const overHttp2 = (wire: Wire, session: ClientHttp2Session, request: Request, limits: Limits): Promise<Reply> =>
  exchange(wire.url, request, limits, ({ read, fail }) => {
    const broken = (unsent = false): void => fail(new TransportError('reset', `${wire.url.host}: the connection broke`, unsent));
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    let stream: ClientHttp2Stream;
    try {
      stream = session.request(
        {
          ':method': request.method ?? 'GET',
          ':path': pathOf(wire, request),
          ':authority': wire.url.host,
          ...Object.fromEntries(Object.entries(headersOf(wire, request, body)).map(([name, value]) => [name.toLowerCase(), value])),
        },
        // A DELETE with preconditions has a body, which Node does not expect.
        { endStream: body === undefined },
      );
    } catch {
      // A session that has just broken takes no request.
      queueMicrotask(() => broken(true));
      return () => undefined;
    }
    let answered = false;
    stream.on('response', headers => {
      answered = true;
      read(stream as Incoming, Number(headers[':status']), headers);
    });
    // A stream without a number never left; one that is refused was not looked at.
    const refused = (): boolean => !answered && (stream.id === undefined || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM);
    stream.on('error', error => (/^ERR_HTTP2/.test((error as NodeJS.ErrnoException).code ?? '') ? broken(refused()) : fail(error)));
    stream.once('close', () => {
      if (!answered || stream.readableAborted || !stream.readableEnded) broken(refused());
    });
    if (body !== undefined) stream.end(body);
    return () => stream.close();
  });
