/** A kind that the server serves. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** from a custom resource definition */
  readonly custom: boolean;
  /** whether `/status` is a resource of its own, which alone changes the status */
  readonly status: boolean;
  /** whether its generation is counted */
  readonly generation: boolean;
  readonly subresources: readonly string[];
  readonly shortNames: readonly string[];
}

type More = Partial<Omit<ServedKind, 'group' | 'version' | 'plural' | 'kind' | 'custom'>>;
const builtIn = (group: string, plural: string, kind: string, more: More = {}): ServedKind => ({
  group,
  version: 'v1',
  plural,
  kind,
  namespaced: true,
  custom: false,
  status: false,
  generation: false,
  subresources: [],
  shortNames: [],
  ...more,
});
/** The definitions of `sandbox/clusters/crds.ts`, in short. */
const custom = (group: string, version: string, kind: string, more: More = {}): ServedKind => ({
  ...builtIn(group, `${kind.toLowerCase()}s`, kind, { status: true, generation: true, ...more }),
  version,
  custom: true,
});
const rbac = 'rbac.authorization.k8s.io';
export const servedKinds: readonly ServedKind[] = [
  builtIn('', 'namespaces', 'Namespace', { namespaced: false, status: true, shortNames: ['ns'] }),
  builtIn('', 'secrets', 'Secret'),
  builtIn('', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  builtIn('', 'serviceaccounts', 'ServiceAccount', { subresources: ['token'], shortNames: ['sa'] }),
  builtIn('', 'pods', 'Pod', { status: true, subresources: ['log', 'proxy'], shortNames: ['po'] }),
  builtIn('', 'services', 'Service', { status: true, shortNames: ['svc'] }),
  builtIn('', 'endpoints', 'Endpoints', { shortNames: ['ep'] }),
  builtIn('', 'events', 'Event', { shortNames: ['ev'] }),
  builtIn('discovery.k8s.io', 'endpointslices', 'EndpointSlice', { generation: true }),
  builtIn('batch', 'cronjobs', 'CronJob', { status: true, generation: true, shortNames: ['cj'] }),
  builtIn('apps', 'deployments', 'Deployment', { status: true, generation: true, shortNames: ['deploy'] }),
  builtIn('apps', 'statefulsets', 'StatefulSet', { status: true, generation: true, shortNames: ['sts'] }),
  builtIn('storage.k8s.io', 'storageclasses', 'StorageClass', { namespaced: false, shortNames: ['sc'] }),
  builtIn(rbac, 'roles', 'Role'),
  builtIn(rbac, 'rolebindings', 'RoleBinding'),
  builtIn(rbac, 'clusterroles', 'ClusterRole', { namespaced: false }),
  builtIn(rbac, 'clusterrolebindings', 'ClusterRoleBinding', { namespaced: false }),
  custom('config.k8ssandra.io', 'v1beta1', 'ClientConfig', { status: false }),
  custom('k8ssandra.io', 'v1alpha1', 'K8ssandraCluster'),
  custom('replication.k8ssandra.io', 'v1alpha1', 'ReplicatedSecret'),
  custom('control.k8ssandra.io', 'v1alpha1', 'K8ssandraTask'),
  custom('control.k8ssandra.io', 'v1alpha1', 'CassandraTask'),
  custom('cassandra.datastax.com', 'v1beta1', 'CassandraDatacenter'),
  custom('stargate.k8ssandra.io', 'v1alpha1', 'Stargate'),
  custom('reaper.k8ssandra.io', 'v1alpha1', 'Reaper'),
  custom('medusa.k8ssandra.io', 'v1alpha1', 'MedusaBackupJob'),
  custom('medusa.k8ssandra.io', 'v1alpha1', 'MedusaBackup'),
  custom('medusa.k8ssandra.io', 'v1alpha1', 'MedusaBackupSchedule'),
  custom('medusa.k8ssandra.io', 'v1alpha1', 'MedusaConfiguration'),
  custom('medusa.k8ssandra.io', 'v1alpha1', 'MedusaTask'),
  custom('medusa.k8ssandra.io', 'v1alpha1', 'MedusaRestoreJob'),
];
