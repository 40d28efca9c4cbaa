import { list, map, maybe, type TypeOf, text } from '../base/codec.ts';
import { readOf } from '../base/read-codec.ts';
import type { DatacenterTemplate, EncryptionStores } from '../kube/cluster-spec.ts';
import type { K8ssandraCluster } from '../kube/kinds.ts';

/** An object that a K8ssandraCluster names, and where the operator or the kubelet looks for it. */
export interface NamedObject {
  readonly kind: 'Secret' | 'ConfigMap' | 'MedusaConfiguration';
  readonly namespace: string;
  readonly name: string;
  /** the keys that are read from it */
  readonly keys: readonly string[];
  /** on the control plane and not in the datacenter's cluster */
  readonly onControlPlane: boolean;
  /** the field of the K8ssandraCluster that names it */
  readonly field: string;
  /** the operator makes it where it is absent */
  readonly made: boolean;
}
export const objectId = ({ kind, namespace, name, onControlPlane }: NamedObject): string =>
  `${onControlPlane ? 'control plane ' : ''}${kind === 'Secret' ? '' : `${kind} `}${namespace}/${name}`;

/** By `objectId`: the keys of each; `undefined` value: it does not exist. */
const namedFound = map(readOf(maybe(list(text))));
export type NamedFound = TypeOf<typeof namedFound>;
/** The same by the context of a cluster, where the empty name is the control plane's. */
export const namedEverywhere = map(namedFound);
export type NamedEverywhere = TypeOf<typeof namedEverywhere>;
/** What concerns one datacenter: of its own cluster, and of the control plane. */
export const namedFrom = (all: NamedEverywhere, { context }: { readonly context: string }): NamedFound =>
  new Map([...(all.get('') ?? []), ...(all.get(context) ?? [])]);

interface Place {
  readonly cluster: K8ssandraCluster;
  readonly dc: DatacenterTemplate;
  readonly index: number;
  /** of the datacenter */
  readonly namespace: string;
}
type Ref = { readonly name?: string | undefined; readonly key?: string | undefined } | undefined;
type Options = Partial<Pick<NamedObject, 'kind' | 'keys' | 'onControlPlane' | 'made'>>;
/** A field that names nothing names no object. */
const named = (ref: Ref, field: string, namespace: string, options: Options = {}): readonly NamedObject[] =>
  ref?.name ? [{ kind: 'Secret', keys: [], onControlPlane: false, made: false, ...options, field, namespace, name: ref.name }] : [];

/** Every object that is needed for one datacenter, each once. */
export const namedObjects = (place: Place): readonly NamedObject[] => {
  const all = [encryption, users, medusa, reaper, configMaps, volumes, managementApi].flatMap(of => of(place));
  return [...Map.groupBy(all, objectId).values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, keys: [...new Set([first, ...others].flatMap(({ keys }) => keys))], made: [first, ...others].every(one => one.made) }],
  );
};
const external = ({ spec }: K8ssandraCluster): boolean => spec?.secretsProvider === 'external';
const spec = 'spec.cassandra';

/** Passwords are read in the K8ssandraCluster's namespace, stores are mounted in the datacenter's; operator pkg/cassandra/encryption.go. */
const encryption = ({ cluster, dc, namespace }: Place): readonly NamedObject[] => {
  const all = cluster.spec?.cassandra;
  if (all === undefined || external(cluster)) return [];
  const home = cluster.metadata.namespace;
  const internodeEncryption =
    dc.config?.cassandraYaml?.server_encryption_options?.internode_encryption ??
    all.config?.cassandraYaml?.server_encryption_options?.internode_encryption;
  return [
    ...(clientEncryption(cluster, dc) ? storesOf(all.clientEncryptionStores, `${spec}.clientEncryptionStores`, home, namespace) : []),
    ...(internodeEncryption !== undefined && internodeEncryption !== 'none'
      ? storesOf(all.serverEncryptionStores, `${spec}.serverEncryptionStores`, home, namespace)
      : []),
  ];
};
const clientEncryption = ({ spec: clusterSpec }: K8ssandraCluster, dc: DatacenterTemplate): boolean =>
  (dc.config?.cassandraYaml?.client_encryption_options?.enabled ??
    clusterSpec?.cassandra?.config?.cassandraYaml?.client_encryption_options?.enabled) === true;
const storesOf = (stores: EncryptionStores | undefined, field: string, home: string, namespace: string): readonly NamedObject[] =>
  (['keystore', 'truststore'] as const).flatMap(store => {
    const ref = stores?.[`${store}SecretRef`];
    const password = stores?.[`${store}PasswordSecretRef`];
    if (!ref?.name) return [];
    const [from, other] = password?.name ? [password, `${store}PasswordSecretRef`] : [ref, `${store}SecretRef`];
    return [
      ...named(ref, `${field}.${store}SecretRef`, namespace, { keys: [ref.key || store] }),
      ...named(from, `${field}.${other}`, home, { keys: [from.key || `${store}-password`] }),
    ];
  });

/** Accounts of Cassandra, whose Secrets the operator makes in the control plane and copies; controllers/k8ssandra/secrets.go. */
const users = ({ cluster }: Place): readonly NamedObject[] => {
  const { spec: clusterSpec, metadata } = cluster;
  if (clusterSpec === undefined || external(cluster)) return [];
  const { cassandra, reaper: repair, medusa: backup, auth } = clusterSpec;
  const createdSecret = { onControlPlane: true, made: true };
  const isReaped = repair !== undefined && !repair.reaperRef?.name && auth !== false;
  return [
    ...named(cassandra?.superuserSecretRef, `${spec}.superuserSecretRef`, metadata.namespace, createdSecret),
    ...named(backup?.cassandraUserSecretRef, 'spec.medusa.cassandraUserSecretRef', metadata.namespace, createdSecret),
    ...(isReaped
      ? [
          ...named(repair.cassandraUserSecretRef, 'spec.reaper.cassandraUserSecretRef', metadata.namespace, createdSecret),
          ...named(repair.uiUserSecretRef, 'spec.reaper.uiUserSecretRef', metadata.namespace, createdSecret),
        ]
      : []),
  ];
};

