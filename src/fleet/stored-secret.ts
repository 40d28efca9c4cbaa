import { type Credential, credential, reveal } from '../base/credential.ts';
import type { Place } from '../base/place.ts';
import type { Secret } from '../kube/kinds.ts';
import { secretHash } from '../operator/hash.ts';
import type { StoredSecret } from './inventory.ts';

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
