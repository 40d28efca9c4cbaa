import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { stringify } from 'yaml';
import { namespace, type World } from '../sandbox/world.ts';
import { runHere as run } from './support/in-process.ts';
import { serverOf, startRegisteredWorld } from './support/registered.ts';

let world: World;
const server = (name: string) => serverOf(world, name);
const cluster = (spec: object = {}) => ({
  apiVersion: 'k8ssandra.io/v1alpha1',
  kind: 'K8ssandraCluster',
  metadata: { namespace, name: 'demo' },
  spec: {
    cassandra: {
      storageConfig: { cassandraDataVolumeClaimSpec: {} },
      datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }],
      ...spec,
    },
  },
});
const encrypted = {
  config: { cassandraYaml: { client_encryption_options: { enabled: true } } },
  clientEncryptionStores: { keystoreSecretRef: { name: 'stores' }, truststoreSecretRef: { name: 'stores' } },
};
const deployment = (watch: string, readyReplicas = 1) => ({
  metadata: { namespace, name: 'cass-operator', labels: { 'app.kubernetes.io/name': 'cass-operator' } },
  spec: {
    template: {
      spec: { containers: [{ name: 'manager', image: 'cass-operator:v1.31.0', env: [{ name: 'WATCH_NAMESPACE', value: watch }] }] },
    },
  },
  status: { readyReplicas },
});
interface Placement {
  readonly verdict: string;
  readonly accepted: { readonly accepted: boolean | null };
  readonly datacenters: readonly { readonly checks: Readonly<Record<string, { readonly status: string }>> }[];
}
const place = async (what: string, input = '', ...args: string[]) => {
  const ran = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig, '-o', 'json', '--for', what, ...args], {}, input);
  assert.notEqual(ran.stdout, '', ran.stderr);
  const json = JSON.parse(ran.stdout) as { placement: Placement; findings: { code: string; severity: string }[] };
  const checks = json.placement.datacenters[0]?.checks ?? {};
  const not = Object.keys(checks).filter(name => checks[name]?.status === 'error' || checks[name]?.status === 'unknown');
  return { ...ran, ...json, not, errors: json.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code) };
};
const file = (spec: object = {}) => stringify(cluster(spec));

beforeEach(async () => {
  await world?.stop();
  world = await startRegisteredWorld();
  for (const name of ['cp', 'dp1']) {
    server(name).put('apps', 'deployments', deployment(namespace));
    server(name).put('storage.k8s.io', 'storageclasses', {
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    });
  }
});
after(() => world.stop());

test('a manifest with all it needs can be applied, and nothing is written anywhere', async () => {
  const count = () =>
    JSON.stringify(
      ['cp', 'dp1', 'dp2'].map(name => [server(name).list('', 'configmaps'), server(name).list('k8ssandra.io', 'k8ssandraclusters')]),
    );
  const before = count();
  const { code, placement, not, stdout } = await place('-', file());
  assert.equal(code, 0, stdout);
  assert.equal(placement.verdict, 'yes', stdout);
  assert.equal(placement.accepted.accepted, true);
  assert.deepEqual(not, []);
  assert.equal(count(), before);
  assert.ok(server('dp1').requests.some(({ method, path }) => method === 'POST' && path.includes('configmaps?dryRun=All')));
});
test('a live one keeps its resourceVersion, by every form of its name, and only its contexts are asked', async () => {
  const { metadata } = server('cp').put('k8ssandra.io', 'k8ssandraclusters', cluster());
  const asked = server('dp2').requests.length;
  for (const name of ['demo', `${namespace}/demo`, 'k8ssandracluster/demo', 'k8ssandraclusters.k8ssandra.io/demo']) {
    const { code, placement, stdout } = await place(name);
    assert.equal(code, 0, stdout);
    assert.equal(placement.verdict, 'yes');
  }
  assert.equal(
    server('cp').get('k8ssandra.io', 'k8ssandraclusters', namespace, 'demo')?.metadata.resourceVersion,
    metadata.resourceVersion,
  );
  assert.equal(server('dp2').requests.length, asked);
});
test('an unknown name is wrong use, and the nearest one is told', async () => {
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', cluster());
  const { code, stderr } = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig, '--for', 'dmeo']);
  assert.equal(code, 2);
  assert.match(stderr, /there is no K8ssandraCluster dmeo\nfix: {3}name k8ssandra-operator\/demo/);
});