/** controllers/k8ssandra/medusa_reconciler.go mergeStorageProperties, pkg/medusa/reconcile.go GenerateMedusaVolumes. */
const medusa = ({ cluster, dc, namespace }: Place): readonly NamedObject[] => {
  const { spec: clusterSpec, metadata } = cluster;
  const backup = clusterSpec?.medusa;
  if (backup === undefined) return [];
  const at = 'spec.medusa';
  const unread = external(cluster) && clientEncryption(cluster, dc);
  const certificates = unread ? undefined : backup.certificatesSecretRef;
  const stores = backup.clientEncryptionStores;
  const mountedObjects = certificates?.name
    ? named(certificates, `${at}.certificatesSecretRef`, namespace, { keys: ['rootca.crt', 'client.crt_signed', 'client.key'] })
    : (['keystoreSecretRef', 'truststoreSecretRef', 'truststorePasswordSecretRef'] as const).flatMap(store => {
        const ref = stores?.[store];
        return named(ref, `${at}.clientEncryptionStores.${store}`, namespace, { keys: ref?.key ? [ref.key] : [] });
      });
  const { clientSecretName, serverSecretName } = backup.serviceProperties?.encryption ?? {};
  return [
    // The namespace of the reference is not looked at.
    ...named(backup.medusaConfigurationRef, `${at}.medusaConfigurationRef`, metadata.namespace, {
      kind: 'MedusaConfiguration',
      onControlPlane: true,
    }),
    ...named(backup.storageProperties?.storageSecretRef, `${at}.storageProperties.storageSecretRef`, namespace),
    ...mountedObjects,
    ...named({ name: serverSecretName }, `${at}.serviceProperties.encryption.serverSecretName`, namespace),
    ...named({ name: clientSecretName }, `${at}.serviceProperties.encryption.clientSecretName`, namespace),
  ];
};

/** controllers/k8ssandra/reaper.go, pkg/reaper/deployment.go. */
const reaper = ({ cluster, index, namespace }: Place): readonly NamedObject[] => {
  const repair = cluster.spec?.reaper;
  if (repair === undefined) return [];
  // A Reaper that is there already is logged in to from the control plane.
  if (repair.reaperRef?.name)
    return named(repair.uiUserSecretRef, 'spec.reaper.uiUserSecretRef', cluster.metadata.namespace, { onControlPlane: true });
  if (repair.deploymentMode === 'SINGLE' && index > 0) return [];
  const { httpManagement, encryption: tls } = repair;
  return [
    ...(httpManagement?.enabled === false ? [] : named(httpManagement?.keystores, 'spec.reaper.httpManagement.keystores', namespace)),
    ...named({ name: tls?.serverCertName }, 'spec.reaper.encryption.serverCertName', namespace, {
      keys: ['keystore.jks', 'truststore.jks'],
    }),
    ...named({ name: tls?.clientCertName }, 'spec.reaper.encryption.clientCertName', namespace, { keys: ['ca.crt', 'tls.crt', 'tls.key'] }),
  ];
};

/** controllers/k8ssandra/per_node_config.go, controllers/stargate/stargate_controller.go. */
const configMaps = ({ cluster, dc, index, namespace }: Place): readonly NamedObject[] => {
  const kind = 'ConfigMap';
  const own = `${spec}.datacenters[${index}]`;
  const gateway = dc.stargate?.cassandraConfigMapRef;
  return [
    ...named(dc.perNodeConfigMapRef, `${own}.perNodeConfigMapRef`, namespace, { kind }),
    ...(gateway?.name
      ? named(gateway, `${own}.stargate.cassandraConfigMapRef`, namespace, { kind })
      : named(cluster.spec?.stargate?.cassandraConfigMapRef, 'spec.stargate.cassandraConfigMapRef', namespace, { kind })),
  ];
};

/** A pod waits for the volumes that are not optional. */
const volumes = ({ cluster, dc, index, namespace }: Place): readonly NamedObject[] => {
  const own = dc.extraVolumes?.volumes;
  const field = `${own === undefined ? spec : `${spec}.datacenters[${index}]`}.extraVolumes.volumes`;
  return (own ?? cluster.spec?.cassandra?.extraVolumes?.volumes ?? []).flatMap(({ secret, configMap }, at) => [
    ...(secret?.optional === true ? [] : named({ name: secret?.secretName }, `${field}[${at}].secret.secretName`, namespace)),
    ...(configMap?.optional === true ? [] : named(configMap, `${field}[${at}].configMap.name`, namespace, { kind: 'ConfigMap' })),
  ]);
};

/** cass-operator mounts the one and calls with the other. */
const managementApi = ({ cluster, dc, index, namespace }: Place): readonly NamedObject[] => {
  const own = dc.managementApiAuth?.manual;
  const { clientSecretName, serverSecretName } = own ?? cluster.spec?.cassandra?.managementApiAuth?.manual ?? {};
  const field = `${own === undefined ? spec : `${spec}.datacenters[${index}]`}.managementApiAuth.manual`;
  return [
    ...named({ name: serverSecretName }, `${field}.serverSecretName`, namespace),
    ...named({ name: clientSecretName }, `${field}.clientSecretName`, namespace),
  ];
};
