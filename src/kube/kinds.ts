import {
  type Codec,
  flag,
  foreignText,
  isSegment,
  list,
  number,
  opaque,
  open,
  optional,
  record,
  secretText,
  segment,
  type TypeOf,
  text,
} from '../base/codec.ts';
import { domain } from '../base/domain.ts';
import { UserError } from '../base/errors.ts';
import { clusterSpec, secretKeyRef } from './cluster-spec.ts';

const own = `${domain.replaceAll('.', '\\.')}/`;
/** The labels and annotations that this program reads: no others are written anywhere. */
export const labels = record(
  foreignText,
  new RegExp(`^(kubernetes\\.io/legacy-token-|k8ssandra\\.io/|${own}|app\\.kubernetes\\.io/managed-by$)`),
);
export const annotations = record(foreignText, new RegExp(`^(k8ssandra\\.io/(resource|secret)-hash$|${own})`));

const meta = {
  name: segment,
  uid: optional(text),
  resourceVersion: optional(text),
  generation: optional(number),
  creationTimestamp: optional(text),
  deletionTimestamp: optional(text),
  finalizers: optional(list(text)),
  labels: optional(labels),
  annotations: optional(annotations),
};
const typeMeta = { apiVersion: optional(text), kind: optional(text) };
const namespaced = { ...typeMeta, metadata: open({ ...meta, namespace: segment }) };
const clusterWide = { ...typeMeta, metadata: open({ ...meta, namespace: optional(text) }) };
/** The fields of Kubernetes objects that this program reads; everything else passes through untouched. */
const anyObject = open(clusterWide);
export type KubeObject = TypeOf<typeof anyObject>;
/** An object of a namespace, which every one that came in by its kind's codec has. */
const anyNamespaced = open(namespaced);
export type Namespaced = TypeOf<typeof anyNamespaced>;
/** An object that an API server has given out, as in a dump; a manifest that somebody wrote has neither. */
export const isLive = ({ metadata }: KubeObject): boolean => metadata.uid !== undefined || metadata.resourceVersion !== undefined;

const localReference = open({ name: optional(text) });
const clientConfig = open({
  ...namespaced,
  spec: optional(open({ contextName: optional(text), kubeConfigSecret: optional(localReference) })),
});
export type ClientConfig = TypeOf<typeof clientConfig>;

const k8ssandraCluster = open({
  ...namespaced,
  spec: optional(clusterSpec),
  status: optional(open({ error: optional(foreignText), datacenters: optional(record(open({ contextName: optional(text) }))) })),
});
export type K8ssandraCluster = TypeOf<typeof k8ssandraCluster>;

const replicatedSecret = open({
  ...namespaced,
  spec: optional(
    open({
      selector: optional(open({ matchLabels: optional(record(text)), matchExpressions: optional(list(opaque)) })),
      replicationTargets: optional(list(open({ k8sContextName: optional(text), namespace: optional(text), targetPrefix: optional(text) }))),
    }),
  ),
  status: optional(open({ conditions: optional(list(open({ cluster: optional(text), type: optional(text), status: optional(text) }))) })),
});
export type ReplicatedSecret = TypeOf<typeof replicatedSecret>;

const k8ssandraTask = open({
  ...namespaced,
  spec: optional(open({ cluster: optional(open({ namespace: optional(text), name: optional(text) })), datacenters: optional(list(text)) })),
});
export type K8ssandraTask = TypeOf<typeof k8ssandraTask>;
/** `data` in base64, as the API gives it; in a manifest `stringData` may stand beside it. */
const secret = open({ ...namespaced, type: optional(text), data: optional(record(secretText)), stringData: optional(record(secretText)) });
export type Secret = TypeOf<typeof secret>;
const configMap = open({ ...namespaced, data: optional(record(text)) });
export type ConfigMap = TypeOf<typeof configMap>;
const serviceAccount = open({ ...namespaced, secrets: optional(list(localReference)) });

const configMapKey = open({ name: optional(text), key: optional(text), optional: optional(flag) });
const envVar = open({
  name: text,
  value: optional(secretText),
  valueFrom: optional(
    open({
      fieldRef: optional(open({ fieldPath: optional(text) })),
      configMapKeyRef: optional(configMapKey),
      secretKeyRef: optional(secretKeyRef),
    }),
  ),
});
export type EnvVar = TypeOf<typeof envVar>;
const container = open({
  name: optional(text),
  image: optional(text),
  command: optional(list(text)),
  args: optional(list(text)),
  env: optional(list(envVar)),
  envFrom: optional(list(open({ prefix: optional(text), configMapRef: optional(localReference), secretRef: optional(localReference) }))),
  volumeMounts: optional(list(open({ mountPath: optional(text), subPath: optional(text) }))),
  ports: optional(list(open({ name: optional(text), containerPort: optional(number) }))),
});
const podTemplate = open({
  metadata: optional(open({ annotations: optional(record(text)), labels: optional(record(text)) })),
  spec: optional(open({ serviceAccountName: optional(text), containers: optional(list(container)) })),
});
const deployment = open({
  ...namespaced,
  spec: optional(open({ replicas: optional(number), template: optional(podTemplate) })),
  status: optional(
    open({
      readyReplicas: optional(number),
      conditions: optional(list(open({ type: text, status: text, message: optional(text) }))),
    }),
  ),
});
export type Deployment = TypeOf<typeof deployment>;

