import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { looksSecret, shownName, shownPath, withoutSecrets, withoutUser } from '../src/base/shown.ts';
import { userContextsOf } from '../src/fleet/user-contexts.ts';
import { parseStored } from '../src/kube/kubeconfig/parse.ts';
import { shownUrl } from '../src/kube/kubeconfig/url.ts';
import { cluster, context } from '../src/kube/kubeconfig/v1.ts';

const names = [
  'dp1',
  'K8ssandraOperatorProd01',
  'K8ssandraOperatorProd01Cluster',
  'AksClusterProductionWestEurope01',
  'arn:aws:eks:us-east-1:123456789012:cluster/prod',
  'gke_my-project-123456_us-central1-a_cluster-1',
  'do-nyc1-k8s-1-22-1-do-0-nyc1-1645',
  'system:serviceaccount:k8ssandra-operator:k8ssandra-operator',
  'clusterUser_rg-prod-westeurope_aks-prod01',
  'k8ssandra-operator-7f9c6d5b8f-x2x9z',
  '0f3a1c5e-7b2d-4860-9f3a-1c5e7b2d4860',
  'default/api-mycluster-example-com:6443/kube:admin',
  'user@example.com',
  '東京',
];
const digest = (at: number): Buffer => createHash('sha512').update(String(at)).digest();
/** Credentials as they are made, without chance. */
const makers: Readonly<Record<string, (at: number) => string>> = {
  'a JWT': at => `eyJhbGciOiJSUzI1NiJ9.${digest(at).toString('base64url')}.${digest(at + 1).toString('base64url')}`,
  'a key': at => `-----BEGIN PRIVATE KEY-----\n${digest(at).toString('base64')}\n-----END PRIVATE KEY-----\n`,
  'base64 of 48 bytes': at => digest(at).subarray(0, 48).toString('base64'),
  'hex of 32 bytes': at => digest(at).subarray(0, 32).toString('hex'),
  'a bootstrap token': at => `${digest(at).toString('hex').slice(0, 6)}.${digest(at).toString('hex').slice(6, 22)}`,
};
test('what people name is shown, and what is drawn by lot is not', () => {
  for (const name of names) assert.equal(shownName(name), name);
  for (const [what, make] of Object.entries(makers)) {
    const missed = Array.from({ length: 500 }, (_, at) => make(at)).filter(one => !looksSecret(one));
    // Chance makes some look like words.
    assert.ok(missed.length <= 10, `${what}: ${missed.length}, ${missed[0]}`);
  }
  assert.equal(shownName('x'.repeat(254)), '(not shown: 254 characters)');
});
const jwt = makers['a JWT']?.(0) ?? '';
test('a path is one that leads from somewhere or to a file of a type', () => {
  const key = makers['a key']?.(0) ?? '';
  for (const path of [
    '/var/run/secrets/kubernetes.io/serviceaccount/token',
    './a/b',
    '../x',
    '~/.kube/ca.crt',
    'C:\\Users\\me\\ca.crt',
    'client.key',
    'token',
    '/x/東京',
  ])
    assert.equal(shownPath(path), path);
  for (const path of [
    jwt,
    `/run/${jwt}`,
    `./${jwt}.txt`,
    key,
    `/run/${key}`,
    digest(1).toString('hex'),
    'correct-horse-battery-staple',
    'x'.repeat(300),
  ])
    assert.equal(shownPath(path), `(no path: ${path.length} characters)`);
});
test('a URL is its scheme, host, port and path', () => {
  for (const [url, shown] of [
    ['https://h.example.com:6443', 'https://h.example.com:6443'],
    ['https://h/k8s/clusters/c-m-abc12', 'https://h/k8s/clusters/c-m-abc12'],
    [
      'https://A1B2C3D4E5F60718293A4B5C6D7E8F90.gr7.us-east-1.eks.amazonaws.com',
      'https://A1B2C3D4E5F60718293A4B5C6D7E8F90.gr7.us-east-1.eks.amazonaws.com',
    ],
    [
      'https://a1b2c3d4e5f60718293a4b5c6d7e8f90.gr7.us-east-1.eks.amazonaws.com',
      'https://a1b2c3d4e5f60718293a4b5c6d7e8f90.gr7.us-east-1.eks.amazonaws.com',
    ],
    ['https://[::1]:6443/', 'https://[::1]:6443/'],
    ['https://user:pass@h:1/x?token=secret#secret', 'https://h:1/x'],
    ['http://u:p@ss@h', 'http://h'],
    ['http://u:p/w@h', 'http://h'],
    ['http://u:p?w@h', 'http://h'],
    ['http://u?:p@h', 'http://h'],
    ['http://u:1?p@h:3128', 'http://h:3128'],
    ['http://t#p@h/x', 'http://h/x'],
    ['https://h?a=b', 'https://h'],
    ['https://h/a@b', 'https://h/a@b'],
    ['https://h/?user=a@b', 'https://h/'],
    ['user:pass@h:6443', 'h:6443'],
    ['h:6443?token=x', 'h:6443'],
    ['https://u:p@h h', 'https://h h'],
    [`https://h/${jwt}/x`, `https://h/(not shown: ${jwt.length} characters)/x`],
    [jwt, `(not shown: ${jwt.length} characters)`],
    ['', ''],
  ] as const)
    assert.equal(shownUrl(url), shown, url);
});
test('a text keeps its URLs without whom they are for', () => {
  for (const [said, kept] of [
    ['Get "https://u:p@h:1/x?y=1": EOF', 'Get "https://h:1/x?y=1": EOF'],
    ['parse "http://u:p/w@h": invalid port ":p" after host', 'parse "http://h": invalid port ":p" after host'],
    ['"http://u?p@h", "http://t#p@h/x" and http://u:1?p@h:2 ', '"http://h", "http://h/x" and http://h:2 '],
    ['https://h/a@b https://h:1/a@b https://[::1]:1/a@b', 'https://h/a@b https://h:1/a@b https://[::1]:1/a@b'],
    ['https://h/?a=b@c, https://h?a=b', 'https://h/?a=b@c, https://h?a=b'],
    ['a//u:p@h and b', 'a//u:p@h and b'],
  ] as const)
    assert.equal(withoutUser(said), kept, said);
});
test("of the user's own contexts neither a password nor a query is kept", () => {
  const own = { ...cluster.zero, server: 'https://u:p@h?token=x', proxyUrl: 'http://u:p/w@proxy:3128' };
  const config = { contexts: new Map([['x', { ...context.zero, cluster: 'x' }]]), clusters: new Map([['x', own]]) };
  const stored = parseStored('{clusters: [{name: x, cluster: {server: "https://h"}}], contexts: [{name: x, context: {cluster: x}}]}', 'x');
  const kept = userContextsOf(config, { server: 'https://cp', stored: new Map([['n/x', stored]]) }, []);
  assert.deepEqual(kept, [{ name: 'x', server: 'https://h', proxyUrl: 'http://proxy:3128' }]);
});
test('a text keeps what stands around a credential', () => {
  for (const make of Object.values(makers).slice(0, 3)) {
    const secret = make(3);
    const said = withoutSecrets(`it was ${secret} that came`);
    assert.match(said, /^it was .*REDACTED/);
    assert.ok(!said.includes(secret.slice(0, 20)), said);
  }
  const plain = 'lookup a1b2c3d4e5f60718293a4b5c6d7e8f90.gr7.eks.amazonaws.com: no such host (sha256:ab12cd34ef56)';
  assert.equal(withoutSecrets(plain), plain);
});
