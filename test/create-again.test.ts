import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { runHere as run } from './support/in-process.ts';
import { serverOf } from './support/registered.ts';

let world: World;
let restore: readonly (() => void)[];
before(async () => {
  world = await startWorld(['dp1', 'dp2']);
  restore = Object.values(world.servers).map(one => one.snapshot());
});
beforeEach(() => {
  for (const one of restore) one();
});
after(() => world.stop());
const server = (name: string) => serverOf(world, name);
const create = (...args: string[]) => run(['clientconfig', 'create', '--yes', ...args, '--kubeconfig', world.kubeconfig]);
interface Kubeconfig {
  clusters: { cluster: Record<string, unknown> }[];
  users: { user: { token: string } }[];
}
const secretOf = (name: string) => server('cp').get('', 'secrets', namespace, name);
const kubeconfigOf = (name: string): Kubeconfig =>
  parse(
    Buffer.from(String((secretOf(name)?.['data'] as { kubeconfig?: string } | undefined)?.kubeconfig), 'base64').toString(),
  ) as Kubeconfig;
const store = (name: string, change: (kubeconfig: Kubeconfig) => void): void => {
  const secret = secretOf(name);
  assert.ok(secret !== undefined);
  const kubeconfig = kubeconfigOf(name);
  change(kubeconfig);
  server('cp').put('', 'secrets', { ...secret, data: { kubeconfig: Buffer.from(stringify(kubeconfig)).toString('base64') } });
};
const elsewhere = (name: string): string => server(name).url.replace('127.0.0.1', 'localhost');

