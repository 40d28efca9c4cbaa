import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../sandbox/api/server.ts';
import { makeAuthority } from '../sandbox/certificates.ts';
import type { Cause } from '../src/base/cause.ts';
import { credential } from '../src/base/credential.ts';
import { probe } from '../src/fleet/from-cluster/probe.ts';
import { connectStored, connectUser, type Limits, TransportError } from '../src/kube/api/connection.ts';
import type { StoredKubeconfig } from '../src/kube/kubeconfig/stored.ts';
import { contextOf } from './support/machine.ts';

const limits: Limits = { timeout: 2000, signal: new AbortController().signal };
const open: ApiServer[] = [];
after(() => Promise.all(open.map(server => server.stop())));
const start = async (options: ApiServerOptions = {}): Promise<ApiServer> => {
  const server = await startApiServer(options);
  open.push(server);
  return server;
};
const stored = (server: ApiServer, change: Partial<StoredKubeconfig> = {}): StoredKubeconfig => ({
  server: server.url.replace('http:', 'https:'),
  caPem: server.caPem,
  insecure: false,
  auth: ['token'],
  token: credential(server.adminToken),
  userMissing: false,
  ...change,
});
const causeOf = async (kubeconfig: StoredKubeconfig): Promise<Cause | 'connected'> => {
  try {
    (await connectStored('x', kubeconfig, limits)).close();
    return 'connected';
  } catch (error) {
    assert.ok(error instanceof TransportError, String(error));
    return error.reason;
  }
};

test('TLS is judged before any credential leaves, and each fault has its own cause', async () => {
  const other = await makeAuthority('other');
  const cases: readonly (readonly [what: string, options: ApiServerOptions, change: Partial<StoredKubeconfig>, cause: Cause])[] = [
    ['another CA', {}, { caPem: other.pem }, 'unknown-ca'],
    ['no CA', {}, { caPem: undefined } as unknown as Partial<StoredKubeconfig>, 'unknown-ca'],
    ['no SAN', { certificate: { noSan: true } }, {}, 'san-mismatch'],
    ['a certificate for another address', { certificate: { ips: ['10.0.0.1'] } }, {}, 'san-mismatch'],
    ['a certificate for another name', {}, { tlsServerName: 'east.example.com' }, 'san-mismatch'],
    ['an expired certificate', { certificate: { expired: true } }, {}, 'certificate-expired'],
    ['TLS 1.1', { maxTls: 'TLSv1.1' }, {}, 'tls-version'],
    ['HTTP on the TLS port', { plainHttp: true }, {}, 'not-tls'],
  ];
  for (const [what, options, change, cause] of cases) {
    const server = await start(options);
    assert.equal(await causeOf(stored(server, change)), cause, what);
    assert.deepEqual(server.requests, [], what);
  }
  const named = await start({ certificate: { ips: [], dnsNames: ['east.example.com'] } });
  assert.equal(await causeOf(stored(named, { tlsServerName: 'east.example.com' })), 'connected');
});
test('a name that does not resolve, a closed port and a server that says nothing are three causes', async () => {
  const server = await start();
  assert.equal(await causeOf(stored(server, { server: 'https://does-not-exist.invalid:6443' })), 'dns');
  const silent = createServer(() => undefined);
  const sockets: Socket[] = [];
  silent.on('connection', socket => sockets.push(socket));
  await new Promise<void>(ready => silent.listen(0, '127.0.0.1', ready));
  const { port } = silent.address() as { port: number };
  assert.equal(await causeOf(stored(server, { server: `https://127.0.0.1:${port}` })), 'timeout');
  for (const socket of sockets) socket.destroy();
  await new Promise<void>(closed => silent.close(() => closed()));
  assert.equal(await causeOf(stored(server, { server: `https://127.0.0.1:${port}` })), 'refused');
});
test('a proxy is gone through with CONNECT and sees no credential; a proxy that refuses is told as that', async () => {
  const server = await start();
  const seen: string[] = [];
  let answer = 'HTTP/1.1 200 OK\r\n\r\n';
  const proxy = createServer(client => {
    client.on('error', () => undefined);
    client.once('data', head => {
      seen.push(head.toString());
      client.write(answer);
      if (!answer.includes(' 200 ')) return client.end();
      const upstream = connect(Number(new URL(server.url).port), '127.0.0.1');
      upstream.on('error', () => undefined);
      client.pipe(upstream).pipe(client);
      return undefined;
    });
  });
  await new Promise<void>(ready => proxy.listen(0, '127.0.0.1', ready));
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
  const { identity } = await probe('x', { ok: true, value: stored(server, { proxyUrl }) }, ['ns'], limits);
  assert.equal(identity.status, 'pass');
  assert.match(seen[0] ?? '', /^CONNECT 127\.0\.0\.1:\d+ HTTP\/1\.1\r\n/);
  assert.ok(!seen.join('').includes(server.adminToken));
  answer = 'HTTP/1.1 403 Forbidden\r\n\r\n';
  assert.equal(await causeOf(stored(server, { proxyUrl })), 'proxy');
  proxy.close();
});
test('an insecure kubeconfig sends no token, and a redirect is not followed', async () => {
  const server = await start();
  const insecure = await connectStored('x', stored(server, { insecure: true }), limits);
  await insecure.request({ path: '/version' });
  insecure.close();
  assert.ok(server.requests.every(({ authorization }) => authorization === undefined));
  const elsewhere = await start();
  server.fault({ path: /version/ }, { kind: 'redirect', to: `${elsewhere.url}/version` });
  const connection = await connectStored('x', stored(server), limits);
  await assert.rejects(connection.request({ path: '/version' }), /redirect/);
  connection.close();
  assert.deepEqual(elsewhere.requests, []);
});
test('an answer that breaks off is none, whatever it is of; a read is asked once more', async () => {
  for (const http1 of [false, true])
    for (const body of ['what a pod logs\n'.repeat(20), { kind: 'List', items: [] }]) {
      const server = await start({ http1 });
      let cuts = 2;
      server.alter((_, reply) => ({ ...reply, body, cut: cuts-- > 0 }));
      const connection = await connectStored('x', stored(server), limits);
      await assert.rejects(connection.request({ path: '/version' }), { reason: 'reset' }, `${http1} ${JSON.stringify(body)}`);
      cuts = 1;
      assert.deepEqual((await connection.request({ path: '/version' })).body, body);
      connection.close();
    }
});
test("the user's own context over plain http is for this machine alone, and gets no credential; what is no URL is one clear line", async () => {
  const context = (server: string) => contextOf({ server }, { token: 'canary', as: 'somebody', 'as-groups': ['a', 'b'] });
  for (const server of ['http://10.0.0.1:1', 'http://localhost.example.com', 'nonsense'])
    await assert.rejects(connectUser(await context(server), limits), { name: 'UserError', exitCode: 2 });
  const plain = await start({ plainHttp: true });
  const connection = await connectUser(await context(plain.url), limits);
  await connection.request({ path: '/version' });
  connection.close();
  assert.deepEqual(
    plain.requests.map(({ authorization }) => authorization),
    [undefined],
  );
});
