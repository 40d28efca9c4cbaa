/** A custom resource definition as small as the API accepts it: what a kind is called, and hardly what is in it. */
const definition = (group: string, version: string, kind: string, { status = true, spec }: { status?: boolean; spec?: object } = {}) => {
  const singular = kind.toLowerCase();
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema:
              spec === undefined ? { ...open, properties: { spec: open, status: open } } : { type: 'object', properties: { spec } },
          },
          ...(status ? { subresources: { status: {} } } : {}),
        },
      ],
    },
  } as const;
};

// As the operator's own definition has it: the default is part of what the operator hashes, and what is unknown is dropped.
const clientConfigSpec = {
  type: 'object',
  properties: {
    contextName: { type: 'string' },
    kubeConfigSecret: {
      type: 'object',
      properties: { name: { type: 'string', default: '' } },
      'x-kubernetes-map-type': 'atomic',
    },
  },
};

/** The kinds that a K8ssandra installation brings, as custom resource definitions. */
export const crds = [
  definition('config.k8ssandra.io', 'v1beta1', 'ClientConfig', { status: false, spec: clientConfigSpec }),
  definition('k8ssandra.io', 'v1alpha1', 'K8ssandraCluster'),
  definition('replication.k8ssandra.io', 'v1alpha1', 'ReplicatedSecret'),
  definition('control.k8ssandra.io', 'v1alpha1', 'K8ssandraTask'),
  definition('control.k8ssandra.io', 'v1alpha1', 'CassandraTask'),
  definition('cassandra.datastax.com', 'v1beta1', 'CassandraDatacenter'),
  definition('stargate.k8ssandra.io', 'v1alpha1', 'Stargate'),
  definition('reaper.k8ssandra.io', 'v1alpha1', 'Reaper'),
  definition('medusa.k8ssandra.io', 'v1alpha1', 'MedusaBackupJob'),
  definition('medusa.k8ssandra.io', 'v1alpha1', 'MedusaBackup'),
  definition('medusa.k8ssandra.io', 'v1alpha1', 'MedusaBackupSchedule'),
  definition('medusa.k8ssandra.io', 'v1alpha1', 'MedusaConfiguration'),
  definition('medusa.k8ssandra.io', 'v1alpha1', 'MedusaTask'),
  definition('medusa.k8ssandra.io', 'v1alpha1', 'MedusaRestoreJob'),
  definition('monitoring.coreos.com', 'v1', 'ServiceMonitor', { status: false }),
];
