import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../sandbox/api/faults.ts';
import { namespace } from '../sandbox/world.ts';
import { liveTokens, type Registered, sharedWorlds } from './support/registered.ts';
import type { Run } from './support/run.ts';
import { faultName } from './support/write-faults.ts';

const startWorlds = sharedWorlds();
let registered: Registered;
const start = async (...names: string[]): Promise<Registered> => {
  registered = await startWorlds(...names);
  return registered;
};
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const left = ({ server }: Registered, names: readonly string[]): string[] => [
  ...server('cp')
    .list('config.k8ssandra.io', 'clientconfigs')
    .map(({ metadata }) => `ClientConfig ${metadata.name}`),
  ...['cp', ...names].flatMap(name =>
    server(name)
      .list('', 'secrets')
      .map(({ metadata }) => `${name} Secret ${metadata.name}`),
  ),
];
const use = ({ server }: Registered, spec: object, status: object = {}): void => {
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', { metadata: { namespace, name: 'demo' }, spec, status });
};

test('ClientConfig, then Secret, then the token it made, and the operator stays up', async () => {
  const { cli, server, operator } = await start('dp1', 'dp2');
  const order: string[] = [];
  for (const name of ['cp', 'dp1'])
    server(name).onRequest(({ method, path }) => {
      if (method === 'DELETE') order.push(`${name} ${path.split('/').at(-2)}`);
    });
  const deleted = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(deleted.code, 0, text(deleted));
  assert.deepEqual(order, ['cp clientconfigs', 'cp secrets', 'dp1 secrets']);
  assert.deepEqual(left({ ...registered }, ['dp1']), ['ClientConfig dp2', 'cp Secret dp2-config']);
  assert.equal(operator.lastExit?.code ?? 0, 0, operator.log.join('\n'));
});

test('two ClientConfigs of one account have a token each; one that both name outlives the deletion of one', async () => {
  const { cli, server, storedToken } = await start('dp1');
  const created = await cli('clientconfig', 'create', '--yes', 'dp9', '--from-context', 'dp1', '--allow', 'loopback,duplicate-cluster');
  assert.equal(created.code, 0, text(created));
  assert.notEqual(storedToken('dp9'), storedToken('dp1'));
  assert.equal((await cli('clientconfig', 'delete', 'dp9', '--yes')).code, 0);
  assert.deepEqual(liveTokens(server('dp1')), [storedToken('dp1')]);
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  const { name: _name, uid: _uid, resourceVersion: _version, ...metadata } = secret.metadata as Record<string, unknown>;
  server('cp').put('', 'secrets', { ...secret, metadata: { ...metadata, namespace, name: 'copy-config' } });
  server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name: 'copy' },
    spec: { contextName: 'copy', kubeConfigSecret: { name: 'copy-config' } },
  });
  const deleted = await cli('clientconfig', 'delete', 'copy', '--force', '--yes');
  assert.equal(deleted.code, 0, text(deleted));
  assert.match(
    deleted.stdout,
    /^left Secret k8ssandra-operator\/copy-config in cp: it was not made for ClientConfig k8ssandra-operator\/copy$/m,
  );
  assert.deepEqual(liveTokens(server('dp1')), [storedToken('dp1')]);
});

