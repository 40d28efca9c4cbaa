import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

/** The manager watches its own cluster too: without a kind its cache never fills; main.go SetupWithManager. */
export const ownCrdsAreServed = fleetCheck({
  code: 'KC611',
  title: 'the control plane serves the CRDs that its operator watches',
  background: {
    read: 'the API groups that the control plane serves',
    causes: ['cass-operator, or its CRDs, was left out on the control plane'],
    prevent: 'let the chart of the K8ssandra Operator install all its CRDs on the control plane too',
    related: ['KC605', 'KC502'],
  },
  severity: 'error',
  why: 'the operator, restarted, waits for them in vain and stops after two minutes, with all K8ssandraClusters',
  cure: 'install the CRDs of the K8ssandra Operator and of cass-operator in the control plane, in the version of the operator',
  remedies: said('install the CRDs of the charts of k8ssandra-operator and cass-operator in the control plane'),
  needs: ['ownCrds'],
  *run({ ownCrds }) {
    if (ownCrds.length > 0) yield { message: `it does not serve ${ownCrds.join(', ')}`, blocksStart: true };
  },
});
