import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

export const clientConfigCrdIsInstalled = fleetCheck({
  code: 'KC605',
  title: 'the control plane serves the ClientConfig CRD',
  background: {
    read: 'whether the control plane serves clientconfigs.config.k8ssandra.io',
    causes: ['the current context is not the control plane', 'the CRDs of the chart were not installed'],
    prevent: 'install CRDs before the operator, and let helm upgrade them',
    related: ['KC611', 'KC210'],
  },
  severity: 'error',
  why: 'an operator in control-plane mode exits at once without it: no matches for kind "ClientConfig"',
  cure: 'install the CRDs of the K8ssandra Operator, or choose the control plane with --context',
  remedies: said('install the chart of the K8ssandra Operator there, which brings its CRDs, or choose the control plane with --context'),
  needs: ['clientConfigCrd'],
  *run({ clientConfigCrd }, { controlPlane: { context } }) {
    if (!clientConfigCrd) yield { message: `${context} does not serve clientconfigs.config.k8ssandra.io`, blocksStart: true, atOnce: true };
  },
});