test('no Secret of a token has the name of an earlier one, whose token would come to life again', async () => {
  const { cli, server } = await start('dp1');
  const names = new Set<string>();
  const note = (): void => {
    for (const { metadata } of server('dp1').list('', 'secrets')) names.add(metadata.name);
  };
  note();
  assert.equal((await cli('clientconfig', 'rotate', 'dp1', '--yes')).code, 0);
  note();
  assert.equal((await cli('clientconfig', 'delete', 'dp1', '--yes')).code, 0);
  assert.equal((await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--wait')).code, 0);
  note();
  assert.equal((await cli('clientconfig', 'rotate', 'dp1', '--yes')).code, 0);
  note();
  assert.equal(names.size, 4);
});

test('refuses while anything uses the context, naming object and field; --force goes on', async () => {
  const { cli, server } = await start('dp1');
  const whole = left(registered, ['dp1']);
  use(registered, { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } });
  const spec = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(spec.code, 4, text(spec));
  assert.match(
    spec.stderr,
    /used by K8ssandraCluster k8ssandra-operator\/demo \(spec\.cassandra\.datacenters\[0\]\.k8sContext\).*can no longer be deleted.*--force/s,
  );
  use(registered, {}, { datacenters: { dc1: { contextName: 'dp1' } } });
  assert.match((await cli('clientconfig', 'delete', 'dp1', '--yes')).stderr, /status\.datacenters\.dc1\.contextName/);
  use(registered, {});
  server('cp').put('replication.k8ssandra.io', 'replicatedsecrets', {
    metadata: { namespace, name: 'rs' },
    spec: { replicationTargets: [{ k8sContextName: 'dp1' }] },
  });
  assert.match((await cli('clientconfig', 'delete', 'dp1', '--yes')).stderr, /ReplicatedSecret .*replicationTargets\[0\]/);
  assert.deepEqual(left(registered, ['dp1']), whole);
  const piped = await cli('clientconfig', 'delete', 'dp1', '--force');
  assert.equal(piped.code, 2, text(piped));
  assert.match(piped.stderr, /no terminal to ask on.*--yes/s);
  assert.deepEqual(left(registered, ['dp1']), whole);
  const forced = await cli('clientconfig', 'delete', 'dp1', '--force', '--yes');
  assert.equal(forced.code, 0, text(forced));
  assert.deepEqual(left(registered, ['dp1']), []);
});

test('what uses a context must be readable, or nothing is proven', async () => {
  const { cli, server } = await start('dp1');
  server('cp').fault({ method: 'GET', path: /k8ssandraclusters/ }, { kind: 'status', status: 403 }, 9);
  const refused = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stderr, /could not be read \(forbidden\)/);
});

test('an answer of 404 for what uses a context is no proof that nothing does, where the ClientConfig CRD is served', async () => {
  const { cli, server } = await start('dp1');
  use(registered, { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } });
  const whole = left(registered, ['dp1']);
  for (const plural of ['k8ssandraclusters', 'replicatedsecrets', 'k8ssandratasks']) {
    server('cp').fault({ method: 'GET', path: new RegExp(`/${plural}\\?`) }, { kind: 'status', status: 404 }, 9);
    const refused = await cli('clientconfig', 'delete', 'dp1', '--yes');
    assert.equal(refused.code, 4, text(refused));
    assert.match(refused.stderr, /could not be read \(not installed\), so it is not known whether dp1 is in use/);
    server('cp').clearFaults();
  }
  server('cp').fault({ method: 'GET', path: /\/k8ssandraclusters\?.*continue/ }, { kind: 'status', status: 410 }, 99);
  for (let index = 0; index < 501; index++)
    server('cp').put('k8ssandra.io', 'k8ssandraclusters', { metadata: { namespace, name: `c${index}` }, spec: {} });
  const expired = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(expired.code, 4, text(expired));
  assert.match(expired.stderr, /K8ssandraClusters of cp could not be read/);
  assert.deepEqual(left(registered, ['dp1']), whole);
});

test('a Secret that two share stays, and so does a token that is not ours', async () => {
  const { cli, server } = await start('dp1', 'dp2');
  server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name: 'other' },
    spec: { contextName: 'dp1', kubeConfigSecret: { name: 'dp1-config' } },
  });
  const shared = await cli('clientconfig', 'delete', 'other', '--yes');
  assert.equal(shared.code, 0, text(shared));
  assert.match(shared.stdout, /left Secret .*dp1-config/);
  const [token] = server('dp1').list('', 'secrets');
  assert.ok(token);
  server('dp1').put('', 'secrets', { ...token, metadata: { ...token.metadata, labels: {} } });
  const foreign = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(foreign.code, 0, text(foreign));
  assert.match(foreign.stdout, /left the token Secret .*not made by this program/);
  assert.deepEqual(
    left(registered, ['dp1']).filter(one => one.includes('dp1')),
    [`dp1 Secret ${token.metadata.name}`],
  );
});

