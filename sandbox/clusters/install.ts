import { type Manifest, type OperatorOptions, operatorManifests } from '../operator/manifests.ts';
import { call } from './call.ts';
import type { Answer, Cluster } from './cluster.ts';
import { crds } from './crds.ts';
import { until } from './until.ts';

/** Installs the custom resource definitions of K8ssandra, but for those named in `except` (`stargates`, or with their group); they are served when this returns. */
export const installCrds = async (cluster: Cluster, except: readonly string[] = []): Promise<void> => {
  const wanted = crds.filter(({ metadata, spec }) => !except.includes(metadata.name) && !except.includes(spec.names.plural));
  await Promise.all(wanted.map(crd => apply(cluster, crd)));
  const served = wanted.flatMap(({ spec }) => spec.versions.map(({ name }) => [`/apis/${spec.group}/${name}`, spec.names.plural] as const));
  await until(`${cluster.name} serves ${served.map(([, plural]) => plural).join(', ')}`, () => serves(cluster, served));
};

/** Told by both kinds of discovery, and listed: the cheapest question first, since it is asked until the answer is yes. */
const serves = async (cluster: Cluster, kinds: readonly (readonly [path: string, plural: string])[]): Promise<boolean> => {
  const aggregated = await call(cluster, { token: cluster.adminToken, path: '/apis', accept: aggregatedDiscovery });
  if (!namesAll(aggregated, kinds)) return false;
  for (const [path, those] of Map.groupBy(kinds, ([path]) => path)) if (!namesAll(await cluster.request('GET', path), those)) return false;
  const listed = await Promise.all(kinds.map(([path, plural]) => cluster.request('GET', `${path}/${plural}?limit=1`)));
  return listed.every(({ status }) => status === 200);
};
const namesAll = ({ status, body }: Answer, kinds: readonly (readonly [path: string, plural: string])[]): boolean => {
  const text = JSON.stringify(body);
  return status === 200 && kinds.every(([, plural]) => text.includes(`"${plural}"`));
};
const aggregatedDiscovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Installs what the operator's Helm chart does, and says of its Deployment what a running one would show. */
export const installOperator = async (cluster: Cluster, options: OperatorOptions): Promise<void> => {
  const manifests = operatorManifests(options);
  for (const manifest of manifests) await apply(cluster, manifest);
  for (const manifest of manifests.filter(({ kind }) => kind === 'Deployment')) await markAvailable(cluster, manifest);
};

/** Has the API server ask the operator's webhook, at a port of this machine, whether it takes a K8ssandraCluster. */
export const installWebhook = (cluster: Cluster, port: number, caPem: string): Promise<void> =>
  apply(cluster, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'k8ssandra-operator' },
    webhooks: [
      {
        name: 'vk8ssandracluster.kb.io',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        rules: [
          { apiGroups: ['k8ssandra.io'], apiVersions: ['v1alpha1'], operations: ['CREATE', 'UPDATE'], resources: ['k8ssandraclusters'] },
        ],
        clientConfig: {
          url: `https://127.0.0.1:${port}/validate-k8ssandra-io-v1alpha1-k8ssandracluster`,
          caBundle: Buffer.from(caPem).toString('base64'),
        },
      },
    ],
  });

/** Fills in the status that no Deployment controller is there to write. */
const markAvailable = async (cluster: Cluster, deployment: Manifest): Promise<void> => {
  const condition = (type: string, reason: string) => ({
    type,
    status: 'True',
    reason,
    message: '',
    lastUpdateTime: now,
    lastTransitionTime: now,
  });
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const conditions = [condition('Available', 'MinimumReplicasAvailable'), condition('Progressing', 'NewReplicaSetAvailable')];
  const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions };
  const answer = await cluster.request('PATCH', `${pathOf(deployment)}/status`, { status }, 'application/merge-patch+json');
  if (answer.status !== 200) throw new Error(`${cluster.name}: status of the operator: ${answer.status} ${statusMessage(answer)}`);
};

/** Creates or updates an object, as `kubectl apply --server-side` does. */
const apply = async (cluster: Cluster, manifest: Manifest): Promise<void> => {
  const answer = await cluster.request(
    'PATCH',
    `${pathOf(manifest)}?fieldManager=helm&force=true`,
    manifest,
    'application/apply-patch+yaml',
  );
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`${cluster.name}: ${manifest.kind} ${manifest.metadata.name}: ${answer.status} ${statusMessage(answer)}`);
  }
};
const pathOf = ({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string =>
  [
    apiVersion.includes('/') ? '/apis' : '/api',
    apiVersion,
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    `${kind.toLowerCase()}s`,
    name,
  ].join('/');
const statusMessage = ({ body }: Answer): string => String((body as { message?: unknown } | undefined)?.message ?? '');
