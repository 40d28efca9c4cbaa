import { writeYaml } from '../kube/yaml/write.ts';

/** Kubernetes manifests as one YAML stream. */
export const manifestYaml = (objects: readonly unknown[]): string => objects.map(object => writeYaml(object)).join('---\n');
