import { type Codec, flag, list, open, optional, type TypeOf, text } from '../base/codec.ts';

const localReference = open({ name: optional(text) });
const reference = open({ name: optional(text), namespace: optional(text) });
const claim = open({ storageClassName: optional(text) });
const volumes = list(open({ name: optional(text), pvcSpec: optional(claim) }));
const podVolume = open({
  secret: optional(open({ secretName: optional(text), optional: optional(flag) })),
  configMap: optional(open({ name: optional(text), optional: optional(flag) })),
});
/** true, false, or a word such as `all`. */
const switchValue: Codec<unknown> = {
  write: value => (typeof value === 'boolean' ? value : String(value).slice(0, 20)),
  read: value => value,
};
const datacenterOptions = {
  storageConfig: optional(open({ cassandraDataVolumeClaimSpec: optional(claim), additionalVolumes: optional(volumes) })),
  extraVolumes: optional(open({ pvcs: optional(volumes), volumes: optional(list(podVolume)) })),
  managementApiAuth: optional(open({ manual: optional(open({ clientSecretName: optional(text), serverSecretName: optional(text) })) })),
  // Of cassandra.yaml only whether it encrypts is written: the rest may hold a password.
  config: optional(
    open({
      cassandraYaml: optional(
        open({
          client_encryption_options: optional(open({ enabled: optional(switchValue) })),
          server_encryption_options: optional(open({ internode_encryption: optional(switchValue) })),
        }),
      ),
    }),
  ),
};
const stargate = open({ cassandraConfigMapRef: optional(localReference) });
const datacenterTemplate = open({
  stargate: optional(stargate),
  perNodeConfigMapRef: optional(localReference),
  k8sContext: optional(text),
  metadata: optional(open({ name: optional(text), namespace: optional(text) })),
  ...datacenterOptions,
});
/** An item of `spec.cassandra.datacenters`. */
export type DatacenterTemplate = TypeOf<typeof datacenterTemplate>;
/** A Secret, or a key of one. */
export const secretKeyRef = open({ name: optional(text), key: optional(text) });
const encryptionStores = open({
  keystoreSecretRef: optional(secretKeyRef),
  truststoreSecretRef: optional(secretKeyRef),
  keystorePasswordSecretRef: optional(secretKeyRef),
  truststorePasswordSecretRef: optional(secretKeyRef),
});
/** The Secrets of keystores and truststores, and of their passwords. */
export type EncryptionStores = TypeOf<typeof encryptionStores>;
const medusa = open({
  medusaConfigurationRef: optional(reference),
  storageProperties: optional(open({ storageSecretRef: optional(localReference) })),
  cassandraUserSecretRef: optional(localReference),
  certificatesSecretRef: optional(localReference),
  clientEncryptionStores: optional(encryptionStores),
  serviceProperties: optional(open({ encryption: optional(open({ clientSecretName: optional(text), serverSecretName: optional(text) })) })),
});
const reaper = open({
  cassandraUserSecretRef: optional(localReference),
  uiUserSecretRef: optional(localReference),
  deploymentMode: optional(text),
  httpManagement: optional(open({ enabled: optional(flag), keystores: optional(localReference) })),
  encryption: optional(open({ serverCertName: optional(text), clientCertName: optional(text) })),
  reaperRef: optional(reference),
});
/** What the program reads of a K8ssandraCluster's spec; operator apis/k8ssandra/v1alpha1/k8ssandracluster_types.go. */
export const clusterSpec = open({
  auth: optional(flag),
  secretsProvider: optional(text),
  medusa: optional(medusa),
  reaper: optional(reaper),
  stargate: optional(stargate),
  cassandra: optional(
    open({
      ...datacenterOptions,
      datacenters: optional(list(datacenterTemplate)),
      superuserSecretRef: optional(localReference),
      serverEncryptionStores: optional(encryptionStores),
      clientEncryptionStores: optional(encryptionStores),
    }),
  ),
});
