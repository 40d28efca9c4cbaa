import { type Codec, flag, list, number, object, opaque, optional, record, secretText, text } from '../base/codec.ts';
import { domain } from '../base/domain.ts';
import type { ClientConfig, Deployment, K8ssandraCluster, K8ssandraTask, KubeObject, Pod, ReplicatedSecret, Secret } from './kinds.ts';

const own = `${domain.replaceAll('.', '\\.')}/`;
/** The labels and annotations that this program reads: no others are written anywhere. */
export const labels = record(text, new RegExp(`^(kubernetes\\.io/legacy-token-|k8ssandra\\.io/|${own}|app\\.kubernetes\\.io/managed-by$)`));
export const annotations = record(text, new RegExp(`^(k8ssandra\\.io/(resource|secret)-hash$|${own})`));

const metadata: Codec<KubeObject['metadata']> = object({
  name: text,
  namespace: optional(text),
  uid: optional(text),
  resourceVersion: optional(text),
  generation: optional(number),
  creationTimestamp: optional(text),
  deletionTimestamp: optional(text),
  finalizers: optional(list(text)),
  labels: optional(labels),
  annotations: optional(annotations),
});
const identity = { apiVersion: optional(text), kind: optional(text), metadata };
const named: Codec<{ readonly name?: string }> = object({ name: optional(text) });

type Spec<T extends { readonly spec?: unknown }> = NonNullable<T['spec']>;
type Status<T extends { readonly status?: unknown }> = NonNullable<T['status']>;

export const clientConfig: Codec<ClientConfig> = object({
  ...identity,
  spec: optional(object<Spec<ClientConfig>>({ contextName: optional(text), kubeConfigSecret: optional(named) })),
});

type Cassandra = NonNullable<Spec<K8ssandraCluster>['cassandra']>;
type Datacenter = NonNullable<Cassandra['datacenters']>[number];
const claim = object<NonNullable<NonNullable<Cassandra['storageConfig']>['cassandraDataVolumeClaimSpec']>>({
  storageClassName: optional(text),
});
const volumes = list(
  object<{ readonly name?: string; readonly pvcSpec?: { readonly storageClassName?: string } }>({
    name: optional(text),
    pvcSpec: optional(claim),
  }),
);
/** true, false, or a word such as `all`. */
const switchValue: Codec<unknown> = {
  write: value => (typeof value === 'boolean' ? value : String(value).slice(0, 20)),
  read: value => value,
};
const storageConfig: Codec<NonNullable<Cassandra['storageConfig']>> = object({
  cassandraDataVolumeClaimSpec: optional(claim),
  additionalVolumes: optional(volumes),
});
/** Of cassandra.yaml only whether it encrypts: the rest may hold a password. */
const config: Codec<NonNullable<Cassandra['config']>> = object({
  cassandraYaml: optional(
    object({
      client_encryption_options: optional(object({ enabled: optional(switchValue) })),
      server_encryption_options: optional(object({ internode_encryption: optional(switchValue) })),
    }),
  ),
});
const extraVolumes: Codec<NonNullable<Cassandra['extraVolumes']>> = object({ pvcs: optional(volumes) });
const secretKeyRef: Codec<{ readonly name?: string; readonly key?: string }> = object({ name: optional(text), key: optional(text) });
const encryptionStores: Codec<NonNullable<Cassandra['serverEncryptionStores']>> = object({
  keystoreSecretRef: optional(secretKeyRef),
  truststoreSecretRef: optional(secretKeyRef),
  keystorePasswordSecretRef: optional(secretKeyRef),
  truststorePasswordSecretRef: optional(secretKeyRef),
});
const datacenter: Codec<Datacenter> = object({
  k8sContext: optional(text),
  metadata: optional(object<NonNullable<Datacenter['metadata']>>({ name: optional(text), namespace: optional(text) })),
  storageConfig: optional(storageConfig),
  extraVolumes: optional(extraVolumes),
  config: optional(config),
});
const cassandra: Codec<Cassandra> = object({
  datacenters: optional(list(datacenter)),
  storageConfig: optional(storageConfig),
  extraVolumes: optional(extraVolumes),
  config: optional(config),
  superuserSecretRef: optional(named),
  serverEncryptionStores: optional(encryptionStores),
  clientEncryptionStores: optional(encryptionStores),
});
export const k8ssandraCluster: Codec<K8ssandraCluster> = object({
  ...identity,
  spec: optional(object<Spec<K8ssandraCluster>>({ secretsProvider: optional(text), cassandra: optional(cassandra) })),
  status: optional(
    object<Status<K8ssandraCluster>>({
      error: optional(text),
      datacenters: optional(record(object<{ readonly contextName?: string }>({ contextName: optional(text) }))),
    }),
  ),
});