const containerStatus = open({
  name: optional(text),
  ready: optional(flag),
  restartCount: optional(number),
  state: optional(open({ running: optional(open({ startedAt: optional(text) })), waiting: optional(open({ reason: optional(text) })) })),
  lastState: optional(
    open({ terminated: optional(open({ exitCode: optional(number), finishedAt: optional(text), reason: optional(text) })) }),
  ),
});
const pod = open({
  ...namespaced,
  status: optional(open({ phase: optional(text), containerStatuses: optional(list(containerStatus)) })),
});
export type Pod = TypeOf<typeof pod>;

const cronJob = open({ ...namespaced, spec: optional(open({ suspend: optional(flag) })) });
/** A rule is written back as it was read, whatever else it says. */
const role = open({ ...namespaced, rules: optional(list(open({ resourceNames: optional(list(text)) }))) });
const event = open({
  ...namespaced,
  type: optional(text),
  reason: optional(text),
  message: optional(text),
  count: optional(number),
  lastTimestamp: optional(text),
  eventTime: optional(text),
  involvedObject: optional(open({ kind: optional(text), name: optional(text) })),
});
export type Event = TypeOf<typeof event>;

/** Where the API keeps the objects of a kind. */
interface Address {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}
/** A kind as the API addresses it, and what its objects are read by. */
export interface Kind<T extends KubeObject = KubeObject> extends Address {
  readonly codec: Pick<Codec<T>, 'read'>;
}
type Row = readonly [group: string, version: string, plural: string, kind: string];
const inNamespaces = <T extends Namespaced>(
  [group, version, plural, kind]: Row,
  codec: Codec<T>,
): Address & { readonly codec: Codec<T> } => ({
  group,
  version,
  plural,
  kind,
  namespaced: true,
  codec,
});
const overall = ([group, version, plural, kind]: Row): Kind => ({ group, version, plural, kind, namespaced: false, codec: anyObject });
/** One row for each kind that is read or written. */
export const kinds = {
  clientConfig: inNamespaces(['config.k8ssandra.io', 'v1beta1', 'clientconfigs', 'ClientConfig'], clientConfig),
  k8ssandraCluster: inNamespaces(['k8ssandra.io', 'v1alpha1', 'k8ssandraclusters', 'K8ssandraCluster'], k8ssandraCluster),
  replicatedSecret: inNamespaces(['replication.k8ssandra.io', 'v1alpha1', 'replicatedsecrets', 'ReplicatedSecret'], replicatedSecret),
  k8ssandraTask: inNamespaces(['control.k8ssandra.io', 'v1alpha1', 'k8ssandratasks', 'K8ssandraTask'], k8ssandraTask),
  secret: inNamespaces(['', 'v1', 'secrets', 'Secret'], secret),
  configMap: inNamespaces(['', 'v1', 'configmaps', 'ConfigMap'], configMap),
  serviceAccount: inNamespaces(['', 'v1', 'serviceaccounts', 'ServiceAccount'], serviceAccount),
  namespace: overall(['', 'v1', 'namespaces', 'Namespace']),
  pod: inNamespaces(['', 'v1', 'pods', 'Pod'], pod),
  deployment: inNamespaces(['apps', 'v1', 'deployments', 'Deployment'], deployment),
  cassandraDatacenter: inNamespaces(['cassandra.datastax.com', 'v1beta1', 'cassandradatacenters', 'CassandraDatacenter'], anyNamespaced),
  storageClass: overall(['storage.k8s.io', 'v1', 'storageclasses', 'StorageClass']),
  medusaConfiguration: inNamespaces(['medusa.k8ssandra.io', 'v1alpha1', 'medusaconfigurations', 'MedusaConfiguration'], anyNamespaced),
  role: inNamespaces(['rbac.authorization.k8s.io', 'v1', 'roles', 'Role'], role),
  roleBinding: inNamespaces(['rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding'], anyNamespaced),
  cronJob: inNamespaces(['batch', 'v1', 'cronjobs', 'CronJob'], cronJob),
  event: inNamespaces(['', 'v1', 'events', 'Event'], event),
} as const;

const part = ({ kind }: Address, name: string): string => {
  if (isSegment(name)) return encodeURIComponent(name);
  throw new UserError(`${JSON.stringify(name)} can name no ${kind} and no namespace`, 'correct the object that names it so');
};
/** `/api/v1/namespaces/ns/secrets/name`; without a namespace the cluster-wide path. Throws for a name that would lead to another one. */
export const apiPath = (of: Address, namespace?: string, name?: string): string =>
  [
    of.group === '' ? '/api' : `/apis/${of.group}`,
    of.version,
    ...(namespace !== undefined && of.namespaced ? ['namespaces', part(of, namespace)] : []),
    of.plural,
    ...(name === undefined ? [] : [part(of, name)]),
  ].join('/');
export const apiVersion = (of: Address): string => (of.group === '' ? of.version : `${of.group}/${of.version}`);
