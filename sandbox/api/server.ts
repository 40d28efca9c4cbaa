import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Authority, makeAuthority } from '../certificates.ts';
import { type Fault, type Faults, makeFaults } from './faults.ts';
import { asUser } from './impersonation.ts';
import { type Lists, makeLists } from './lists.ts';
import type { User } from './rbac.ts';
import { failure, type Reply } from './reply.ts';
import { answer } from './routes.ts';
import { makeStore, type Store } from './store.ts';
import { breakOff, type ListenOptions, listen } from './tls.ts';
import { makeTokens, type Tokens } from './tokens.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}
interface Seen extends Asked {
  readonly status: number;
}
/** One JSON call to an API server. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  contentType?: string,
) => Promise<{ readonly status: number; readonly body: unknown }>;
export interface ApiServerOptions extends ListenOptions {
  /** the release that it answers as, `v1.24.0` to `v1.36.3`: what it does not serve yet, and how it says what it does */
  readonly kubernetesVersion?: string;
  readonly authority?: Authority;
  readonly latencyMs?: number;
  /** plurals that are not served */
  readonly without?: readonly string[];
  /** the operator's webhook for K8ssandraClusters: the contexts that it knows, or that it does not answer; none is installed when absent */
  readonly webhook?: () => readonly string[] | 'down';
  /** how long the token controller takes */
  readonly tokenDelayMs?: number;
}
export interface ApiServer extends Pick<Store, 'put' | 'get' | 'list' | 'remove'> {
  readonly url: string;
  readonly caPem: string;
  readonly requests: readonly Seen[];
  readonly connections: number;
  readonly adminToken: string;
  readonly addToken: Tokens['add'];
  readonly revoke: Tokens['revoke'];
  readonly grant: Tokens['grant'];
  readonly fault: Faults['add'];
  readonly clearFaults: () => void;
  /** called after every answered request, to stop a client at a chosen call */
  readonly onRequest: (listener: (seen: Seen) => void) => void;
  /** Asked before each request is looked at, which waits for it; the last one given, and none for `undefined`. */
  readonly hold: (gate: ((asked: Asked) => Promise<void> | undefined) | undefined) => void;
  readonly drop: (plural: string) => void;
  /** Ends the tokens that lists go on with: the next page answers 410. */
  readonly compact: Lists['compact'];
  /** Changes every answer on its way out, faults excepted; the last one given, and none for `undefined`. */
  readonly alter: (change: ((asked: Asked, reply: Reply) => Reply) | undefined) => void;
  /** Keeps objects, tokens, listeners, what was asked and what is served as they are now; the returned function brings them back. */
  readonly snapshot: () => () => void;
  /** A JSON call as admin that touches no network, no fault and no listener. */
  readonly ask: Ask;
  readonly stop: () => Promise<void>;
}