test('a token Secret whose token the data plane takes no more is not taken again', async () => {
  assert.equal((await create('--from-context', 'dp1', '--allow', 'loopback')).code, 0);
  const [{ user } = { user: { token: '' } }] = kubeconfigOf('dp1-config').users;
  // As where that API server signs with another key: the Secret is there, and its account too.
  server('dp1').revoke(user.token);
  const again = await create('--from-context', 'dp1', '--allow', 'loopback');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^created Secret .*clientconfig-\w+ in dp1$/m);
  assert.notEqual(kubeconfigOf('dp1-config').users[0]?.user.token, user.token);
  const { stdout } = await run(['contexts', 'check', '--skip', 'KC6', '--kubeconfig', world.kubeconfig]);
  assert.doesNotMatch(stdout, /KC401/);
  assert.match(stdout, /KC406 /);
});
test('a registration that is made anew keeps its address and what was allowed by name, unless a flag says otherwise', async () => {
  assert.equal((await create('dp1', '--from-context', 'dp1', '--server', elsewhere('dp1'), '--allow', 'loopback')).code, 0);
  store('dp1-config', ({ users }) => {
    for (const { user } of users) user.token = 'gone';
  });
  const dry = await create('dp1', '--from-context', 'dp1', '--dry-run');
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /= keeps the server https:\/\/localhost:\d+ \(dp1 has https:\/\/127\.0\.0\.1:\d+; --server changes it\)/);
  assert.match(dry.stdout, /~ Secret .*dp1-config in cp {2}\(token: sha256:\w+ -> sha256:\w+\)/);
  const again = await create('dp1', '--from-context', 'dp1');
  assert.equal(again.code, 0, again.stderr);
  assert.equal(kubeconfigOf('dp1-config').clusters[0]?.cluster['server'], elsewhere('dp1'));
  const moved = await create('dp1', '--from-context', 'dp1', '--server', server('dp1').url);
  assert.match(moved.stdout, /updated Secret .*\(server: https:\/\/localhost:\d+ -> https:\/\/127\.0\.0\.1:\d+\)/);
});
test('TLS name and proxy stay too, and each has its own flag', async () => {
  await create('dp1', '--from-context', 'dp1', '--allow', 'loopback');
  store('dp1-config', ({ clusters }) => Object.assign(clusters[0]?.cluster ?? {}, { 'tls-server-name': 'localhost' }));
  assert.equal((await create('dp1', '--from-context', 'dp1')).code, 0);
  assert.equal(kubeconfigOf('dp1-config').clusters[0]?.cluster['tls-server-name'], 'localhost');
  const changed = await create('dp1', '--from-context', 'dp1', '--tls-server-name', '127.0.0.1');
  assert.match(changed.stdout, /tls-server-name: localhost -> 127\.0\.0\.1/);
  store('dp1-config', ({ clusters }) => Object.assign(clusters[0]?.cluster ?? {}, { 'proxy-url': 'http://joe:canary@127.0.0.1:1' }));
  const proxied = await create('dp1', '--from-context', 'dp1');
  assert.equal(proxied.code, 4);
  assert.doesNotMatch(proxied.stdout + proxied.stderr, /canary/);
});
test('nothing that protects a credential is kept, and nothing of another cluster', async () => {
  await create('east', '--from-context', 'dp1', '--allow', 'loopback');
  // whoever writes Secrets allows what they like
  const secret = secretOf('east-config');
  assert.ok(secret !== undefined);
  const noted = {
    ...secret.metadata.annotations,
    'cli.k8ssandra.io/allowed': 'loopback,other-cluster,insecure-tls,wrong-identity,control-plane',
  };
  server('cp').put('', 'secrets', { ...secret, metadata: { ...secret.metadata, annotations: noted } });
  const other = await create('east', '--from-context', 'dp2');
  assert.equal(other.code, 4, other.stdout);
  assert.match(other.stderr, /is a loopback address/);
  const named = await create('east', '--from-context', 'dp2', '--allow', 'loopback');
  assert.match(named.stderr, /provides another cluster/);
  const taken = await create('east', '--from-context', 'dp2', '--allow', 'loopback,other-cluster');
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal(kubeconfigOf('east-config').clusters[0]?.cluster['server'], server('dp2').url);
});
test('a ClientConfig of another name that provides the context is the one that is made anew', async () => {
  await create('east', '--from-context', 'dp1', '--allow', 'loopback');
  const made = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'east');
  assert.ok(made !== undefined);
  const { metadata, ...rest } = made;
  server('cp').put('config.k8ssandra.io', 'clientconfigs', { ...rest, metadata: { namespace, name: 'by-hand' } });
  server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'east');
  store('east-config', ({ users }) => {
    for (const { user } of users) user.token = 'gone';
  });
  const again = await create('east', '--from-context', 'dp1');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /updated Secret .*east-config/);
  assert.deepEqual(
    server('cp')
      .list('config.k8ssandra.io', 'clientconfigs')
      .map(one => one.metadata.name),
    ['by-hand'],
  );
});
test('a name or a Secret of another context is never taken', async () => {
  await create('east', '--from-context', 'dp1', '--allow', 'loopback');
  const made = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'east');
  assert.ok(made !== undefined);
  server('cp').put('config.k8ssandra.io', 'clientconfigs', { ...made, spec: { ...(made['spec'] as object), contextName: 'prod' } });
  const second = await create('east', '--from-context', 'dp2', '--allow', 'loopback');
  assert.equal(second.code, 0, second.stderr);
  const all = server('cp')
    .list('config.k8ssandra.io', 'clientconfigs')
    .map(({ metadata: { name }, ...one }) => [name, one['spec']] as const);
  assert.deepEqual(all[0], ['east', { contextName: 'prod', kubeConfigSecret: { name: 'east-config' } }]);
  assert.match(all[1]?.[0] ?? '', /^east-[0-9a-f]{8}$/);
  assert.deepEqual(all[1]?.[1], { contextName: 'east', kubeConfigSecret: { name: `${all[1]?.[0]}-config` } });
});
test('two that provide the context are told, and none is touched', async () => {
  await create('east', '--from-context', 'dp1', '--allow', 'loopback');
  const made = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'east');
  assert.ok(made !== undefined);
  server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    ...made,
    metadata: { namespace, name: 'twin' },
    spec: { ...(made['spec'] as object), contextName: 'east' },
  });
  const refused = await create('east', '--from-context', 'dp1');
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /east and .*twin already provide the context east.*\nfix: .*--context cp clientconfig delete /);
});
test('a token with an end needs the renewer, and a registration that is there is rotated to it', async () => {
  const ttl = (...args: string[]) => create('dp1', '--from-context', 'dp1', '--allow', 'loopback', '--token-ttl', '90d', ...args);
  assert.match((await ttl()).stderr, /no renewer runs/);
  server('cp').put('batch', 'cronjobs', {
    metadata: { namespace, name: 'clientconfig-renewer', labels: { 'app.kubernetes.io/component': 'clientconfig-renewer' } },
  });
  const dry = await ttl('--dry-run');
  assert.match(dry.stdout, /kubeconfig with a new token, ends after 90d/);
  assert.doesNotMatch(dry.stdout, /token of /);
  const made = await ttl();
  assert.equal(made.code, 0, made.stderr);
  const [, claims = ''] = (kubeconfigOf('dp1-config').users[0]?.user.token ?? '').split('.');
  const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number };
  assert.ok(Math.abs(exp - Date.now() / 1000 - 90 * 86_400) < 600);
  assert.equal(secretOf('dp1-config')?.metadata.annotations?.['cli.k8ssandra.io/token-secret'], undefined);
  assert.deepEqual(
    server('dp1')
      .list('', 'secrets')
      .map(({ metadata }) => metadata.name),
    [],
  );
  const again = await ttl();
  assert.equal(again.code, 4);
  assert.match(again.stderr, /^fix: {3}kubectl k8ssandra --kubeconfig \S+ --context cp clientconfig rotate dp1 --token-ttl 7776000s$/m);
});
