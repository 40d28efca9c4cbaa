import { object, oneOf, optional, type TypeOf, text } from '../base/codec.ts';
import type { ClientConfig, K8ssandraCluster, K8ssandraTask, ReplicatedSecret } from '../kube/kinds.ts';

/** A place that names a context. */
export const reference = object({
  context: text,
  kind: oneOf({ K8ssandraCluster: true, ReplicatedSecret: true, K8ssandraTask: true }),
  namespace: text,
  name: text,
  /** JSON path inside the object, as `spec.cassandra.datacenters[0].k8sContext` */
  field: text,
  /** `spec` is wanted, `status` is load-bearing for decommission, `derived` follows from another object */
  origin: oneOf({ spec: true, status: true, derived: true }),
  datacenter: optional(text),
});
export type Reference = TypeOf<typeof reference>;

/** The name under which a ClientConfig provides its context; operator clientconfig_types.go GetContextName. */
export const effectiveContext = ({ metadata, spec }: ClientConfig): string => spec?.contextName || metadata.name;

/** The ClientConfigs that the operator reads, in its order: WATCH_NAMESPACE order, then the API's list order. */
export const watchedInOrder = (clientConfigs: readonly ClientConfig[], watches: readonly string[] | 'all'): readonly ClientConfig[] => {
  const key = ({ metadata }: ClientConfig): string => `${metadata.namespace}/${metadata.name}`;
  const configs = [...clientConfigs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  if (watches === 'all') return configs;
  return watches.flatMap(namespace => configs.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace));
};

/** Every place that names a context; an empty name is the control plane itself and no reference. */
export const references = (
  clusters: readonly K8ssandraCluster[],
  replicatedSecrets: readonly ReplicatedSecret[],
  tasks: readonly K8ssandraTask[],
): readonly Reference[] => [
  ...clusters.flatMap(ofCluster),
  ...replicatedSecrets.flatMap(ofReplicatedSecret),
  ...tasks.flatMap(task => ofTask(task, clusters)),
];

const ofCluster = ({ metadata, spec, status }: K8ssandraCluster): Reference[] => {
  const here = { kind: 'K8ssandraCluster', namespace: metadata.namespace, name: metadata.name } as const;
  const datacentersOfSpec = (spec?.cassandra?.datacenters ?? []).flatMap(({ k8sContext, metadata: dc }, index): Reference[] =>
    k8sContext
      ? [
          {
            ...here,
            context: k8sContext,
            field: `spec.cassandra.datacenters[${index}].k8sContext`,
            origin: 'spec',
            datacenter: dc?.name ?? `#${index}`,
          },
        ]
      : [],
  );
  const datacentersOfStatus = Object.entries(status?.datacenters ?? {}).flatMap(([datacenter, { contextName }]): Reference[] =>
    contextName
      ? [{ ...here, context: contextName, field: `status.datacenters.${datacenter}.contextName`, origin: 'status', datacenter }]
      : [],
  );
  return [...datacentersOfSpec, ...datacentersOfStatus];
};
const ofReplicatedSecret = ({ metadata, spec }: ReplicatedSecret): Reference[] =>
  (spec?.replicationTargets ?? []).flatMap(({ k8sContextName }, index): Reference[] =>
    k8sContextName
      ? [
          {
            context: k8sContextName,
            kind: 'ReplicatedSecret',
            namespace: metadata.namespace,
            name: metadata.name,
            field: `spec.replicationTargets[${index}].k8sContextName`,
            origin: 'spec',
          },
        ]
      : [],
  );
const ofTask = ({ metadata, spec }: K8ssandraTask, clusters: readonly K8ssandraCluster[]): Reference[] => {
  const namespace = spec?.cluster?.namespace ?? metadata.namespace;
  const cluster = clusters.find(one => one.metadata.name === spec?.cluster?.name && one.metadata.namespace === namespace);
  return (cluster?.spec?.cassandra?.datacenters ?? []).flatMap(({ k8sContext, metadata: dc }): Reference[] =>
    k8sContext && (spec?.datacenters === undefined || spec.datacenters.length === 0 || spec.datacenters.includes(dc?.name ?? ''))
      ? [
          {
            context: k8sContext,
            kind: 'K8ssandraTask',
            namespace: metadata.namespace,
            name: metadata.name,
            field: 'spec.datacenters',
            origin: 'derived',
            ...(dc?.name === undefined ? {} : { datacenter: dc.name }),
          },
        ]
      : [],
  );
};