const stores = (name: string, keys: readonly string[]) =>
  server(name).put('', 'secrets', { metadata: { namespace, name: 'stores' }, data: Object.fromEntries(keys.map(key => [key, 'eA=='])) });
const broken: readonly { title: string; spec?: object; break: () => unknown; code: string; cell: string }[] = [
  {
    title: 'no namespace',
    spec: { datacenters: [{ metadata: { name: 'dc1', namespace: 'gone' }, k8sContext: 'dp1' }] },
    break: () => undefined,
    code: 'KC503',
    cell: 'namespace',
  },
  {
    title: 'cass-operator looks elsewhere',
    break: () => server('dp1').put('apps', 'deployments', deployment('other')),
    code: 'KC506',
    cell: 'watched',
  },
  {
    title: 'no default StorageClass',
    break: () => server('dp1').remove('storage.k8s.io', 'storageclasses', '', 'standard'),
    code: 'KC507',
    cell: 'storage',
  },
  {
    title: 'no cass-operator',
    break: () => server('dp1').remove('apps', 'deployments', namespace, 'cass-operator'),
    code: 'KC508',
    cell: 'cassOperator',
  },
  {
    title: 'cass-operator not ready',
    break: () => server('dp1').put('apps', 'deployments', deployment(namespace, 0)),
    code: 'KC508',
    cell: 'cassOperator',
  },
  {
    title: 'encryption stores on the control plane alone',
    spec: encrypted,
    break: () => stores('cp', ['keystore']),
    code: 'KC509',
    cell: 'secrets',
  },
  {
    title: 'encryption stores without a password',
    spec: encrypted,
    break: () => stores('dp1', ['keystore', 'truststore', 'keystore-password']),
    code: 'KC509',
    cell: 'secrets',
  },
  {
    title: 'no data plane operator',
    break: () => server('dp1').remove('apps', 'deployments', namespace, 'k8ssandra-operator'),
    code: 'KC510',
    cell: 'operator',
  },
  {
    title: 'left over in the control plane',
    break: () =>
      server('cp').put('cassandra.datastax.com', 'cassandradatacenters', {
        metadata: { namespace, name: 'dc1', labels: { 'k8ssandra.io/cluster-name': 'demo', 'k8ssandra.io/cluster-namespace': namespace } },
      }),
    code: 'KC511',
    cell: 'datacenter',
  },
];
for (const { title, spec, break: breaks, code, cell } of broken) {
  test(`${title}: ${code}`, async () => {
    breaks();
    const ran = await place('-', file(spec));
    assert.equal(ran.code, 1, ran.stdout);
    assert.ok(ran.errors.includes(code), ran.errors.join());
    assert.ok(ran.not.includes(cell), ran.not.join());
    assert.equal(ran.placement.verdict, 'no');
  });
}
const naming = {
  ...cluster({
    superuserSecretRef: { name: 'boss' },
    datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1', perNodeConfigMapRef: { name: 'nodes' } }],
  }).spec,
  medusa: { medusaConfigurationRef: { name: 'shared' }, storageProperties: { storageSecretRef: { name: 'bucket' } } },
};
const named = { ...cluster(), spec: naming };
test('what a K8ssandraCluster names is looked for where the operator reads it, applied or not; its superuser is made: KC509', async () => {
  const missing = async (...args: string[]): Promise<string[]> => {
    const ran = await run(
      ['contexts', 'check', '--kubeconfig', world.kubeconfig, '-o', 'json', '--only', 'KC509', ...args],
      {},
      stringify(named),
    );
    assert.notEqual(ran.stdout, '', ran.stderr);
    const { findings, unknown } = JSON.parse(ran.stdout) as {
      findings: { severity: string; message: string }[];
      unknown: { reason: string }[];
    };
    return [...findings.map(({ severity, message }) => `${severity} ${message}`), ...unknown.map(({ reason }) => `? ${reason}`)].sort();
  };
  const superuser = `info Secret ${namespace}/boss on the control plane does not exist`;
  const all = [
    `error MedusaConfiguration ${namespace}/shared on the control plane does not exist`,
    `error datacenter dc1: ConfigMap ${namespace}/nodes does not exist`,
    `error datacenter dc1: Secret ${namespace}/bucket does not exist`,
    superuser,
  ];
  assert.deepEqual(await missing('--for', '-'), all);
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', named);
  assert.deepEqual(await missing(), all);
  server('dp1').put('', 'secrets', { metadata: { namespace, name: 'bucket' }, data: {} });
  server('dp1').put('', 'configmaps', { metadata: { namespace, name: 'nodes' } });
  server('cp').put('medusa.k8ssandra.io', 'medusaconfigurations', { metadata: { namespace, name: 'shared' } });
  assert.deepEqual(await missing(), [superuser]);
  assert.deepEqual(await missing('--for', '-'), [superuser]);
  for (const status of [403, 429, 500]) {
    for (const name of ['cp', 'dp1'])
      server(name).fault(
        { path: /(bucket|nodes|shared|boss)$/ },
        { kind: 'status', status, ...(status === 429 ? { retryAfter: 0 } : {}) },
        99,
      );
    const unread = await missing();
    assert.ok(unread.length >= 1 && unread.every(line => line.startsWith('? ')), unread.join('\n'));
    for (const name of ['cp', 'dp1']) server(name).clearFaults();
  }
});
test('what nobody may read is unknown, exits 3, and is no finding', async () => {
  server('dp1').fault({ path: /storageclasses/ }, { kind: 'status', status: 403 }, 99);
  const { code, not, errors, placement, stdout } = await place('-', file());
  assert.equal(code, 3, stdout);
  assert.deepEqual([not, errors, placement.verdict], [['storage'], [], 'unknown']);
});
test('a user who may not create K8ssandraClusters does not learn whether the API takes it; an invalid object is refused', async () => {
  server('cp').fault({ method: 'POST', path: /k8ssandraclusters/ }, { kind: 'status', status: 403 }, 99);
  const forbidden = await place('-', file());
  assert.deepEqual([forbidden.code, forbidden.placement.verdict, forbidden.placement.accepted.accepted], [3, 'unknown', null]);
  server('cp').clearFaults();
  server('cp').fault({ method: 'POST', path: /k8ssandraclusters/ }, { kind: 'status', status: 422 }, 99);
  const refused = await place('-', file());
  assert.deepEqual([refused.code, refused.placement.verdict, refused.errors], [1, 'no', ['KC512']]);
});
test('a context that nobody provides or that is not reached says no', async () => {
  const unprovided = await place('-', file({ datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'nowhere' }] }));
  assert.deepEqual([unprovided.code, unprovided.placement.verdict, unprovided.errors], [1, 'no', ['KC101']]);
  await server('dp1').stop();
  const away = await place('-', file());
  assert.deepEqual([away.code, away.placement.verdict, away.errors], [1, 'no', ['KC302']]);
});
test('the table shows a row for each datacenter, the local one too', async () => {
  const spec = { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }, { metadata: { name: 'dc2' } }] };
  const { code, stdout } = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig, '--for', '-'], {}, file(spec));
  assert.equal(code, 0, stdout);
  assert.match(stdout, /Placement of k8ssandra-operator\/demo: can be applied now\n√ the API server accepts it/);
  assert.match(stdout, /^dc1 .*‼ dp1 /m);
  assert.match(stdout, /^dc2 .*√ \(local\) /m);
});
