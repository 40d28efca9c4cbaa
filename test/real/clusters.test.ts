import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { call } from '../../sandbox/clusters/call.ts';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { crds } from '../../sandbox/clusters/crds.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import '../support/overrun.ts';

let clusters: Clusters;
let cluster: Cluster;
before(async () => {
  clusters = await startClusters(['one'], line => console.error(line));
  const one = clusters.byName['one'];
  assert.ok(one);
  cluster = one;
});
after(async () => {
  await clusters.stop();
  assert.equal(existsSync(clusters.kubeconfig), false, 'nothing is left behind');
});

interface TokenSecret {
  readonly data?: { readonly token?: string; readonly 'ca.crt'?: string };
}
const filledSecret = async (path: string): Promise<{ token: string; ca: string }> => {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const { data } = (await cluster.request('GET', path)).body as TokenSecret;
    if (data?.token !== undefined && data['ca.crt'] !== undefined) {
      return { token: Buffer.from(data.token, 'base64').toString(), ca: Buffer.from(data['ca.crt'], 'base64').toString() };
    }
    await sleep(100);
  }
  throw new Error(`no controller filled ${path}`);
};
const whoAmI = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
const nameIn = (body: unknown): unknown => (body as { status?: { userInfo?: { username?: unknown } } }).status?.userInfo?.username;

test('a token Secret is filled, and its token is the ServiceAccount, with the rights of its role', async () => {
  const namespace = 'tokens';
  await installOperator(cluster, { namespace, controlPlane: false, tokenSecret: true });
  const { token, ca } = await filledSecret(`/api/v1/namespaces/${namespace}/secrets/k8ssandra-operator-token`);
  assert.equal(ca, cluster.caPem);

  const as = { server: cluster.server, caPem: ca };
  const answer = await call(as, { token, method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: whoAmI });
  assert.equal(answer.status, 201);
  assert.equal(nameIn(answer.body), `system:serviceaccount:${namespace}:k8ssandra-operator`);

  const secretsOf = async (where: string) => (await call(as, { token, path: `/api/v1/namespaces/${where}/secrets` })).status;
  assert.equal(await secretsOf(namespace), 200);
  assert.equal(await secretsOf('default'), 403);
});

test('an operator that watches several namespaces has a ClusterRole', async () => {
  const namespace = 'wide';
  await installOperator(cluster, { namespace, controlPlane: true, watchNamespace: 'wide,other', tokenSecret: true, serviceAccount: 'sa' });
  const { token } = await filledSecret(`/api/v1/namespaces/${namespace}/secrets/sa-token`);
  assert.equal((await call(cluster, { token, path: '/api/v1/namespaces/default/secrets' })).status, 200);
  const deployment = await cluster.request('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/k8ssandra-operator`);
  assert.match(JSON.stringify(deployment.body), /"name":"WATCH_NAMESPACE","value":"wide,other"/);
  assert.match(JSON.stringify(deployment.body), /"readyReplicas":1/);
});

test('nobody gets in without a credential, and anonymous requests are answered', async () => {
  assert.equal((await call(cluster, { path: '/version' })).status, 200);
  assert.equal((await call(cluster, { path: '/api/v1/namespaces' })).status, 403);
  assert.equal((await call(cluster, { token: 'wrong', path: '/version' })).status, 401);
});

test('all kinds are served but those left out, and take what the operator writes', async () => {
  const plurals = crds.map(({ spec }) => spec.names.plural);
  await installCrds(cluster, ['stargates']);
  const status = async ({ spec }: (typeof crds)[number]) =>
    (await cluster.request('GET', `/apis/${spec.group}/${spec.versions[0]?.name}/${spec.names.plural}`)).status;
  const statuses = await Promise.all(crds.map(status));
  assert.deepEqual(
    statuses,
    plurals.map(plural => (plural === 'stargates' ? 404 : 200)),
  );
  await installCrds(cluster);
  assert.deepEqual(
    await Promise.all(crds.map(status)),
    plurals.map(() => 200),
  );

  const path = '/apis/config.k8ssandra.io/v1beta1/namespaces/default/clientconfigs';
  const clientConfig = { apiVersion: 'config.k8ssandra.io/v1beta1', kind: 'ClientConfig', metadata: { name: 'dp1' } };
  const created = await cluster.request('POST', path, { ...clientConfig, spec: { contextName: 'dp1', kubeConfigSecret: {} } });
  assert.equal(created.status, 201);
  assert.deepEqual((created.body as { spec: unknown }).spec, { contextName: 'dp1', kubeConfigSecret: { name: '' } });
  assert.equal((await cluster.request('POST', path, { ...clientConfig, spec: { contextName: 1 } })).status, 422);
});

/** Collections of the kinds that the documents show; those of other projects are not installed here. */
const collections: Readonly<Record<string, string | undefined>> = {
  'batch/v1 Job': '/apis/batch/v1/namespaces/default/jobs',
  'batch/v1 CronJob': '/apis/batch/v1/namespaces/default/cronjobs',
  'config.k8ssandra.io/v1beta1 ClientConfig': '/apis/config.k8ssandra.io/v1beta1/namespaces/default/clientconfigs',
};
const foreign = ['kustomize.toolkit.fluxcd.io/v1 Kustomization', 'external-secrets.io/v1 ExternalSecret'];
test('every object of Kubernetes in the documents is one that an API server takes', async () => {
  await installCrds(cluster);
  const docs = join(import.meta.dirname, '../../docs');
  let count = 0;
  for (const name of readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter(one => one.endsWith('.md')))
    for (const [, block = ''] of readFileSync(join(docs, name), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm))
      for (const document of parseAllDocuments(block)) {
        const object = document.toJS() as { apiVersion?: string; kind?: string; metadata?: object };
        if (object.apiVersion === undefined) continue;
        const kind = `${object.apiVersion} ${object.kind}`;
        if (foreign.includes(kind)) continue;
        const path = collections[kind];
        assert.ok(path !== undefined, `${name}: ${kind}`);
        const body = { ...object, metadata: { ...object.metadata, namespace: 'default' } };
        const answer = await cluster.request('POST', `${path}?dryRun=All&fieldValidation=Strict`, body);
        assert.equal(answer.status, 201, `${name}: ${kind}: ${JSON.stringify(answer.body)}`);
        count += 1;
      }
  assert.ok(count >= 3, String(count));
});

test('a killed API server is gone, and comes back with its data', async () => {
  const path = '/api/v1/namespaces/default/configmaps';
  await cluster.request('POST', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } });
  await cluster.kill();
  await assert.rejects(cluster.request('GET', '/version'), { code: 'ECONNREFUSED' });
  await cluster.revive();
  assert.equal((await cluster.request('GET', `${path}/kept`)).status, 200);
});