test('a ClientConfig that is said to be gone and is there ends the deletion at once, and the same command finishes it', async () => {
  const { cli, server } = await start('dp1');
  let lies = 1;
  server('cp').alter(({ method, path }, reply) =>
    method === 'GET' && path.endsWith('/clientconfigs/dp1') && lies-- > 0
      ? { status: 404, body: { kind: 'Status', reason: 'NotFound' } }
      : reply,
  );
  const lied = await cli('clientconfig', 'delete', 'dp1', '--yes');
  server('cp').alter(undefined);
  assert.equal(lied.code, 4, text(lied));
  assert.match(lied.stderr, /error: ClientConfig k8ssandra-operator\/dp1 in cp is there, though the API had said that it is gone\nfix: /);
  const again = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(again.code, 0, text(again));
  assert.deepEqual(left({ ...registered }, ['dp1']), []);
});
test('what has the status 404 and does not say that the object is not found is no proof that it is gone', async () => {
  for (const body of [{ kind: 'Status', status: 'Failure', message: 'x', code: 500 }, '<!doctype html>', undefined]) {
    const { cli, server } = await start('dp1');
    const secret = /\/secrets\/dp1-config$/;
    server('cp').alter(({ method, path }, reply) => {
      if (method !== 'DELETE' || !secret.test(path)) return reply;
      if (body !== undefined) return { status: 404, body };
      server('cp').fault({ method: 'PUT', path: secret }, { kind: 'status', status: 404 }, 9);
      return reply;
    });
    const misled = await cli('clientconfig', 'delete', 'dp1', '--yes');
    server('cp').alter(undefined);
    server('cp').clearFaults();
    assert.equal(misled.code, 4, text(misled));
    assert.doesNotMatch(misled.stdout, /deleted Secret/);
    const again = await cli('clientconfig', 'delete', 'dp1', '--yes');
    assert.equal(again.code, 0, text(again));
    assert.deepEqual(left({ ...registered }, ['dp1']), []);
  }
});
test('a finalizer holds the ClientConfig: its Secret and its token stay, the finalizer is named, and the same command finishes', async () => {
  const { cli, server, operator, storedToken } = await start('dp1');
  const config = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  assert.ok(config);
  server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    ...config,
    metadata: { ...config.metadata, finalizers: ['example.com/hold'] },
  });
  const token = storedToken('dp1');
  const held = await cli('clientconfig', 'delete', 'dp1', '--yes', '--timeout', '1s');
  assert.equal(held.code, 4, text(held));
  assert.match(held.stderr, /ClientConfig k8ssandra-operator\/dp1 in cp is being deleted and is held by the finalizer example\.com\/hold/);
  assert.match(held.stderr, /fix: .*clientconfig delete/);
  assert.doesNotMatch(held.stdout, /deleted/);
  assert.deepEqual(liveTokens(server('dp1')), [token]);
  assert.equal(storedToken('dp1'), token);
  assert.equal(operator.lastExit?.code ?? 0, 0, operator.log.join('\n'));
  server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  const again = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(again.code, 0, text(again));
  assert.deepEqual(left(registered, ['dp1']), []);
});

test('a finalizer of somebody else holds the Secret: exit 4 names it, the token is revoked', async () => {
  const { cli, server } = await start('dp1');
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  server('cp').put('', 'secrets', { ...secret, metadata: { ...secret.metadata, finalizers: ['example.com/hold'] } });
  const held = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(held.code, 4, text(held));
  assert.match(held.stderr, /Secret k8ssandra-operator\/dp1-config in cp is being deleted and is held by the finalizer example\.com\/hold/);
  assert.deepEqual(liveTokens(server('dp1')), []);
});

test('a token that cannot be revoked: exit 4, its Secret waits, the same command finishes; or it is given up by name', async () => {
  for (const given of [[], ['--allow', 'unrevoked-token']]) {
    const { cli, server } = await start('dp1');
    server('dp1').fault({ path: /./ }, { kind: 'refuse' }, 9999);
    const failed = await cli('clientconfig', 'delete', 'dp1', '--yes');
    assert.equal(failed.code, 4, text(failed));
    assert.match(
      failed.stderr,
      /the token of k8ssandra-operator\/dp1 is not revoked, so its Secret in cp is kept.*--allow unrevoked-token/s,
    );
    assert.deepEqual(
      server('cp')
        .list('', 'secrets')
        .map(({ metadata }) => metadata['finalizers']),
      [['cli.k8ssandra.io/token']],
    );
    if (given.length === 0) server('dp1').clearFaults();
    const again = await cli('clientconfig', 'delete', 'dp1', '--yes', ...given);
    assert.equal(again.code, 0, text(again));
    if (given.length > 0) assert.match(again.stdout, /left the token Secret/);
    assert.deepEqual(left(registered, given.length === 0 ? ['dp1'] : []), []);
  }
});

