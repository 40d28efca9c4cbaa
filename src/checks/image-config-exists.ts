import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

const absenceFault = 'failed to find imageconfig';
/** Looked for before the first ClientConfig; operator main.go setupImageRegistry. */
export const imageConfigExists = fleetCheck({
  code: 'KC606',
  title: "the operator's ImageConfig exists and can be read",
  background: {
    read: 'the ConfigMaps with the label k8ssandra.io/config=image in the namespace of the operator',
    causes: ['the image was upgraded to 1.27 or newer without its chart', 'the ConfigMap is of an older chart'],
    prevent: 'upgrade image and chart together',
    related: ['KC601', 'KC609'],
  },
  severity: 'error',
  why: 'an operator since 1.27 exits at once when it is unusable, and since 1.31 also when there is none, before it reads any ClientConfig: unable to load image config from ConfigMap',
  cure: 'reinstall the Helm chart or kustomization of the operator: the ConfigMap is part of it',
  remedies: said('reinstall the chart of the operator: the ConfigMap is part of it'),
  needs: ['imageConfig', 'imageConfigFault', 'operator'],
  *run({ imageConfig, imageConfigFault = absenceFault, operator }) {
    if (imageConfig || operator === undefined) return;
    yield {
      object: { kind: 'Deployment', namespace: operator.namespace, name: operator.name },
      message:
        imageConfigFault === absenceFault
          ? `namespace ${operator.namespace} has no ConfigMap labelled k8ssandra.io/config=image`
          : `the ImageConfig in namespace ${operator.namespace} is not usable: ${imageConfigFault}`,
      blocksStart: true,
      atOnce: true,
    };
  },
});
