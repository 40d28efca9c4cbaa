import { stringify } from 'yaml';

/** Kubernetes manifests as one YAML stream. */
export const manifestYaml = (objects: readonly unknown[]): string =>
  objects.map(object => stringify(object, { lineWidth: 0 })).join('---\n');
