import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Authority, issue, makeAuthority } from '../../sandbox/certificates.ts';

export type ProxyKind = 'http' | 'https' | 'socks5';
export interface TestProxy {
  readonly url: string;
  /** with this user in it */
  readonly urlFor: (user: string, password: string) => string;
  /** what was asked for, as `host:port`; a name stands there as it was sent */
  readonly targets: readonly string[];
  /** every byte that clients sent, before and behind the tunnel's beginning */
  readonly heard: () => string;
  readonly stop: () => Promise<void>;
}
interface Options {
  readonly authority?: Authority;
  readonly user?: readonly [name: string, password: string];
  /** the port on loopback that stands behind every target */
  readonly leadsTo: number;
}

/** A proxy on loopback that leads every name and address to one port, as one in another network would that resolves names its own way. */
export const startProxy = async (kind: ProxyKind, { authority, user, leadsTo }: Options): Promise<TestProxy> => {
  const targets: string[] = [];
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const lead = (client: Socket): void => {
    const upstream = connect(leadsTo, '127.0.0.1');
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  };
  const serve = (client: Socket): void => {
    sockets.add(client);
    client.on('error', () => undefined);
    client.on('data', part => heard.push(part));
    if (kind === 'socks5') socks(client, targets, user, () => lead(client));
    else http(client, targets, user, () => lead(client));
  };
  const server: Server =
    kind === 'https' ? createTlsServer(await issue(authority ?? (await makeAuthority('proxy'))), serve) : createServer(serve);
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const place = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    url: `${kind}://${place}`,
    urlFor: (name, password) => `${kind}://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${place}`,
    targets,
    heard: () => Buffer.concat(heard).toString('latin1'),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise(done => server.close(() => done()));
    },
  };
};
const http = (client: Socket, targets: string[], user: Options['user'], open: () => void): void => {
  client.once('data', head => {
    const text = head.toString('latin1');
    targets.push(/^CONNECT (\S+) /.exec(text)?.[1] ?? 'nothing');
    const wanted = user === undefined ? '' : Buffer.from(user.join(':')).toString('base64');
    if (user !== undefined && !text.includes(`Proxy-Authorization: Basic ${wanted}\r\n`)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    open();
  });
};
/** RFC 1928 and 1929, as far as a client that connects needs it. */
const socks = (client: Socket, targets: string[], user: Options['user'], open: () => void): void => {
  const steps: ((part: Buffer) => void)[] = [
    greeting => {
      const method = user === undefined ? 0 : 2;
      if (!greeting.subarray(2).includes(method)) return client.end(Buffer.from([5, 0xff]));
      if (user === undefined) steps.splice(0, 1);
      return client.write(Buffer.from([5, method]));
    },
    login => {
      const name = login.subarray(2, 2 + (login[1] ?? 0)).toString();
      const password = login.subarray(3 + (login[1] ?? 0)).toString();
      const right = name === user?.[0] && password === user[1];
      client.write(Buffer.from([1, right ? 0 : 1]));
      return right ? undefined : client.end();
    },
    wish => {
      const length = wish[3] === 3 ? (wish[4] ?? 0) : wish[3] === 4 ? 16 : 4;
      const start = wish[3] === 3 ? 5 : 4;
      const raw = wish.subarray(start, start + length);
      targets.push(`${wish[3] === 3 ? raw.toString() : [...raw].join('.')}:${wish.readUInt16BE(start + length)}`);
      client.off('data', next);
      client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
      return open();
    },
  ];
  const next = (part: Buffer): void => steps.shift()?.(part);
  client.on('data', next);
};