type Selector = NonNullable<Spec<ReplicatedSecret>['selector']>;
type Target = NonNullable<Spec<ReplicatedSecret>['replicationTargets']>[number];
type Condition = NonNullable<Status<ReplicatedSecret>['conditions']>[number];
export const replicatedSecret: Codec<ReplicatedSecret> = object({
  ...identity,
  spec: optional(
    object<Spec<ReplicatedSecret>>({
      selector: optional(object<Selector>({ matchLabels: optional(record(text)), matchExpressions: optional(list(opaque)) })),
      replicationTargets: optional(
        list(object<Target>({ k8sContextName: optional(text), namespace: optional(text), targetPrefix: optional(text) })),
      ),
    }),
  ),
  status: optional(
    object<Status<ReplicatedSecret>>({
      conditions: optional(list(object<Condition>({ cluster: optional(text), type: optional(text), status: optional(text) }))),
    }),
  ),
});

export const k8ssandraTask: Codec<K8ssandraTask> = object({
  ...identity,
  spec: optional(
    object<Spec<K8ssandraTask>>({
      cluster: optional(object<NonNullable<Spec<K8ssandraTask>['cluster']>>({ namespace: optional(text), name: optional(text) })),
      datacenters: optional(list(text)),
    }),
  ),
});

/** A Secret of a manifest, where `stringData` may stand beside `data`. */
export interface SecretManifest extends Secret {
  readonly stringData?: Readonly<Record<string, string>>;
}
export const secret: Codec<SecretManifest> = object({
  ...identity,
  type: optional(text),
  data: optional(record(secretText)),
  stringData: optional(record(secretText)),
});

type PodTemplate = NonNullable<NonNullable<Spec<Deployment>['template']>['spec']>;
type Container = NonNullable<PodTemplate['containers']>[number];
const container: Codec<Container> = object({
  name: optional(text),
  image: optional(text),
  command: optional(list(text)),
  args: optional(list(text)),
  env: optional(
    list(
      object<NonNullable<Container['env']>[number]>({
        name: text,
        value: optional(secretText),
        valueFrom: optional(
          object<{ readonly fieldRef?: { readonly fieldPath?: string } }>({
            fieldRef: optional(object<{ readonly fieldPath?: string }>({ fieldPath: optional(text) })),
          }),
        ),
      }),
    ),
  ),
  ports: optional(list(object<NonNullable<Container['ports']>[number]>({ name: optional(text), containerPort: optional(number) }))),
});
export const deployment: Codec<Deployment> = object({
  ...identity,
  spec: optional(
    object<Spec<Deployment>>({
      replicas: optional(number),
      template: optional(
        object<NonNullable<Spec<Deployment>['template']>>({
          spec: optional(object<PodTemplate>({ serviceAccountName: optional(text), containers: optional(list(container)) })),
        }),
      ),
    }),
  ),
  status: optional(
    object<Status<Deployment>>({
      readyReplicas: optional(number),
      conditions: optional(
        list(object<NonNullable<Status<Deployment>['conditions']>[number]>({ type: text, status: text, message: optional(text) })),
      ),
    }),
  ),
});

type ContainerStatus = NonNullable<Status<Pod>['containerStatuses']>[number];
type State = NonNullable<ContainerStatus['state']>;
type Terminated = NonNullable<NonNullable<ContainerStatus['lastState']>['terminated']>;
export const pod: Codec<Pod> = object({
  ...identity,
  status: optional(
    object<Status<Pod>>({
      phase: optional(text),
      containerStatuses: optional(
        list(
          object<ContainerStatus>({
            name: optional(text),
            ready: optional(flag),
            restartCount: optional(number),
            state: optional(
              object<State>({
                running: optional(object<NonNullable<State['running']>>({ startedAt: optional(text) })),
                waiting: optional(object<NonNullable<State['waiting']>>({ reason: optional(text) })),
              }),
            ),
            lastState: optional(
              object<NonNullable<ContainerStatus['lastState']>>({
                terminated: optional(
                  object<Terminated>({ exitCode: optional(number), finishedAt: optional(text), reason: optional(text) }),
                ),
              }),
            ),
          }),
        ),
      ),
    }),
  ),
});
