import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Authority, issue } from '../certificates.ts';

export interface ListenOptions {
  /** what its URL calls this machine, and the address of it that is listened on; 127.0.0.1 for both by default */
  readonly host?: Host;
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
export interface Host {
  readonly name: string;
  readonly address: string;
}
export interface Listening {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

const loopback: Host = { name: '127.0.0.1', address: '127.0.0.1' };
/** Listens on a free port of 127.0.0.1, or of the host that is given, with a certificate of the authority. */
export const listen = async (
  authority: Authority,
  options: ListenOptions,
  listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<Listening> => {
  const { plainHttp = false, http1 = false, maxTls, host = loopback } = options;
  const names = { dnsNames: ['localhost', host.name], ips: ['127.0.0.1', host.address] };
  const tls = {
    ...(await issue(authority, { ...(host === loopback ? {} : names), ...options.certificate })),
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
  await new Promise<void>(ready => server.listen(0, host.address, ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${plainHttp ? 'http' : 'https'}://${host.name}:${port}`,
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
