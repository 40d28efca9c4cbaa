import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { temporaryFolder } from '../../sandbox/folder.ts';
import { run } from '../support/run.ts';
import { startTerminal } from '../support/terminal.ts';

const namespace = 'k8ssandra-operator';
let clusters: Clusters;
const at = (name: string) => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
const cli = (input: string, ...args: string[]) => run([...args, '--kubeconfig', clusters.kubeconfig, '--context', 'cp'], {}, input);
const kc = (dcNamespace: string) => ({
  apiVersion: 'k8ssandra.io/v1alpha1',
  kind: 'K8ssandraCluster',
  metadata: { namespace, name: 'demo' },
  spec: {
    cassandra: {
      storageConfig: { cassandraDataVolumeClaimSpec: {} },
      datacenters: [{ metadata: { name: 'dc1', namespace: dcNamespace }, k8sContext: 'dp1' }],
    },
  },
});
const clusterPath = `/apis/k8ssandra.io/v1alpha1/namespaces/${namespace}/k8ssandraclusters`;
const place = async (input: string, what = '-') => {
  const ran = await cli(input, 'contexts', 'check', '-o', 'json', '--for', what);
  assert.notEqual(ran.stdout, '', ran.stderr);
  return {
    ...ran,
    json: JSON.parse(ran.stdout) as {
      placement: { verdict: string; accepted: unknown };
      findings: { code: string; severity: string; fixes: string[] }[];
    },
  };
};

before(async () => {
  clusters = await startClusters(['cp', 'dp1']);
  for (const name of ['cp', 'dp1']) {
    await installCrds(at(name));
    await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
  }
  const created = await cli('', 'clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback');
  assert.equal(created.code, 0, created.stdout + created.stderr);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const labels = { name: 'cass-operator' };
  const made = await at('dp1').request('POST', path, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'cass-operator-controller-manager', labels: { 'app.kubernetes.io/name': 'cass-operator' } },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'manager', image: 'k8ssandra/cass-operator:v1.31.0', env: [{ name: 'WATCH_NAMESPACE', value: '' }] }],
        },
      },
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const ready = await at('dp1').request(
    'PATCH',
    `${path}/cass-operator-controller-manager/status`,
    { status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } },
    'application/merge-patch+json',
  );
  assert.equal(ready.status, 200, JSON.stringify(ready.body));
  const storage = await at('dp1').request('POST', '/apis/storage.k8s.io/v1/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'example.com/none',
  });
  assert.equal(storage.status, 201, JSON.stringify(storage.body));
});
after(() => clusters?.stop());

test('real API servers take the dry runs, keep nothing, and tell a namespace that is not there', async () => {
  const good = await place(stringify(kc(namespace)));
  assert.deepEqual(
    [good.code, good.json.placement.verdict, good.json.placement.accepted],
    [0, 'yes', { accepted: true, message: '' }],
    good.stdout,
  );
  assert.equal((await at('cp').request('GET', `${clusterPath}/demo`)).status, 404);
  assert.equal((await at('dp1').request('GET', `/api/v1/namespaces/${namespace}/configmaps/kubectl-k8ssandra-placement`)).status, 404);
  const bad = await place(stringify(kc('gone')));
  assert.equal(bad.code, 1);
  assert.ok(
    bad.json.findings.some(({ code }) => code === 'KC503'),
    bad.stdout,
  );
});
test('the printed fix of a namespace that is not there, pasted, makes it', async () => {
  const folder = temporaryFolder('paste');
  const paste = await startTerminal(folder);
  const { json } = await place(stringify(kc('missing')));
  const lines = json.findings.filter(({ code }) => code === 'KC503').flatMap(({ fixes }) => fixes);
  assert.equal(lines.length, 1);
  for (const line of lines) {
    const { code, stdout } = await paste(line);
    assert.equal(code, 0, `${line}\n${stdout}`);
  }
  const after = await place(stringify(kc('missing')));
  assert.deepEqual(
    after.json.findings.filter(({ code }) => code === 'KC503'),
    [],
  );
});
test('a live one keeps its resourceVersion', async () => {
  const made = await at('cp').request('POST', clusterPath, kc(namespace));
  const version = (body: unknown) => (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  const { code, stdout, json } = await place('', `${namespace}/demo`);
  assert.deepEqual([code, json.placement.verdict], [0, 'yes'], stdout);
  assert.equal(version((await at('cp').request('GET', `${clusterPath}/demo`)).body), version(made.body));
});
