import type { Read } from '../base/read.ts';
import type { DatacenterTemplate, EncryptionStores } from '../kube/cluster-spec.ts';
import type { K8ssandraCluster } from '../kube/kinds.ts';
import type { Operator } from '../operator/environment.ts';

/** A Secret that a datacenter cannot start without, and the keys that are read from it. */
export interface WantedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** on the control plane and not in the datacenter's cluster */
  readonly onControlPlane: boolean;
}
/** What one datacenter asks of the cluster it is meant for. */
export interface Datacenter {
  readonly index: number;
  readonly name: string;
  /** empty: the control plane's own cluster */
  readonly context: string;
  readonly namespace: string;
  /** names of StorageClasses; `undefined` is the default one */
  readonly storageClasses: readonly (string | undefined)[];
  readonly secrets: readonly WantedSecret[];
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
  /** by `secretId`: its keys; `undefined` value: it does not exist */
  readonly foundSecrets: ReadonlyMap<string, Read<readonly string[] | undefined>>;
  readonly foundDatacenters: Read<readonly FoundDatacenter[]>;
}
export interface PlacementFacts {
  readonly cluster: K8ssandraCluster;
  /** the API server's and the webhook's answer to a dry run that stores nothing */
  readonly accepted: Read<{ readonly accepted: boolean; readonly message: string }>;
  readonly datacenters: readonly DatacenterFacts[];
}

export const clusterKey = ({ metadata }: K8ssandraCluster): string => `${metadata.namespace}/${metadata.name}`;
export const secretId = ({ namespace, name, onControlPlane }: WantedSecret): string =>
  `${onControlPlane ? 'control plane ' : ''}${namespace}/${name}`;
/** The remote contexts of K8ssandraClusters, each once. */
export const contextsOf = (clusters: readonly K8ssandraCluster[]): readonly string[] => [
  ...new Set(
    clusters.flatMap(({ spec, status }) => [
      ...(spec?.cassandra?.datacenters ?? []).flatMap(({ k8sContext }) => (k8sContext ? [k8sContext] : [])),
      ...Object.values(status?.datacenters ?? {}).flatMap(({ contextName }) => (contextName ? [contextName] : [])),
    ]),
  ),
];

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
      secrets: secretsOf(cluster, dc, namespace),
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
/** Passwords are read in the K8ssandraCluster's namespace, stores are mounted in the datacenter's; operator pkg/cassandra/encryption.go. */
const secretsOf = (cluster: K8ssandraCluster, dc: DatacenterTemplate, namespace: string): readonly WantedSecret[] => {
  const { spec, metadata } = cluster;
  const all = spec?.cassandra;
  if (spec?.secretsProvider === 'external' || all === undefined) return [];
  const client =
    dc.config?.cassandraYaml?.client_encryption_options?.enabled ?? all.config?.cassandraYaml?.client_encryption_options?.enabled;
  const internode =
    dc.config?.cassandraYaml?.server_encryption_options?.internode_encryption ??
    all.config?.cassandraYaml?.server_encryption_options?.internode_encryption;
  const home = metadata.namespace;
  const wanted = [
    ...(client === true ? storesOf(all.clientEncryptionStores, home, namespace) : []),
    ...(internode !== undefined && internode !== 'none' ? storesOf(all.serverEncryptionStores, home, namespace) : []),
    ...(all.superuserSecretRef?.name ? [{ namespace: home, name: all.superuserSecretRef.name, keys: [], onControlPlane: true }] : []),
  ];
  return [...Map.groupBy(wanted, secretId).values()].flatMap(same =>
    same[0] === undefined ? [] : [{ ...same[0], keys: [...new Set(same.flatMap(({ keys }) => keys))] }],
  );
};
const storesOf = (stores: EncryptionStores | undefined, home: string, namespace: string): readonly WantedSecret[] =>
  (['keystore', 'truststore'] as const).flatMap(store => {
    const ref = stores?.[`${store}SecretRef`];
    const password = stores?.[`${store}PasswordSecretRef`];
    if (!ref?.name) return [];
    const secret = { name: ref.name, onControlPlane: false };
    return [
      { ...secret, namespace, keys: [ref.key || store] },
      {
        ...secret,
        ...(password?.name ? { name: password.name } : {}),
        namespace: home,
        keys: [(password?.name ? password.key : ref.key) || `${store}-password`],
      },
    ];
  });
