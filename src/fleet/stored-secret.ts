import { fingerprint, flag, list, object, optional, type TypeOf, text } from '../base/codec.ts';
import { type Credential, credential, reveal } from '../base/credential.ts';
import { type Place, place } from '../base/place.ts';
import { annotations, labels, type Secret } from '../kube/kinds.ts';
import { secretHash } from '../operator/hash.ts';

/** A Secret that a ClientConfig names, reduced to what may be shown. */
export const storedSecret = object({
  namespace: text,
  name: text,
  uid: optional(text),
  keys: list(text),
  /** `k8ssandra.io/secret-hash` as the operator would compute it now */
  hash: text,
  labels,
  annotations,
  /** the raw `kubeconfig` value; absent when the key is */
  kubeconfig: optional(fingerprint),
  /** set when the manifest is encrypted (SealedSecret, SOPS), so its content is unknown and not broken */
  encrypted: optional(flag),
  place: optional(place),
});
export type StoredSecret = TypeOf<typeof storedSecret>;

/** A Secret reduced to what may be shown; its kubeconfig stays sealed. */
export const storedSecretOf = ({ metadata, data }: Secret, place?: Place): StoredSecret => {
  const kubeconfig = data?.['kubeconfig'];
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
    keys: Object.keys(data ?? {}).sort(),
    hash: secretHash(data),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    ...(kubeconfig === undefined ? {} : { kubeconfig: credential(Buffer.from(kubeconfig, 'base64').toString('latin1')) }),
    ...(place === undefined ? {} : { place }),
  };
};

/** What was sealed, byte for byte: a kubeconfig need not be UTF-8. */
export const kubeconfigBytes = (sealed: Credential): Uint8Array => Buffer.from(reveal(sealed), 'latin1');
