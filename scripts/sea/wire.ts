/** `connect` of node:tls and node:http2 without a network: whatever happens, happens in the same order in every run. */
import { X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { fleet, type Server, serverPem } from './fleet.ts';

const serverAt = new WeakMap<object, Server>();
const certificate = new X509Certificate(serverPem);
const tls = {
  connect: ({ host = '' }: { readonly host?: string }): EventEmitter => {
    const server = fleet[host];
    const socket: EventEmitter = Object.assign(new EventEmitter(), {
      alpnProtocol: 'h2',
      authorized: true,
      destroyed: false,
      getPeerX509Certificate: () => certificate,
      unref: () => socket,
      destroy: () => socket,
    });
    if (server === undefined) throw new Error(`nothing is recorded of ${host}`);
    serverAt.set(socket, server);
    setImmediate(() => socket.emit('secureConnect'));
    return socket;
  },
};
const http2 = {
  connect: (_: string, { createConnection }: { readonly createConnection: () => object }): EventEmitter => {
    const server = serverAt.get(createConnection());
    if (server === undefined) throw new Error('a session over a connection of somebody else');
    const session: EventEmitter = Object.assign(new EventEmitter(), {
      unref: () => undefined,
      destroy: () => undefined,
      request: ({ ':method': method = '', ':path': path = '', ...headers }: Readonly<Record<string, string>>, { endStream = false }) =>
        streamOf(body => server({ method, path, headers, body }), endStream),
    });
    return session;
  },
};
const streamOf = (answer: (body: string) => ReturnType<Server>, ended: boolean): EventEmitter => {
  const stream = Object.assign(new EventEmitter(), {
    id: 1,
    rstCode: 0,
    readableAborted: false,
    readableEnded: false,
    close: () => undefined,
    end: (body: string) =>
      void setImmediate(() => {
        const { status, body: answered, headers } = answer(body);
        const text = typeof answered === 'string' ? answered : JSON.stringify(answered);
        stream.emit('response', {
          ':status': status,
          'content-type': typeof answered === 'string' ? 'text/plain' : 'application/json',
          ...headers,
        });
        stream.emit('data', Buffer.from(text));
        stream.readableEnded = true;
        stream.emit('end');
        stream.emit('close');
      }),
  });
  if (ended) stream.end('');
  return stream;
};

const wired: Readonly<Record<string, object>> = { 'node:tls': tls, 'node:http2': http2 };
/** The same, but for what leads to a network. */
export const withoutNetwork = (require: NodeJS.Require): ((name: string) => unknown) => {
  const modules = new Map<string, unknown>();
  return name => {
    const own = wired[name];
    if (own === undefined) return require(name);
    const module =
      modules.get(name) ??
      Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(require(name)), ...Object.getOwnPropertyDescriptors(own) });
    modules.set(name, module);
    return module;
  };
};
