import assert from 'node:assert/strict';
import { call } from '../../sandbox/clusters/call.ts';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { until } from '../../sandbox/clusters/until.ts';
import { operatorManifests } from '../../sandbox/operator/manifests.ts';
import { credential } from '../../src/base/credential.ts';
import { buildStored } from '../../src/kube/kubeconfig/build.ts';
import { unwatched } from './defects.ts';
import { makeMaterial } from './kubeconfig-material.ts';
import { type Installed, imageConfigsOf, type OperatorCase, rightsThatMayLack, type World } from './operator-cases.ts';
import { operatorDeployment } from './operator-manifest.ts';

export const operatorNamespace = 'k8ssandra-operator';
const poorCrd = 'stargates';
type Rule = Readonly<Record<'apiGroups' | 'resources' | 'verbs', readonly string[]>>;

/** Data planes for the operator's cases: dp1 with an account for each missing right, dp2 without one CRD. */
export const makeWorld = async (rich: Cluster, poor: Cluster): Promise<World> => {
  await Promise.all([installCrds(rich), installCrds(poor, [poorCrd])]);
  for (const cluster of [rich, poor])
    await installOperator(cluster, { namespace: operatorNamespace, controlPlane: false, watchNamespace: '', tokenSecret: true });
  const lacking: Record<string, string> = {};
  for (const right of rightsThatMayLack) lacking[right.join(' ')] = await accountLacking(rich, right);
  const token = await tokenOf(rich, 'k8ssandra-operator');
  const { server, caPem } = rich;
  return {
    server,
    caPem,
    token,
    stored: buildStored({ contextName: 'dp1', server, caPem, token: credential(token) }),
    lacking,
    poor: { server: poor.server, caPem: poor.caPem, token: await tokenOf(poor, 'k8ssandra-operator') },
    material: await makeMaterial(),
  };
};
const accountLacking = async (cluster: Cluster, right: readonly [string, string]): Promise<string> => {
  const [verbs, resource] = right;
  const name = `lacks-${right.join('-').replaceAll(' ', '-')}`;
  const role = operatorManifests({ namespace: operatorNamespace, controlPlane: false, watchNamespace: '' }).find(
    ({ kind }) => kind === 'ClusterRole',
  );
  const rules = ((role?.['rules'] ?? []) as readonly Rule[]).flatMap(rule => [
    { ...rule, resources: rule.resources.filter(one => one !== resource) },
    {
      ...rule,
      resources: rule.resources.filter(one => one === resource),
      verbs: rule.verbs.filter(verb => !verbs.split(' and ').includes(verb)),
    },
  ]);
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await created(cluster, `/api/v1/namespaces/${operatorNamespace}/serviceaccounts`, { metadata: { name } });
  await created(cluster, `/api/v1/namespaces/${operatorNamespace}/secrets`, {
    metadata: { name: `${name}-token`, annotations: { 'kubernetes.io/service-account.name': name } },
    type: 'kubernetes.io/service-account-token',
  });
  if (verbs !== 'do') {
    await created(cluster, `${rbac}/clusterroles`, { metadata: { name }, rules: rules.filter(({ resources }) => resources.length > 0) });
    await created(cluster, `${rbac}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: operatorNamespace }],
    });
  }
  return tokenOf(cluster, name);
};
const tokenOf = (cluster: Cluster, account: string): Promise<string> =>
  until(`${account} of ${cluster.name} has a token`, async () => {
    const { body } = await cluster.request('GET', `/api/v1/namespaces/${operatorNamespace}/secrets/${account}-token`);
    const token = (body as { data?: { token?: string } }).data?.token;
    return token === undefined ? undefined : Buffer.from(token, 'base64').toString();
  });
export const created = async (cluster: Cluster, path: string, object: object): Promise<void> => {
  const { status, body } = await cluster.request('POST', path, object);
  assert.ok(status === 201 || status === 409, JSON.stringify(body));
};

/** Puts a case into a namespace of its own, beside which a user `reader` sees nothing. */
export const place = async (cluster: Cluster, namespace: string, { install }: OperatorCase, world: World): Promise<Installed> => {
  const installed = install(world, namespace);
  const { clientConfigs, secrets, watch = namespace } = installed;
  for (const one of [namespace, `${namespace}-other`, unwatched].slice(0, watch === namespace ? 1 : 3)) await readable(cluster, one);
  for (const one of new Set([...secrets, ...clientConfigs].map(({ metadata }) => metadata.namespace))) await readable(cluster, one);
  for (const [name, { labels, data }] of Object.entries(imageConfigsOf(installed)))
    await created(cluster, `/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name, labels }, data });
  for (const secret of secrets) await created(cluster, `/api/v1/namespaces/${secret.metadata.namespace}/secrets`, secret);
  for (const config of clientConfigs)
    await created(cluster, `/apis/config.k8ssandra.io/v1beta1/namespaces/${config.metadata.namespace}/clientconfigs`, {
      apiVersion: 'config.k8ssandra.io/v1beta1',
      kind: 'ClientConfig',
      ...config,
    });
  return installed;
};
const readable = async (cluster: Cluster, namespace: string): Promise<void> => {
  await created(cluster, '/api/v1/namespaces', { metadata: { name: namespace } });
  await created(cluster, `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
  });
};
export const deploy = async (cluster: Cluster, namespace: string, watch: string, tag: string): Promise<void> => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/k8ssandra-operator?fieldManager=helm&force=true`;
  const { status, body } = await cluster.request('PATCH', path, operatorDeployment(namespace, watch, tag), 'application/apply-patch+yaml');
  assert.ok(status < 300, JSON.stringify(body));
};
/** What no operator has read yet. */
export const forget = async (cluster: Cluster, { clientConfigs }: Installed): Promise<void> => {
  for (const { metadata } of clientConfigs)
    await cluster.request(
      'PATCH',
      `/apis/config.k8ssandra.io/v1beta1/namespaces/${metadata.namespace}/clientconfigs/${metadata.name}`,
      { metadata: { annotations: null } },
      'application/merge-patch+json',
    );
};
/** In the order of the API, each with whether an operator has read it. */
export const readSoFar = async (cluster: Cluster, { clientConfigs }: Installed): Promise<readonly (readonly [string, boolean])[]> => {
  const all = clientConfigs.map(({ metadata }) => metadata);
  return Promise.all(
    all.map(async ({ namespace, name }) => {
      const path = `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs/${name}`;
      const { body } = await call(cluster, { token: cluster.adminToken, path });
      const { annotations = {} } = (body as { metadata: { annotations?: object } }).metadata;
      return [`${namespace}/${name}`, 'k8ssandra.io/secret-hash' in annotations] as const;
    }),
  );
};
