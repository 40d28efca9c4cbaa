import type { Read } from '../base/read.ts';
import type { DatacenterTemplate } from '../kube/cluster-spec.ts';
import type { K8ssandraCluster } from '../kube/kinds.ts';
import type { Operator } from '../operator/environment.ts';
import { type NamedFound, type NamedObject, namedObjects } from './named-objects.ts';

/** What one datacenter asks of the cluster it is meant for. */
export interface Datacenter {
  readonly index: number;
  readonly name: string;
  /** empty: the control plane's own cluster */
  readonly context: string;
  readonly namespace: string;
  /** names of StorageClasses; `undefined` is the default one */
  readonly storageClasses: readonly (string | undefined)[];
  readonly names: readonly NamedObject[];
}
export interface StorageClassFact {
  readonly name: string;
  readonly isDefault: boolean;
}
/** A CassandraDatacenter by that name, and the K8ssandraCluster it says it belongs to. */
export interface FoundDatacenter {
  readonly context: string;
  /** `namespace/name`; absent when no K8ssandraCluster made it */
  readonly owner?: string;
}
/** What was read for one datacenter. `skipped` stands for what another finding already explains. */
export interface DatacenterFacts extends Datacenter {
  readonly namespaceState: Read<'present' | 'absent' | 'terminating'>;
  readonly crd: Read<boolean>;
  /** Deployments of the K8ssandra Operator in that cluster */
  readonly operators: Read<readonly Operator[]>;
  /** Deployments of cass-operator in that cluster */
  readonly cassOperators: Read<readonly Operator[]>;
  readonly classes: Read<readonly StorageClassFact[]>;
  /** by `objectId`: its keys; `undefined` value: it does not exist */
  readonly found: NamedFound;
  readonly foundDatacenters: Read<readonly FoundDatacenter[]>;
}
/** A K8ssandraCluster of `--for`, and what there is of all that it needs. */
export interface PlacementFacts {
  readonly cluster: K8ssandraCluster;
  /** the API server's and the webhook's answer to a dry run that stores nothing */
  readonly accepted: Read<{ readonly accepted: boolean; readonly message: string }>;
  readonly datacenters: readonly DatacenterFacts[];
}

export const clusterKey = ({ metadata }: K8ssandraCluster): string => `${metadata.namespace}/${metadata.name}`;
/** The remote contexts of K8ssandraClusters, each once. */
export const contextsOf = (clusters: readonly K8ssandraCluster[]): readonly string[] => [
  ...new Set(
    clusters.flatMap(({ spec, status }) => [
      ...(spec?.cassandra?.datacenters ?? []).flatMap(({ k8sContext }) => (k8sContext ? [k8sContext] : [])),
      ...Object.values(status?.datacenters ?? {}).flatMap(({ contextName }) => (contextName ? [contextName] : [])),
    ]),
  ),
];

/** What the datacenters of these K8ssandraClusters need to be there, by the context where it is looked for. */
export const namedByContext = (clusters: readonly K8ssandraCluster[]): ReadonlyMap<string, readonly NamedObject[]> => {
  const all = clusters.flatMap(cluster =>
    datacentersOf(cluster).flatMap(({ context, names }) => names.map(object => ({ object, at: object.onControlPlane ? '' : context }))),
  );
  return new Map([...Map.groupBy(all, ({ at }) => at)].map(([at, members]) => [at, members.map(({ object }) => object)]));
};

/** What each datacenter of a K8ssandraCluster needs; the datacenter's own settings win over the cluster's. */
export const datacentersOf = (cluster: K8ssandraCluster): readonly Datacenter[] =>
  (cluster.spec?.cassandra?.datacenters ?? []).map((dc, index) => {
    const namespace = dc.metadata?.namespace || cluster.metadata.namespace || '';
    return {
      index,
      name: dc.metadata?.name ?? `#${index}`,
      context: dc.k8sContext ?? '',
      namespace,
      storageClasses: storageClassesOf(cluster, dc),
      names: namedObjects({ cluster, dc, index, namespace }),
    };
  });
const storageClassesOf = ({ spec }: K8ssandraCluster, dc: DatacenterTemplate): readonly (string | undefined)[] => {
  const all = spec?.cassandra;
  const data = {
    ...all?.storageConfig?.cassandraDataVolumeClaimSpec,
    ...dc.storageConfig?.cassandraDataVolumeClaimSpec,
  };
  const claims = [
    ...(all?.storageConfig === undefined && dc.storageConfig === undefined ? [] : [data]),
    ...(dc.storageConfig?.additionalVolumes ?? all?.storageConfig?.additionalVolumes ?? []).flatMap(({ pvcSpec }) => pvcSpec ?? []),
    ...(dc.extraVolumes?.pvcs ?? all?.extraVolumes?.pvcs ?? []).flatMap(({ pvcSpec }) => pvcSpec ?? []),
  ];
  // An empty name asks for a volume without any class.
  return [...new Set(claims.map(({ storageClassName }) => storageClassName).filter(name => name !== ''))];
};
