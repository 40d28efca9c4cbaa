import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Authority, issue } from '../certificates.ts';

export interface ListenOptions {
  readonly certificate?: {
    readonly noSan?: boolean;
    readonly expired?: boolean;
    readonly ips?: readonly string[];
    readonly dnsNames?: readonly string[];
  };
  readonly maxTls?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly plainHttp?: boolean;
  /** HTTP/1.1 alone; otherwise HTTP/2 too, as a real API server */
  readonly http1?: boolean;
}
export interface Listening {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1 with a certificate of the authority. */
export const listen = async (
  authority: Authority,
  options: ListenOptions,
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<Listening> => {
  const { plainHttp = false, http1 = false, maxTls } = options;
  const tls = {
    ...(await issue(authority, options.certificate)),
    ...(maxTls === undefined ? {} : { maxVersion: maxTls, minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' }),
  };
  const server = plainHttp
    ? createPlainServer(listener)
    : http1
      ? createServer(tls, listener)
      : createSecureServer({ ...tls, allowHTTP1: true }, listener as never);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on(plainHttp ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${plainHttp ? 'http' : 'https'}://127.0.0.1:${port}`,
    connections: () => connections,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(closed => server.close(() => closed()));
    },
  };
};

/** Ends the connection, not only the stream that HTTP/2 shows as a socket. */
export const breakOff = (incoming: IncomingMessage): void => {
  const { session } = (incoming as { stream?: { session?: { destroy: () => void } } }).stream ?? {};
  if (session === undefined) incoming.socket.destroy();
  else session.destroy();
};
