/** The fields of the Kubernetes objects that this program reads or writes; everything else passes through untouched. */
interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Meta;
}
/** An object that an API server has given out, as in a dump; a manifest that somebody wrote has neither. */
export const isLive = ({ metadata }: KubeObject): boolean => metadata.uid !== undefined || metadata.resourceVersion !== undefined;
export interface ClientConfig extends KubeObject {
  readonly spec?: { readonly contextName?: string; readonly kubeConfigSecret?: { readonly name?: string } };
}
export interface Secret extends KubeObject {
  readonly type?: string;
  /** base64 values, as the API gives them */
  readonly data?: Readonly<Record<string, string>>;
}
interface ClaimSpec {
  readonly storageClassName?: string;
}
interface DatacenterOptions {
  readonly storageConfig?: {
    readonly cassandraDataVolumeClaimSpec?: ClaimSpec;
    readonly additionalVolumes?: readonly { readonly name?: string; readonly pvcSpec?: ClaimSpec }[];
  };
  readonly extraVolumes?: { readonly pvcs?: readonly { readonly name?: string; readonly pvcSpec?: ClaimSpec }[] };
  readonly config?: {
    readonly cassandraYaml?: {
      readonly client_encryption_options?: { readonly enabled?: unknown };
      readonly server_encryption_options?: { readonly internode_encryption?: unknown };
    };
  };
}
export interface DatacenterTemplate extends DatacenterOptions {
  readonly k8sContext?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}
export interface K8ssandraCluster extends KubeObject {
  readonly spec?: {
    readonly secretsProvider?: string;
    readonly cassandra?: DatacenterOptions & {
      readonly datacenters?: readonly DatacenterTemplate[];
      readonly superuserSecretRef?: { readonly name?: string };
      readonly serverEncryptionStores?: EncryptionStores;
      readonly clientEncryptionStores?: EncryptionStores;
    };
  };
  readonly status?: { readonly error?: string; readonly datacenters?: Readonly<Record<string, { readonly contextName?: string }>> };
}
interface SecretKeyRef {
  readonly name?: string;
  readonly key?: string;
}
export interface EncryptionStores {
  readonly keystoreSecretRef?: SecretKeyRef;
  readonly truststoreSecretRef?: SecretKeyRef;
  readonly keystorePasswordSecretRef?: SecretKeyRef;
  readonly truststorePasswordSecretRef?: SecretKeyRef;
}
export interface ReplicatedSecret extends KubeObject {
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly unknown[] };
    readonly replicationTargets?: readonly {
      readonly k8sContextName?: string;
      readonly namespace?: string;
      readonly targetPrefix?: string;
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly cluster?: string; readonly type?: string; readonly status?: string }[] };
}
export interface K8ssandraTask extends KubeObject {
  readonly spec?: { readonly cluster?: { readonly namespace?: string; readonly name?: string }; readonly datacenters?: readonly string[] };
}
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath?: string } };
}
export interface Deployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: {
        readonly serviceAccountName?: string;
        readonly containers?: readonly {
          readonly name?: string;
          readonly image?: string;
          readonly command?: readonly string[];
          readonly args?: readonly string[];
          readonly env?: readonly EnvVar[];
          readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
        }[];
      };
    };
  };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}
interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: { readonly running?: { readonly startedAt?: string }; readonly waiting?: { readonly reason?: string } };
  readonly lastState?: { readonly terminated?: { readonly exitCode?: number; readonly finishedAt?: string; readonly reason?: string } };
}
export interface Pod extends KubeObject {
  readonly status?: { readonly phase?: string; readonly containerStatuses?: readonly ContainerStatus[] };
}
export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}
export interface ServiceAccount extends KubeObject {
  readonly secrets?: readonly { readonly name?: string }[];
}

/** A kind as the API addresses it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}
const kind = (group: string, version: string, plural: string, name: string, namespaced = true): Kind => ({
  group,
  version,
  plural,
  kind: name,
  namespaced,
});
/** One row for each kind that is read or written. */
export const kinds = {
  clientConfig: kind('config.k8ssandra.io', 'v1beta1', 'clientconfigs', 'ClientConfig'),
  k8ssandraCluster: kind('k8ssandra.io', 'v1alpha1', 'k8ssandraclusters', 'K8ssandraCluster'),
  replicatedSecret: kind('replication.k8ssandra.io', 'v1alpha1', 'replicatedsecrets', 'ReplicatedSecret'),
  k8ssandraTask: kind('control.k8ssandra.io', 'v1alpha1', 'k8ssandratasks', 'K8ssandraTask'),
  secret: kind('', 'v1', 'secrets', 'Secret'),
  configMap: kind('', 'v1', 'configmaps', 'ConfigMap'),
  serviceAccount: kind('', 'v1', 'serviceaccounts', 'ServiceAccount'),
  namespace: kind('', 'v1', 'namespaces', 'Namespace', false),
  pod: kind('', 'v1', 'pods', 'Pod'),
  deployment: kind('apps', 'v1', 'deployments', 'Deployment'),
  cassandraDatacenter: kind('cassandra.datastax.com', 'v1beta1', 'cassandradatacenters', 'CassandraDatacenter'),
  storageClass: kind('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false),
  cronJob: kind('batch', 'v1', 'cronjobs', 'CronJob'),
  event: kind('', 'v1', 'events', 'Event'),
} as const satisfies Record<string, Kind>;

/** `/api/v1/namespaces/ns/secrets/name`; without a namespace the cluster-wide path. */
export const apiPath = (of: Kind, namespace?: string, name?: string): string =>
  [
    of.group === '' ? '/api' : `/apis/${of.group}`,
    of.version,
    ...(namespace !== undefined && of.namespaced ? ['namespaces', encodeURIComponent(namespace)] : []),
    of.plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/');
export const apiVersion = (of: Kind): string => (of.group === '' ? of.version : `${of.group}/${of.version}`);
