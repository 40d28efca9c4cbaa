import { fleetCheck } from './check.ts';

/** Looked for before the first ClientConfig; operator main.go setupImageRegistry. */
export const imageConfigExists = fleetCheck({
  code: 'KC606',
  title: "the operator's ImageConfig exists",
  severity: 'error',
  why: 'an operator since 1.27 exits at once without it, before it reads any ClientConfig: unable to load image config from ConfigMap',
  cure: 'install the Helm chart or kustomization of the operator again: it brings the ConfigMap',
  fix: () => ['kubectl', 'get', 'configmaps', '--all-namespaces', '-l', 'k8ssandra.io/config=image'],
  needs: ['imageConfig', 'operator'],
  *run({ imageConfig, operator }) {
    if (imageConfig || operator === undefined) return;
    yield {
      object: { kind: 'Deployment', namespace: operator.namespace, name: operator.name },
      message: `namespace ${operator.namespace} has no ConfigMap labelled k8ssandra.io/config=image`,
      fix: () => ['kubectl', 'get', 'configmaps', '-n', operator.namespace, '-l', 'k8ssandra.io/config=image'],
      blocksStart: true,
    };
  },
});
