import type { Socket } from 'node:net';
import { withoutEnd } from '../../base/text.ts';
import type { Limits } from './limited.ts';

/** What is asked of an API server, whichever connection it goes over. */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** goes on after Ctrl-C: a write that was sent may have landed, so its answer is awaited, and a roll-back needs its reads */
  readonly mustFinish?: boolean;
  /** instead of that of the connection */
  readonly deadline?: AbortSignal;
}
/** What an API server has answered, of any status; nobody has decoded its body. */
export interface Answer {
  readonly status: number;
  /** as in `text/html`, without parameters; empty when the server gives none */
  readonly type: string;
  /** parsed JSON, or the text of anything else */
  readonly body: unknown;
}
export interface Reply extends Answer {
  /** seconds */
  readonly retryAfter: number;
  /** what the body was decoded from */
  readonly text: string;
}
/** A way to one API server with one credential. Never shared between contexts. */
export interface Connection {
  readonly context: string;
  readonly server: string;
  readonly request: (request: Request) => Promise<Answer>;
  readonly close: () => void;
  /** Ctrl-C, for whoever works long on what it has answered */
  readonly signal?: AbortSignal;
}
/** The same, whose requests go on after Ctrl-C, as what takes something back needs them. */
export const toTheEnd = (connection: Connection): Connection => ({
  ...connection,
  request: request => connection.request({ ...request, mustFinish: true }),
});
/** The same until a deadline: what is asked then, or still unanswered, timed out. */
export const within = (connection: Connection, deadline: AbortSignal): Connection => ({
  ...connection,
  request: request => connection.request({ deadline, ...request }),
});
/** A socket to a server, and the protocol that TLS has agreed on. */
export type Dialled = Socket & { readonly alpnProtocol?: string | false | null };
/** Where requests go, and how a verified TLS connection to it is had. */
export interface Wire {
  readonly url: URL;
  /** the credential among them */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** what must not come back onto a screen beside the headers' own credentials: a client key, the password of a proxy */
  readonly secrets?: readonly string[];
  /** TLS and verified, but where the user has a proxy of kubectl's own on this machine */
  readonly dial: (limits: Limits) => Promise<Dialled>;
}

export const pathOf = ({ url }: Wire, { path }: Request): string => `${withoutEnd(url.pathname, '/')}${path}`;
export const bodyOf = ({ body }: Request): string | undefined => (body === undefined ? undefined : JSON.stringify(body));
export const headersOf = (
  { headers }: Wire,
  { accept, contentType }: Request,
  body: string | undefined,
): Record<string, string | number | string[]> => ({
  accept: accept ?? 'application/json',
  'user-agent': 'kubectl-k8ssandra',
  ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
  ...headers,
});
/** Go sends a text as its UTF-8; Node takes each character for a byte. */
export const headerBytes = (text: string): string => Buffer.from(text).toString('latin1');
