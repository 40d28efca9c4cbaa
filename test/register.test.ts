import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { parse } from 'yaml';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { runHere as run } from './support/in-process.ts';

let world: World;
before(async () => {
  world = await startWorld(['dp1', 'dp2']);
});
after(() => world.stop());
const cp = () => {
  const server = world.servers['cp'];
  assert.ok(server);
  return server;
};
const registrations = () => cp().list('config.k8ssandra.io', 'clientconfigs');
beforeEach(() => {
  for (const { metadata } of registrations()) cp().remove('config.k8ssandra.io', 'clientconfigs', metadata.namespace ?? '', metadata.name);
  for (const { metadata } of cp().list('', 'secrets')) cp().remove('', 'secrets', metadata.namespace ?? '', metadata.name);
});
const register = (...args: string[]) =>
  run(['register', '--yes', ...args, '--allow', 'loopback', '--request-timeout', '2s'], { KUBECONFIG: world.kubeconfig });
const both = ['--source-context', 'dp1', '--dest-context', 'cp'];
const port = () => new URL(world.servers['dp1']?.url ?? '').port;
const server = (): string => {
  const [secret] = cp().list('', 'secrets');
  const { kubeconfig = '' } = (secret?.['data'] ?? {}) as { kubeconfig?: string };
  return (
    (parse(Buffer.from(kubeconfig, 'base64').toString()) as { clusters: { cluster: { server: string } }[] }).clusters[0]?.cluster.server ??
    ''
  );
};

const table: readonly (readonly [what: string, args: () => string[], code: number, context?: string])[] = [
  ['the two contexts', () => both, 0, 'dp1'],
  ['--destination-name', () => [...both, '--destination-name', 'east'], 0, 'east'],
  [
    '--source-namespace and --serviceaccount-name',
    () => [...both, '--source-namespace', namespace, '--serviceaccount-name', 'k8ssandra-operator'],
    0,
    'dp1',
  ],
  ['--dest-namespace', () => [...both, '--dest-namespace', namespace], 0, 'dp1'],
  ['kubeconfigs of their own', () => [...both, '--source-kubeconfig', world.kubeconfig, '--dest-kubeconfig', world.kubeconfig], 0, 'dp1'],
  ['an address of its own', () => [...both, '--override-src-ip', '127.0.0.1', '--override-src-port', port()], 0, 'dp1'],
  ['an IPv6 address gets brackets', () => [...both, '--override-src-ip', '::1', '--override-src-port', '1'], 4],
  ['no source', () => ['--dest-context', 'cp'], 2],
  ['no destination', () => ['--source-context', 'dp1'], 2],
  ['an address without a port', () => [...both, '--override-src-ip', '127.0.0.1'], 2],
  ['a port without an address', () => [...both, '--override-src-port', '1'], 2],
  ['a port that is none', () => [...both, '--override-src-ip', '127.0.0.1', '--override-src-port', 'x'], 2],
  ['a name that cannot be', () => [...both, '--destination-name', 'A B'], 2],
  ['an unknown context', () => ['--source-context', 'nowhere', '--dest-context', 'cp'], 2],
  ['a kubeconfig that is not there', () => [...both, '--source-kubeconfig', '/nonexistent'], 2],
  ['a service account that is not there', () => [...both, '--serviceaccount-name', 'nobody'], 4],
  ['a namespace that the operator ignores', () => [...both, '--dest-namespace', 'elsewhere'], 4],
  ['a flag it never had', () => [...both, '--retries', '3'], 2],
];
for (const [what, args, code, context] of table)
  test(`register with ${what}: exit ${code}`, async () => {
    const ran = await register(...args());
    assert.equal(ran.code, code, ran.stdout + ran.stderr);
    assert.deepEqual(
      registrations().map(config => (config['spec'] as { contextName: string }).contextName),
      context === undefined ? [] : [context],
    );
    if (code === 0) {
      assert.match(ran.stderr, /^register is deprecated: use kubectl k8ssandra .*--context .*clientconfig create .*--from-context .*\n$/);
      assert.match(server(), /^https:\/\/127\.0\.0\.1:\d+$/);
    } else assert.match(ran.stderr, /^error: .+\nfix: {3}.+$/m);
  });

test('one name never slides onto another cluster unseen', async () => {
  assert.equal((await register(...both, '--destination-name', 'east')).code, 0);
  const other = await register('--source-context', 'dp2', '--dest-context', 'cp', '--destination-name', 'east');
  assert.equal(other.code, 4, other.stdout + other.stderr);
  assert.match(other.stderr, /provides another cluster.*--allow other-cluster/s);
});
