import type { ClientConfig } from './kinds.ts';

/** `namespace/name` of the Secret that a ClientConfig names. */
export const secretKey = ({ metadata, spec }: ClientConfig): string => `${metadata.namespace}/${spec?.kubeConfigSecret?.name ?? ''}`;
/** `namespace/name` of a ClientConfig. */
export const configKey = ({ metadata }: ClientConfig): string => `${metadata.namespace}/${metadata.name}`;
