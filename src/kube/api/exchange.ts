import type { ClientHttp2Session } from 'node:http2';
import { type Http1, overHttp1 } from './http1.ts';
import { overHttp2 } from './http2.ts';
import { finishing, type Limits, unstoppable } from './limited.ts';
import { credentialsIn, type Redaction, redactionOf } from './redaction.ts';
import type { Answer, Dialled, Reply, Request, Wire } from './request.ts';
import { persistent } from './retry.ts';
import { TransportError } from './transport-error.ts';

/** One API server's requests: over one HTTP/2 connection where the server speaks it, else over HTTP/1.1. */
export interface Exchange {
  readonly request: (request: Request, limits: Limits) => Promise<Answer>;
  readonly close: () => void;
}

/** The verified socket carries the requests too, so that there is one handshake for each context. */
export const exchangeOver = (given: Wire, first?: Dialled): Exchange => {
  // HTTP/2 has the names of headers in lower case, and HTTP/1.1 in any.
  const headers = Object.fromEntries(Object.entries(given.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const wire = { ...given, headers };
  const sockets = socketsOf(wire, first);
  const sessions = sessionsOver(wire, sockets);
  let http1: Promise<Http1> | undefined;
  const send = async (request: Request, limits: Limits): Promise<Reply> => {
    sockets.allow(request.mustFinish === true ? finishing(limits) : limits);
    const ready = await sessions.current();
    if (ready !== undefined) return overHttp2(wire, ready, request, limits);
    http1 ??= http1Over(sockets);
    return overHttp1(wire, await http1, request, limits);
  };
  const redaction = redactionOf([...credentialsIn(wire.headers), ...(wire.secrets ?? [])]);
  const fault = headerFault(wire.headers);
  return {
    request: async (request, limits) => {
      if (fault !== undefined) throw new TransportError('unsendable', `${wire.url.host}: ${fault}`);
      try {
        return clean(await persistent(send, request, limits), request, redaction);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        throw new TransportError(error.reason, redaction.text(error.message), error.unsent);
      }
    },
    close: () => {
      sockets.close();
      void http1?.then(({ agent }) => agent.destroy());
      sessions.close();
    },
  };
};

/** The one socket that waits for work, and new ones within the limits of the request that asks. */
interface Sockets {
  readonly allow: (limits: Limits) => void;
  /** the waiting one, which nobody else gets from then on; `undefined` where there is none */
  readonly take: () => Dialled | undefined;
  readonly dial: () => Promise<Dialled>;
  readonly keep: (socket: Dialled) => void;
  readonly close: () => void;
}
const socketsOf = (wire: Wire, first?: Dialled): Sockets => {
  let dialledSocket = first?.unref();
  // A roll-back after Ctrl-C must be able to dial again.
  let latestLimits: Limits = { timeout: 0, signal: unstoppable };
  return {
    allow: limits => {
      latestLimits = limits;
    },
    take: () => {
      const ready = dialledSocket;
      dialledSocket = undefined;
      return ready?.destroyed === true ? undefined : ready;
    },
    // Each request has a timer that keeps the process alive; a connection that nobody closed, as after Ctrl-C, must not.
    dial: async () => (await wire.dial(latestLimits)).unref(),
    keep: socket => {
      dialledSocket = socket;
    },
    close: () => dialledSocket?.destroy(),
  };
};

const http1Over = async (sockets: Sockets): Promise<Http1> => {
  const { Agent, request } = await import('node:https');
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  agent.createConnection = (_options, callback) => {
    const ready = sockets.take();
    if (ready !== undefined) return ready;
    sockets.dial().then(
      socket => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return { agent, request };
};

interface Sessions {
  /** the HTTP/2 session, `undefined` when the server speaks HTTP/1.1 only; a broken one is replaced */
  readonly current: () => Promise<ClientHttp2Session | undefined>;
  readonly close: () => void;
}
const sessionsOver = (wire: Wire, sockets: Sockets): Sessions => {
  let session: Promise<ClientHttp2Session | undefined> | undefined;
  const all = new Set<ClientHttp2Session>();
  const open = async (over: () => void): Promise<ClientHttp2Session | undefined> => {
    // Loaded while the handshake is under way.
    const [socket, { connect }] = await Promise.all([sockets.take() ?? sockets.dial(), import('node:http2')]);
    if (socket.alpnProtocol !== 'h2') {
      sockets.keep(socket);
      return undefined;
    }
    const session = connect(wire.url.origin, { createConnection: () => socket });
    // Its streams tell what went wrong.
    session.on('error', () => undefined);
    session.unref();
    all.add(session);
    session.once('close', () => all.delete(session));
    session.once('close', over);
    // An API server that answers 401 takes no more requests on that connection.
    session.once('goaway', over);
    return session;
  };
  return {
    current: () => {
      if (session === undefined) {
        const over = (): void => {
          if (session === opening) session = undefined;
        };
        const opening: Promise<ClientHttp2Session | undefined> = open(over);
        session = opening;
        opening.catch(over);
      }
      return session;
    },
    close: () => {
      for (const one of all) one.destroy();
    },
  };
};

/** Node throws where the request is made, over HTTP/1.1 without anybody who could catch it. RFC 9110, 5.5. */
const headerFault = (headers: Wire['headers']): string | undefined =>
  Object.values(headers).some(values => [values].flat().some(value => unsendableCharacter.test(value)))
    ? 'the credential holds a line break or another character that no request can carry'
    : undefined;
const unsendableCharacter = /[^\t\x20-\x7e\x80-\xff]/;

/** Objects whose whole point is a credential, which may well be the one that reads them. */
const holdsCredentials = ({ path }: Request): boolean => /\/(secrets|token)([/?]|$)/.test(path);
/**
 * Whatever a server says back of the credentials that it was sent ends here: error texts, plain texts, logs, names. Only what a Secret
 * or a TokenRequest holds goes on as it is.
 */
const clean = ({ status, type, body, text }: Reply, request: Request, redaction: Redaction): Answer => {
  if (typeof body === 'string' || status >= 300) return { status, type, body: redaction.refusal(body) };
  if (holdsCredentials(request)) return { status, type, body };
  // A server may write any letter as an escape.
  const decodedText = text.includes('\\') ? (JSON.stringify(body) ?? '') : text;
  return { status, type, body: redaction.concerns(decodedText) ? redaction.value(body) : body };
};
