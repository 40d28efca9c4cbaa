import { type Codec, Malformed, text } from '../base/codec.ts';
import type { ClientConfig } from './kinds.ts';

/** `namespace/name` of the Secret that a ClientConfig names. */
export const secretKey = ({ metadata, spec }: ClientConfig): string => `${metadata.namespace}/${spec?.kubeConfigSecret?.name ?? ''}`;
/** `namespace/name` of an object. */
export const configKey = ({ metadata }: Pick<ClientConfig, 'metadata'>): string => `${metadata.namespace}/${metadata.name}`;

/** Which object of a kind that has namespaces. */
export interface Key {
  readonly namespace: string;
  readonly name: string;
}
export const keyText = ({ namespace, name }: Key): string => `${namespace}/${name}`;
/** apimachinery pkg/util/validation: a namespace is a DNS-1123 label, the name of a Secret a DNS-1123 subdomain. */
const keyPattern =
  /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)*)$/;
/** `namespace/name` as somebody has noted it; `undefined` for what can be neither. */
export const keyOf = (noted: string): Key | undefined => {
  const [, namespace = '', name = ''] = noted.length > 320 ? [] : (keyPattern.exec(noted) ?? []);
  return namespace === '' || name.length > 253 ? undefined : { namespace, name };
};
export const key: Codec<Key> = {
  write: keyText,
  read: (value, path) => {
    const key = keyOf(text.read(value, path));
    if (key === undefined) throw new Malformed(path, 'a namespace and a name with a / between them');
    return key;
  },
};
