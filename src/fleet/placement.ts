import { known, type Read } from '../base/read.ts';
import type { DatacenterTemplate, EncryptionStores, K8ssandraCluster } from '../kube/kinds.ts';
import type { Operator } from '../operator/environment.ts';
import type { ControlPlane } from './inventory.ts';

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

/** What one fact comes to: nothing wrong and nothing unknown is ok. */
export interface Judgement {
  readonly problems: readonly string[];
  readonly unknown?: string;
}
export const facts = ['namespace', 'watched', 'storage', 'cassOperator', 'secrets', 'operator', 'datacenter'] as const;
export type Fact = (typeof facts)[number];
/** The code under which a fact that does not hold is found. */
export const factCodes: Readonly<Record<Fact, string>> = {
  namespace: 'KC503',
  watched: 'KC506',
  storage: 'KC507',
  cassOperator: 'KC508',
  secrets: 'KC509',
  operator: 'KC510',
  datacenter: 'KC511',
};

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

/** The control plane as it would be with these K8ssandraClusters applied. */
export const withClusters = (controlPlane: ControlPlane, clusters: readonly K8ssandraCluster[]): ControlPlane => {
  const keys = new Set(clusters.map(clusterKey));
  return controlPlane.clusters.ok
    ? {
        ...controlPlane,
        clusters: known([...controlPlane.clusters.value.filter(one => !keys.has(clusterKey(one))), ...clusters.map(merged(controlPlane))]),
      }
    : controlPlane;
};
/** An apply changes the spec; what is in status stays. */
const merged =
  ({ clusters }: ControlPlane) =>
  (cluster: K8ssandraCluster): K8ssandraCluster => {
    const live = clusters.ok ? clusters.value.find(one => clusterKey(one) === clusterKey(cluster)) : undefined;
    return live?.status === undefined ? cluster : { ...cluster, status: live.status };
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

const watching = (operators: readonly Operator[], namespace: string): readonly Operator[] =>
  operators.filter(({ watches }) => watches === 'all' || watches.includes(namespace));
const watched = ({ watches }: Operator): string => (watches === 'all' ? 'all namespaces' : watches.join(', '));
/** Reads that failed: unknown, each with its reason. */
const unread = (...reads: readonly Read<unknown>[]): Pick<Judgement, 'unknown'> => {
  const reasons = [...new Set(reads.flatMap(read => (read.ok ? [] : [`${read.reason}: ${read.detail}`])))];
  return reasons.length === 0 ? {} : { unknown: reasons.join('; ') };
};

/** Every fact of one datacenter, judged. A fact that could not be read is unknown and never a problem. */
export const judgeDatacenter = (
  cluster: K8ssandraCluster,
  dc: DatacenterFacts,
  { operator }: Pick<ControlPlane, 'operator'>,
): Readonly<Record<Fact, Judgement>> => {
  const { namespace } = dc;
  const { namespaceState, operators, cassOperators } = dc;
  return {
    namespace: namespaceState.ok
      ? {
          problems:
            namespaceState.value === 'present'
              ? []
              : [`namespace ${namespace} ${namespaceState.value === 'absent' ? 'does not exist' : 'is being deleted'}`],
        }
      : { problems: [], ...unread(namespaceState) },
    watched: {
      problems: [
        ...(operator === undefined || watching([operator], namespace).length > 0
          ? []
          : [`namespace ${namespace} is not watched by the control plane, which watches ${watched(operator)}`]),
        ...(dc.context === '' ? [] : blind('the data plane operator', operators, namespace)),
        ...blind('cass-operator', cassOperators, namespace),
      ],
      ...(operator === undefined
        ? { unknown: 'failed: which namespaces the control plane watches is not known' }
        : unread(operators, cassOperators)),
    },
    storage: judgeStorage(dc),
    cassOperator: absentOrNotReady('cass-operator', cassOperators, namespace),
    secrets: judgeSecrets(dc),
    operator: dc.context === '' ? { problems: [] } : absentOrNotReady('K8ssandra Operator', operators, namespace),
    datacenter: judgeFound(cluster, dc),
  };
};
const blind = (who: string, read: Read<readonly Operator[]>, namespace: string): readonly string[] =>
  read.ok && read.value.length > 0 && watching(read.value, namespace).length === 0
    ? [`namespace ${namespace} is not watched by ${who}, which watches ${[...new Set(read.value.map(watched))].join(', ')}`]
    : [];
/** Of several operators only those count that watch the namespace; one that is ready is enough. */
const absentOrNotReady = (who: string, read: Read<readonly Operator[]>, namespace: string): Judgement => {
  if (!read.ok) return { problems: [], ...unread(read) };
  if (read.value.length === 0) return { problems: [`there is no ${who} in that cluster`] };
  const near = watching(read.value, namespace);
  return near.length === 0 || near.some(({ ready }) => ready)
    ? { problems: [] }
    : { problems: near.map(one => `${who} ${one.namespace}/${one.name} is not ready`) };
};
const judgeStorage = ({ storageClasses, classes }: DatacenterFacts): Judgement => {
  if (storageClasses.length === 0) return { problems: [] };
  if (!classes.ok) return { problems: [], ...unread(classes) };
  return {
    problems: storageClasses.flatMap(wanted =>
      wanted === undefined
        ? classes.value.some(({ isDefault }) => isDefault)
          ? []
          : ['it names no StorageClass, and that cluster has no default one']
        : classes.value.some(({ name }) => name === wanted)
          ? []
          : [`StorageClass ${wanted} does not exist`],
    ),
  };
};
const judgeSecrets = ({ secrets, foundSecrets }: DatacenterFacts): Judgement => {
  const reads = secrets.map(wanted => ({ wanted, read: foundSecrets.get(secretId(wanted)) }));
  return {
    problems: reads.flatMap(({ wanted, read }) => {
      if (read?.ok !== true) return [];
      const where = `Secret ${wanted.namespace}/${wanted.name}${wanted.onControlPlane ? ' on the control plane' : ''}`;
      if (read.value === undefined) return [`${where} does not exist`];
      const lacking = wanted.keys.filter(key => read.value?.includes(key) !== true);
      return lacking.length === 0 ? [] : [`${where} lacks ${lacking.join(', ')}`];
    }),
    ...unread(...reads.flatMap(({ read }) => read ?? [])),
  };
};
const judgeFound = (cluster: K8ssandraCluster, { name, context, foundDatacenters }: DatacenterFacts): Judgement => {
  if (!foundDatacenters.ok) return { problems: [], ...unread(foundDatacenters) };
  const place = (at: string): string => (at === '' ? 'the control plane' : at);
  return {
    problems: foundDatacenters.value.flatMap(found =>
      found.context !== context
        ? found.owner === clusterKey(cluster)
          ? [`CassandraDatacenter ${name} of this cluster is already in ${place(found.context)}`]
          : []
        : found.owner === clusterKey(cluster)
          ? []
          : [`a CassandraDatacenter ${name} is already there and belongs to ${found.owner ?? 'no K8ssandraCluster'}`],
    ),
  };
};

/** What each fact is about. */
export const factWords: Readonly<Record<Fact, string>> = {
  namespace: 'namespace',
  watched: 'watched namespaces',
  storage: 'StorageClasses',
  cassOperator: 'cass-operator',
  secrets: 'Secrets',
  operator: 'data plane operator',
  datacenter: 'CassandraDatacenters',
};
