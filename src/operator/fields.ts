import { nearest } from '../base/nearest.ts';

/** The fields of an object by name: what they hold in turn, or `anything` where nobody looks deeper; of a list, what each item holds. */
interface Fields {
  readonly [name: string]: Fields | 'anything';
}
const names = (list: string): Fields => Object.fromEntries(list.split(' ').map(name => [name, 'anything']));

const objectMeta = names(
  'annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels managedFields name namespace ownerReferences resourceVersion selfLink uid',
);
const object = (spec: Fields): Fields => ({ ...names('apiVersion kind status'), metadata: objectMeta, spec });

const secretRef = names('name');
const encryptionStores: Fields = {
  keystorePasswordSecretRef: names('key name'),
  keystoreSecretRef: names('key name'),
  truststorePasswordSecretRef: names('key name'),
  truststoreSecretRef: names('key name'),
};
const claim = names(
  'accessModes dataSource dataSourceRef resources selector storageClassName volumeAttributesClassName volumeMode volumeName',
);
const volume: Fields = { ...names('mountPath name volumeSource'), pvcSpec: claim };
/** What stands in `cassandra` and in each of its datacenters. */
const datacenterOptions: Fields = {
  ...names(
    'cdc containers datacenterName dseWorkloads initContainers jmxInitContainerImage managementApiAuth mgmtAPIHeap networking perNodeConfigInitContainerImage podPriorityClassName podSecurityContext racks readOnlyRootFilesystem rebuild resources serverImage serverVersion serviceAccount softPodAntiAffinity telemetry tolerations',
  ),
  config: names('cassandraYaml dseYaml jvmOptions'),
  extraVolumes: { ...names('volumes'), pvcs: volume },
  storageConfig: { additionalVolumes: volume, cassandraDataVolumeClaimSpec: claim },
};
const podMeta = 'annotations commonAnnotations commonLabels labels pods services';

/**
 * The fields of the kinds that people write, down to where this program reads, as the CRDs of release 1.32 have them
 * (k8ssandra-operator config/crd/bases). The API server drops every other field, or refuses it.
 */
const fieldsOf: Readonly<Record<string, Fields>> = {
  ClientConfig: object({ contextName: 'anything', kubeConfigSecret: secretRef }),
  K8ssandraCluster: object({
    ...names('auth externalDatacenters medusa reaper secretsProvider stargate'),
    cassandra: {
      ...datacenterOptions,
      ...names('additionalSeeds clusterName serverType'),
      metadata: names(podMeta),
      superuserSecretRef: secretRef,
      serverEncryptionStores: encryptionStores,
      clientEncryptionStores: encryptionStores,
      datacenters: {
        ...datacenterOptions,
        ...names('k8sContext perNodeConfigMapRef size stargate stopped'),
        metadata: names(`${podMeta} name namespace`),
      },
    },
  }),
  ReplicatedSecret: object({
    selector: names('matchExpressions matchLabels'),
    replicationTargets: names('addLabels dropLabels k8sContextName namespace targetPrefix'),
  }),
  K8ssandraTask: object({
    ...names('datacenters dcConcurrencyPolicy'),
    cluster: names('apiVersion fieldPath kind name namespace resourceVersion uid'),
    template: names('concurrencyPolicy jobs maxConcurrentPods restartPolicy retries scheduledTime ttlSecondsAfterFinished'),
  }),
};

export interface UnknownField {
  /** JSON path inside the object, as `spec.cassandra.datacenters[0].k8scontext` */
  readonly path: string;
  /** the field that is meant, by its own name, where one is near */
  readonly meant?: string;
}
/** What stands in an object of a kind and means nothing to the API server. */
export const unknownFields = (kind: string, value: unknown): readonly UnknownField[] => {
  const schema = Object.hasOwn(fieldsOf, kind) ? fieldsOf[kind] : undefined;
  return schema === undefined ? [] : unknownIn(schema, value, '');
};
const unknownIn = (known: Fields, value: unknown, path: string): readonly UnknownField[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownIn(known, item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): readonly UnknownField[] => {
    const here = path === '' ? name : `${path}.${name}`;
    const below = Object.hasOwn(known, name) ? known[name] : undefined;
    if (below === 'anything') return [];
    if (below !== undefined) return unknownIn(below, inner, here);
    const suggestion = meantBy(name, Object.keys(known));
    return [suggestion === undefined ? { path: here } : { path: here, meant: suggestion }];
  });
};
/** `meta` for metadata, `k8scontext` for k8sContext. */
const meantBy = (name: string, known: readonly string[]): string | undefined => {
  const longer = known.filter(one => one.toLowerCase().startsWith(name.toLowerCase()));
  return nearest(name, known) ?? (name.length > 3 && longer.length === 1 ? longer[0] : undefined);
};
