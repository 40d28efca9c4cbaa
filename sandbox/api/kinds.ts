/** A kind that the server serves. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const served = (group: string, version: string, plural: string, kind: string, namespaced = true): ServedKind => ({
  group,
  version,
  plural,
  kind,
  namespaced,
});
export const servedKinds: readonly ServedKind[] = [
  served('', 'v1', 'namespaces', 'Namespace', false),
  served('', 'v1', 'secrets', 'Secret'),
  served('', 'v1', 'configmaps', 'ConfigMap'),
  served('', 'v1', 'serviceaccounts', 'ServiceAccount'),
  served('', 'v1', 'pods', 'Pod'),
  served('', 'v1', 'events', 'Event'),
  served('batch', 'v1', 'cronjobs', 'CronJob'),
  served('apps', 'v1', 'deployments', 'Deployment'),
  served('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false),
  served('config.k8ssandra.io', 'v1beta1', 'clientconfigs', 'ClientConfig'),
  served('k8ssandra.io', 'v1alpha1', 'k8ssandraclusters', 'K8ssandraCluster'),
  served('replication.k8ssandra.io', 'v1alpha1', 'replicatedsecrets', 'ReplicatedSecret'),
  served('control.k8ssandra.io', 'v1alpha1', 'k8ssandratasks', 'K8ssandraTask'),
  served('control.k8ssandra.io', 'v1alpha1', 'cassandratasks', 'CassandraTask'),
  served('cassandra.datastax.com', 'v1beta1', 'cassandradatacenters', 'CassandraDatacenter'),
  served('stargate.k8ssandra.io', 'v1alpha1', 'stargates', 'Stargate'),
  served('reaper.k8ssandra.io', 'v1alpha1', 'reapers', 'Reaper'),
];
