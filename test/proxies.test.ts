import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiServer, startApiServer } from '../sandbox/api/server.ts';
import { type Authority, makeAuthority } from '../sandbox/certificates.ts';
import { credential } from '../src/base/credential.ts';
import { connectStored, connectUser, type Limits, TransportError } from '../src/kube/api/connection.ts';
import { environmentProxy } from '../src/kube/api/environment-proxy.ts';
import type { StoredKubeconfig } from '../src/kube/kubeconfig/stored.ts';
import { contextOf } from './support/machine.ts';
import { type ProxyKind, startProxy, type TestProxy } from './support/proxies.ts';

const limits: Limits = { timeout: 3000, signal: new AbortController().signal };
/** A name that resolves nowhere: only the proxy knows it. */
const name = 'api.corp.invalid';
const kinds: readonly ProxyKind[] = ['http', 'https', 'socks5'];
let authority: Authority;
let named: ApiServer;
let addressed: ApiServer;
before(async () => {
  authority = await makeAuthority();
  named = await startApiServer({ authority, certificate: { ips: [], dnsNames: [name] } });
  addressed = await startApiServer({ authority, certificate: { ips: ['10.9.8.7'], dnsNames: [] } });
});
const proxies: TestProxy[] = [];
const proxy = async (kind: ProxyKind, leadsTo: ApiServer, user?: readonly [string, string]): Promise<TestProxy> => {
  const started = await startProxy(kind, {
    authority,
    leadsTo: Number(new URL(leadsTo.url).port),
    ...(user === undefined ? {} : { user }),
  });
  proxies.push(started);
  return started;
};
after(async () => {
  await Promise.all([...proxies, named, addressed].map(one => one.stop()));
});
const ca = (): string => Buffer.from(authority.pem).toString('base64');
const userContext = (server: string, token: string, cluster: Readonly<Record<string, unknown>> = {}, env = {}) =>
  contextOf({ server, 'certificate-authority-data': ca(), ...cluster }, { token }, env);
