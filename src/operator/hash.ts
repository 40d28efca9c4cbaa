import { createHash } from 'node:crypto';
import type { ClientConfig, Secret } from '../kube/kinds.ts';

const digest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64');

export const resourceHashAnnotation = 'k8ssandra.io/resource-hash';
export const secretHashAnnotation = 'k8ssandra.io/secret-hash';

/** DeepHashString of a ClientConfigSpec: the text that go-spew prints of it; operator pkg/utils/hash.go. */
export const specHash = (spec: ClientConfig['spec']): string =>
  digest(
    `(v1beta1.ClientConfigSpec){ContextName:(string)${spec?.contextName ?? ''} KubeConfigSecret:(v1.LocalObjectReference){Name:(string)${spec?.kubeConfigSecret?.name ?? ''}}}`,
  );

/** DeepHashString of a Secret's data: decoded bytes in decimal, keys in byte order; a Secret without data is a nil map. */
export const secretHash = (data: Secret['data']): string => {
  const entries = Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return digest('(map[string][]uint8)<nil>');
  return digest(
    `(map[string][]uint8)map[${entries.map(([key, value]) => `${key}:[${Buffer.from(value, 'base64').join(' ')}]`).join(' ')}]`,
  );
};

/** Whether the operator has read this ClientConfig and Secret as they are now; both annotations absent means it never did. */
export const loadedState = ({ metadata, spec }: ClientConfig, hashOfSecret: string): 'current' | 'stale' | 'never' => {
  const resource = metadata.annotations?.[resourceHashAnnotation];
  const secret = metadata.annotations?.[secretHashAnnotation];
  if (resource === undefined && secret === undefined) return 'never';
  return resource === specHash(spec) && secret === hashOfSecret ? 'current' : 'stale';
};