test('three at once are one restart of the operator; what another run has left in the data plane goes too', async () => {
  const { cli, server } = await start('dp1', 'dp2', 'dp3');
  const printed = await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '-o', 'yaml');
  assert.equal(printed.code, 0, text(printed));
  const [ours] = server('dp1').list('', 'secrets');
  assert.ok(ours);
  server('dp1').put('', 'secrets', { ...ours, metadata: { ...ours.metadata, name: 'left-by-a-rotation' } });
  const from = server('cp').requests.length;
  const deleted = await cli('clientconfig', 'delete', 'dp1', 'dp2', 'dp3', '--yes');
  assert.equal(deleted.code, 0, text(deleted));
  assert.deepEqual(left(registered, ['dp1', 'dp2', 'dp3']), []);
  // Nothing is awaited between the first and the last that goes, so that an operator that takes a moment to restart does it once.
  const asked = server('cp').requests.slice(from);
  const goes = asked.flatMap(({ method, path }, index) => (method === 'DELETE' && path.includes('/clientconfigs/') ? [index] : []));
  assert.deepEqual(
    goes,
    [0, 1, 2].map(index => (goes[0] ?? 0) + index),
  );
});

test('a context that comes into use while its ClientConfig goes gets it back', async () => {
  const { cli, server, storedToken } = await start('dp1');
  const token = storedToken('dp1');
  server('cp').onRequest(({ method, path }) => {
    if (method === 'DELETE' && path.includes('/clientconfigs/'))
      use(registered, { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } });
  });
  const refused = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stderr, /dp1 came into use by K8ssandraCluster k8ssandra-operator\/demo .*it was put back/);
  assert.equal(storedToken('dp1'), token);
  assert.deepEqual(liveTokens(server('dp1')), [token]);
  const metadata = server('cp').get('', 'secrets', namespace, 'dp1-config')?.metadata;
  assert.equal(metadata?.labels?.['cli.k8ssandra.io/deleting'], undefined);
  assert.deepEqual(metadata?.['finalizers'] ?? [], []);
  const config = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  assert.deepEqual(config?.['spec'], { contextName: 'dp1', kubeConfigSecret: { name: 'dp1-config' } });
});

for (const signal of ['SIGKILL', 'SIGINT'] as const)
  test(`${signal} after any API call: the same command again leaves nothing over`, { timeout: 300_000 }, async () => {
    for (let calls = 1; ; calls++) {
      const { cutAfter, cli } = await start('dp1');
      const killed = await cutAfter(calls, signal, ['clientconfig', 'delete', 'dp1', '--yes']);
      const gone = left(registered, ['dp1']).length === 0;
      const again = await cli('clientconfig', 'delete', 'dp1', '--yes');
      assert.equal(again.code, gone ? 2 : 0, `call ${calls}: ${text(killed)}${text(again)}`);
      assert.deepEqual(left(registered, ['dp1']), [], `call ${calls}: ${text(killed)}${text(again)}`);
      if (killed.code !== 0) continue;
      assert.ok(calls > 9, `only ${calls} calls`);
      break;
    }
  });

const faults: readonly Fault[] = [
  ...[401, 403, 409, 422, 500].map(status => ({ kind: 'status', status }) as const),
  { kind: 'reset' },
  { kind: 'hang' },
];
const writes = [
  { method: 'PUT', path: /secrets\/dp1-config$/, after: 0 },
  { method: 'DELETE', path: /clientconfigs\/dp1$/, after: 0 },
  { method: 'DELETE', path: /secrets\/dp1-config$/, after: 0 },
  { method: 'PUT', path: /secrets\/dp1-config$/, after: 1 },
] as const;
for (const fault of faults)
  test(`${faultName(fault)} at each of its writes: exit 4, and the same command finishes`, {
    timeout: 120_000,
  }, async () => {
    for (const { after, ...match } of writes) {
      const { cli, server } = await start('dp1');
      // A 401 is met by one new try; a deletion that meets a conflict looks again, a few times.
      const times = fault.kind !== 'status' ? 1 : fault.status === 401 ? 2 : fault.status === 409 ? 9 : 1;
      server('cp').fault({ ...match, after }, fault, times);
      const failed = await cli('clientconfig', 'delete', 'dp1', '--yes', '--request-timeout', '1s');
      server('cp').clearFaults();
      assert.equal(failed.code, 4, `${match.method} ${match.path}: ${text(failed)}`);
      assert.match(failed.stderr, /^error: .+\nfix: {3}.+$/m);
      const again = await cli('clientconfig', 'delete', 'dp1', '--yes');
      assert.equal(again.code, 0, `${match.method} ${match.path}: ${text(failed)}${text(again)}`);
      assert.deepEqual(left(registered, ['dp1']), []);
    }
  });
