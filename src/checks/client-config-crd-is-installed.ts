import { fleetCheck } from './check.ts';

export const clientConfigCrdIsInstalled = fleetCheck({
  code: 'KC605',
  title: 'the control plane serves the ClientConfig CRD',
  severity: 'error',
  why: 'an operator in control-plane mode exits at once without it: no matches for kind "ClientConfig"',
  cure: 'install the CRDs of the K8ssandra Operator, or choose the control plane with --context',
  fix: () => ['kubectl', 'get', 'crd', 'clientconfigs.config.k8ssandra.io'],
  needs: ['clientConfigCrd'],
  *run({ clientConfigCrd }, { controlPlane: { context } }) {
    if (!clientConfigCrd) yield { message: `${context} does not serve clientconfigs.config.k8ssandra.io`, blocksStart: true };
  },
});