const stored = (server: string, token: string, proxyUrl: string, change: Partial<StoredKubeconfig> = {}): StoredKubeconfig => ({
  server,
  caPem: authority.pem,
  insecure: false,
  auth: ['token'],
  token: credential(token),
  userMissing: false,
  proxyUrl,
  ...change,
});
const versionThrough = async (connecting: ReturnType<typeof connectUser>): Promise<number> => {
  const connection = await connecting;
  try {
    return (await connection.request({ path: '/api/v1/namespaces' })).status;
  } finally {
    connection.close();
  }
};
const failure = async (asking: Promise<unknown>): Promise<TransportError> => {
  const error: unknown = await asking.then(
    () => assert.fail('it went through'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TransportError, String(error));
  return error;
};

for (const kind of kinds) {
  test(`${kind}: a name is resolved at the proxy, and the certificate is verified for the server's own name or address`, async () => {
    for (const [server, host] of [
      [named, name],
      [addressed, '10.9.8.7'],
    ] as const) {
      const way = await proxy(kind, server);
      const url = `https://${host}:6443`;
      assert.equal(await versionThrough(connectUser(await userContext(url, server.adminToken, { 'proxy-url': way.url }), limits)), 200);
      assert.equal(await versionThrough(connectStored('x', stored(url, server.adminToken, way.url), limits)), 200);
      assert.deepEqual(way.targets, [`${host}:6443`, `${host}:6443`]);
      assert.ok(!way.heard().includes(server.adminToken), 'the proxy saw the token');
    }
  });
  test(`${kind}: a wrong certificate, a wrong name and an unknown CA are found out before any credential leaves`, async () => {
    const wrong: readonly (readonly [server: ApiServer, url: string, reason: string])[] = [
      [addressed, `https://${name}:6443`, 'san-mismatch'],
      [named, 'https://10.9.8.7:6443', 'san-mismatch'],
      [named, 'https://localhost:6443', 'san-mismatch'],
      [named, 'https://127.0.0.1:6443', 'san-mismatch'],
      [named, 'https://[fd00::1]:6443', 'san-mismatch'],
    ];
    for (const [server, url, reason] of wrong) {
      const way = await proxy(kind, server);
      const before = server.requests.length;
      for (const connecting of [
        async () => connectUser(await userContext(url, server.adminToken, { 'proxy-url': way.url }), limits),
        () => connectStored('x', stored(url, server.adminToken, way.url), limits),
      ]) {
        const error = await failure(versionThrough(connecting()));
        assert.equal(error.reason, reason, `${url}: ${error.message}`);
        assert.ok(error.message.includes(`through the proxy ${way.url}`), error.message);
      }
      assert.equal(server.requests.length, before, 'the server saw a request');
    }
    const stranger = await startApiServer({ certificate: { ips: [], dnsNames: [name] } });
    const way = await proxy(kind, stranger);
    const error = await failure(
      versionThrough(connectUser(await userContext(`https://${name}`, stranger.adminToken, { 'proxy-url': way.url }), limits)),
    );
    assert.equal(error.reason, 'unknown-ca');
    assert.deepEqual(stranger.requests, []);
    await stranger.stop();
  });
  test(`${kind}: the proxy's own user logs in, a wrong one is told, and no password is`, async () => {
    const user = ['who', 'p@ss:canary/%20'] as const;
    const way = await proxy(kind, named, user);
    const url = `https://${name}:6443`;
    const right = way.urlFor(...user);
    assert.equal(await versionThrough(connectUser(await userContext(url, named.adminToken, { 'proxy-url': right }), limits)), 200);
    assert.equal(await versionThrough(connectStored('x', stored(url, named.adminToken, right), limits)), 200);
    for (const wrong of [way.url, way.urlFor('who', 'canary')]) {
      const error = await failure(versionThrough(connectUser(await userContext(url, named.adminToken, { 'proxy-url': wrong }), limits)));
      assert.equal(error.reason, 'proxy');
      assert.ok(error.message.startsWith(`the proxy ${way.url}: `), error.message);
      assert.doesNotMatch(error.message, /canary/);
    }
  });
}
test('an https proxy is verified as the server is: with its CA', async () => {
  const other = await makeAuthority('other');
  const way = await startProxy('https', { authority: other, leadsTo: Number(new URL(named.url).port) });
  proxies.push(way);
  const url = `https://${name}:6443`;
  const error = await failure(versionThrough(connectUser(await userContext(url, named.adminToken, { 'proxy-url': way.url }), limits)));
  assert.equal(error.reason, 'proxy');
  assert.deepEqual(way.targets, []);
});
test('a proxy that is not there, one of another kind and one that says nothing are told with its address', async () => {
  const way = await proxy('socks5', named);
  const url = `https://${name}:6443`;
  const through = (proxyUrl: string) =>
    versionThrough(connectStored('x', stored(url, named.adminToken, proxyUrl), { ...limits, timeout: 1000 }));
  const gone = await startProxy('http', { leadsTo: 1 });
  await gone.stop();
  for (const [proxyUrl, told] of [
    [gone.url, /^the proxy http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED$/],
    [way.url.replace('socks5', 'http'), /^the proxy http:\/\/127\.0\.0\.1:\d+: it /],
    [way.url.replace('socks5', 'ftp'), /^the proxy ftp:.* is ftp:\/\//],
    ['socks5://', /^the proxy socks5:.*: it names no host$/],
  ] as const) {
    const error = await failure(through(proxyUrl));
    assert.match(error.message, told);
    assert.equal(error.reason, 'proxy');
  }
});
test("the environment's proxy is for the user's contexts alone, and a failure names it and its variable", async () => {
  const way = await proxy('http', named);
  const url = `https://${name}:6443`;
  for (const variable of ['HTTPS_PROXY', 'https_proxy']) {
    const env = { [variable]: way.url };
    assert.equal(await versionThrough(connectUser(await userContext(url, named.adminToken, {}, env), limits)), 200, variable);
    const error = await failure(versionThrough(connectUser(await userContext('https://10.9.8.7:6443', 'x', {}, env), limits)));
    assert.ok(error.message.includes(`through the proxy ${way.url} (from ${variable})`), error.message);
  }
  const { proxyUrl: _, ...direct } = stored(url, named.adminToken, '');
  process.env['HTTPS_PROXY'] = way.url;
  try {
    assert.equal((await failure(versionThrough(connectStored('x', direct, limits)))).reason, 'dns');
  } finally {
    delete process.env['HTTPS_PROXY'];
  }
});
/** Server, NO_PROXY, and whether golang.org/x/net/http/httpproxy v0.49.0 goes through the proxy all the same. */
const exempt: readonly (readonly [server: string, noProxy: string, through: boolean])[] = [
  ['https://a.b.com', '', true],
  ['https://localhost:6443', '', false],
  ['https://127.0.0.1:6443', '', false],
  ['https://127.9.9.9', '', false],
  ['https://[::1]:6443', '', false],
  ['https://sub.localhost', '', true],
  ['https://a.b.com', '*', false],
  ['https://a.b.com', 'x, *', false],
  ['https://a.b.com', 'b.com', false],
  ['https://b.com', 'b.com', false],
  ['https://b.com', '.b.com', true],
  ['https://a.b.com', '.b.com', false],
  ['https://a.b.com', '*.b.com', false],
  ['https://b.com', '*.b.com', true],
  ['https://ab.com', 'b.com', true],
  ['https://A.B.com', 'b.COM', false],
  ['https://a.b.com', ' b.com ,c.com', false],
  ['https://a.b.com', 'b.com:443', false],
  ['https://a.b.com:6443', 'b.com:443', true],
  ['https://a.b.com:6443', 'b.com:6443', false],
  ['https://10.1.2.3', '10.1.2.3', false],
  ['https://10.1.2.3', '10.0.0.0/8', false],
  ['https://11.1.2.3', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.1.2.3:443', false],
  ['https://10.1.2.3:6443', '10.1.2.3:443', true],
  ['https://10.1.2.3', '10.1', true],
  ['https://10.1.2.3', '.2.3', true],
  ['https://[fd00::1]:6443', 'fd00::/8', false],
  ['https://[fd00::1]:6443', 'fd00::1', false],
  ['https://[fd00::1]:6443', '[fd00::1]:6443', false],
  ['https://[fd00::1]:6443', '[fd00::1]:443', true],
  ['https://[fd00::1]:6443', '[fd00::1]', true],
  ['https://10.1.2.3', '10.0.0.0/33', true],
  ['https://a.b.com', ',,', true],
  ['https://a.b.com', ':443', true],
  ['https://a.b.com', 'b.com.', true],
  ['https://xn--mnchen-3ya.de', 'münchen.de', false],
];
test('NO_PROXY exempts what Go exempts, and a proxy without a scheme is http', () => {
  for (const [server, noProxy, through] of exempt)
    for (const variable of ['NO_PROXY', 'no_proxy'])
      assert.equal(
        environmentProxy(new URL(server), { HTTPS_PROXY: 'http://p:1', [variable]: noProxy }) !== undefined,
        through,
        `${server} ${noProxy}`,
      );
  const url = (proxyUrl: string): string | undefined => environmentProxy(new URL('https://a'), { HTTPS_PROXY: proxyUrl })?.url;
  assert.deepEqual([url('p'), url('p:3128'), url('socks5://p:1'), url('')], ['http://p', 'http://p:3128', 'socks5://p:1', undefined]);
  assert.deepEqual(environmentProxy(new URL('https://a'), { HTTP_PROXY: 'http://p' }), undefined);
});
