import { isIP, connect as netConnect, type Socket } from 'node:net';
import { checkServerIdentity, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { withoutEnd } from '../../base/text.ts';
import { shownUrl } from '../kubeconfig/url.ts';
import { tlsSocket } from './tls-socket.ts';
import { TransportError } from './transport-error.ts';

/** The way to a server leads through it. Nothing of ours goes there but the name and port of the server, and the proxy's own user. */
export interface ProxyAddress {
  readonly url: string;
  /** the variable of the environment that names it, where no kubeconfig does */
  readonly variable?: string;
}
/** Where a tunnel leads: a name is resolved at the proxy. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}
/** How an https proxy is verified: as the server itself is, with the server's CA and TLS name; net/http Transport.dialConn. */
export interface ProxyTrust {
  readonly tls: SecureContextOptions & { readonly rejectUnauthorized: boolean };
  readonly serverName: string | undefined;
}

/** A proxy as people may see it: without its user. */
export const shownProxy = ({ url, variable }: ProxyAddress): string =>
  `${withoutEnd(shownUrl(url), '/')}${variable === undefined ? '' : ` (from ${variable})`}`;

/** A socket that leads to the target; `opened` gets each socket on the way, so that it can be given up. */
export const tunnel = async (
  proxy: ProxyAddress,
  target: TunnelTarget,
  trust: ProxyTrust,
  opened: (socket: Socket) => void,
): Promise<Socket> => {
  const failed = (detail: string): TransportError => new TransportError('proxy', `the proxy ${shownProxy(proxy)}: ${detail}`);
  if (!URL.canParse(proxy.url)) throw failed('it is no URL');
  const url = new URL(proxy.url);
  if (url.hostname === '') throw failed('it names no host');
  const through = ways[url.protocol];
  if (through === undefined) throw failed(`it is ${url.protocol}//, and a proxy is http, https or socks5`);
  const socket = await reached(url, trust, opened, failed);
  return through(socket, url, target, failed);
};
type Failed = (detail: string) => TransportError;
type Way = (socket: Socket, proxy: URL, target: TunnelTarget, failed: Failed) => Promise<Socket>;

const ports: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'socks5:': 1080, 'socks5h:': 1080 };
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
/** The connection to the proxy itself. */
const reached = (url: URL, { tls, serverName }: ProxyTrust, opened: (socket: Socket) => void, failed: Failed): Promise<Socket> =>
  new Promise((done, broken) => {
    const place = { host: hostOf(url), port: Number(url.port || ports[url.protocol]) };
    const secure = url.protocol === 'https:';
    const name = serverName ?? place.host;
    const socket = secure ? tlsSocket(name, { ...place, ...tls }, misnamed(name)) : netConnect(place);
    opened(socket);
    const refused = ({ code = 'failed' }: NodeJS.ErrnoException): void => broken(failed(code));
    socket.once('error', refused);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.removeListener('error', refused);
      done(socket);
    });
  });

/** Whether it is the proxy of this name, as Node has it. */
const misnamed =
  (name: string) =>
  (socket: TLSSocket): Error | undefined => {
    const certificate = socket.getPeerX509Certificate();
    return certificate === undefined ? new Error('it shows no certificate') : checkServerIdentity(name, certificate.toLegacyObject());
  };

const userOf = ({ username, password }: URL): { readonly name: string; readonly password: string } | undefined =>
  username === '' && password === '' ? undefined : { name: decodeURIComponent(username), password: decodeURIComponent(password) };
/** HTTP's CONNECT; its answer has a limit, and behind it nothing comes before we speak. */
const connectMethod: Way = (socket, url, { host, port }, failed) =>
  new Promise((done, broken) => {
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const user = userOf(url);
    const authorization =
      user === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}\r\n`;
    const settle = (finish: () => void): void => {
      socket.removeAllListeners('data');
      socket.removeListener('error', refused);
      socket.removeListener('close', closed);
      finish();
    };
    const fail = (detail: string): void => settle(() => broken(failed(detail)));
    const refused = ({ code = 'failed' }: NodeJS.ErrnoException): void => fail(code);
    const closed = (): void => fail('it closed the connection');
    socket.once('error', refused);
    socket.once('close', closed);
    let head = '';
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return head.length > 16_384 ? fail('its answer is too long') : undefined;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status?.startsWith('2') !== true) return fail(`it answered ${status ?? 'no HTTP'} to CONNECT`);
      settle(() => done(socket));
    });
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  });
/** SOCKS 5, with the name for the proxy to resolve. */
const socks: Way = async (socket, url, { host, port }, failed) => {
  const user = userOf(url);
  const { SocksClient } = await import('socks');
  try {
    const { socket: through } = await SocksClient.createConnection({
      command: 'connect',
      destination: { host, port },
      proxy: { host: hostOf(url), port: 1080, type: 5, ...(user === undefined ? {} : { userId: user.name, password: user.password }) },
      existing_socket: socket,
      // Who dials has a time limit of its own.
      timeout: 2 ** 31 - 1,
    });
    return through;
  } catch (error) {
    throw failed(error instanceof Error ? error.message : 'it refused');
  }
};
const ways: Readonly<Record<string, Way | undefined>> = {
  'http:': connectMethod,
  'https:': connectMethod,
  'socks5:': socks,
  'socks5h:': socks,
};