const admin: User = { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'], rules: 'all' };
const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'], rules: [] };

/** An API server in memory, over HTTPS with its own CA: bearer tokens, RBAC, the token controller, and a fault per request. */
export const startApiServer = async (options: ApiServerOptions = {}): Promise<ApiServer> => {
  const { kubernetesVersion = 'v1.36.3', latencyMs = 0, tokenDelayMs = 20, webhook = () => undefined } = options;
  const authority = options.authority ?? (await makeAuthority());
  const without = new Set(options.without ?? []);
  const store = makeStore();
  const tokens = makeTokens(store, authority.pem, tokenDelayMs);
  const faults = makeFaults();
  const requests: Seen[] = [];
  const listeners: ((seen: Seen) => void)[] = [];
  const adminToken = `admin-${randomUUID()}`;
  tokens.add(adminToken, admin);
  store.put('', 'namespaces', { metadata: { name: 'kube-system' } });

  const lists = makeLists(store);
  const minor = Number(kubernetesVersion.split('.')[1]);
  const backend = { store, tokens, lists, without, webhook, version: kubernetesVersion, minor };
  const normal = ({ method = 'GET', url = '/', headers }: IncomingMessage, sent: string): Reply => {
    const token = headers.authorization?.replace(/^Bearer /, '');
    const caller = token === undefined ? anonymous : tokens.userOf(token);
    const user = caller === undefined ? undefined : asUser(store, caller, headers);
    if (user !== undefined && 'body' in user) return user;
    const body = parsed(sent);
    if (body === undefined) return failure(400, 'invalid character looking for beginning of value');
    const { accept = '', 'content-type': contentType = '' } = headers;
    return answer(backend, { method, url: new URL(url, 'https://server'), user, body, accept, contentType });
  };
  let alter: Parameters<ApiServer['alter']>[0];
  let gate: Parameters<ApiServer['hold']>[0];
  const altered = (asked: Asked, reply: Reply): Reply => alter?.(asked, reply) ?? reply;
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/' } = incoming;
    const { authorization } = incoming.headers;
    const body = await textOf(incoming);
    const note = (status: number): void => {
      const seen = { method, path, authorization, status };
      requests.push(seen);
      for (const listener of listeners) listener(seen);
    };
    if (latencyMs > 0) await sleep(latencyMs);
    await gate?.({ method, path, authorization });
    const fault = faults.next(method, path, authorization);
    if (fault?.kind === 'hang') return note(0);
    if (fault?.kind === 'slow') await sleep(fault.ms);
    if (fault?.kind === 'refuse' || fault?.kind === 'reset') {
      note(0);
      return breakOff(incoming);
    }
    const reply = injected(fault) ?? altered({ method, path, authorization }, normal(incoming, body));
    note(reply.status);
    send(incoming, outgoing, damaged(reply, fault));
  };
  const listener = await listen(authority, options, (incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => breakOff(incoming));
  });
  return {
    url: listener.url,
    caPem: authority.pem,
    requests,
    get connections() {
      return listener.connections();
    },
    adminToken,
    put: store.put,
    get: store.get,
    list: store.list,
    remove: store.remove,
    addToken: tokens.add,
    revoke: tokens.revoke,
    grant: tokens.grant,
    fault: faults.add,
    clearFaults: faults.clear,
    onRequest: one => void listeners.push(one),
    hold: one => {
      gate = one;
    },
    drop: plural => void without.add(plural),
    alter: change => {
      alter = change;
    },
    snapshot: () => {
      const restores = [store.snapshot(), tokens.snapshot()];
      const [asked, listening, unserved] = [requests.length, listeners.length, [...without]];
      return () => {
        for (const restore of restores) restore();
        requests.splice(asked);
        listeners.splice(listening);
        without.clear();
        for (const plural of unserved) without.add(plural);
      };
    },
    compact: lists.compact,
    ask: async (method, path, body, contentType = 'application/json') => {
      // What came over the wire shares nothing with what is stored.
      const sent = body === undefined ? {} : structuredClone(body);
      const call = { method, url: new URL(path, 'https://server'), user: admin, body: sent, accept: 'application/json', contentType };
      const { status, body: answered } = answer(backend, call);
      return { status, body: answered };
    },
    stop: async () => {
      tokens.stop();
      await listener.stop();
    },
  };
};

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** `undefined` for what is no JSON; nothing at all is an empty object. */
const parsed = (text: string): unknown => {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const injected = (fault: Fault | undefined): Reply | undefined => {
  if (fault?.kind === 'redirect') return { status: 302, body: {}, headers: { Location: fault.to } };
  if (fault?.kind !== 'status') return undefined;
  const headers = fault.retryAfter === undefined ? undefined : { 'Retry-After': String(fault.retryAfter) };
  return failure(fault.status, `injected ${fault.status}`, headers === undefined ? {} : { headers });
};

/** An answer whose request was carried out and that cannot be read all the same. */
const damaged = (reply: Reply, fault: Fault | undefined): Reply =>
  fault?.kind === 'truncate'
    ? { ...reply, cut: true }
    : fault?.kind === 'garbage'
      ? { ...reply, body: '{"items": [', headers: { 'Content-Type': 'application/json' } }
      : reply;

const send = (incoming: IncomingMessage, outgoing: ServerResponse, { status, body, headers, cut = false }: Reply): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  outgoing.writeHead(status, {
    'Content-Type': typeof body === 'string' ? 'text/plain' : 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  if (!cut) return void outgoing.end(text);
  outgoing.write(text.slice(0, Math.floor(text.length / 2)));
  setTimeout(() => breakOff(incoming), 20);
};
