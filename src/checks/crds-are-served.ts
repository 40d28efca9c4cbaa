import { contextCheck } from './check.ts';
import { lookedAt, said, several } from './remedies.ts';

export const crdsAreServed = contextCheck({
  code: 'KC502',
  title: 'every data plane serves the CRDs that the operator watches',
  background: {
    read: 'the API groups that the data plane serves',
    causes: ['the operator was never installed in that data plane', 'the chart was installed with skipCRDs, or its CRDs were deleted'],
    prevent: 'install the chart of the K8ssandra Operator in the data plane before it is registered',
    related: ['KC605', 'KC611'],
  },
  severity: 'error',
  about: 'server',
  why: 'the operator, restarted, waits for them in vain and stops after two minutes, with all K8ssandraClusters',
  cure: 'install the K8ssandra Operator and its CRDs in that data plane',
  remedies: several(
    said('install the K8ssandra Operator and its CRDs in that data plane, in the release of the control plane'),
    lookedAt('get', 'crds'),
  ),
  needs: ['crds'],
  *run({ crds: { missing } }) {
    if (missing.length > 0) yield { message: `does not serve ${missing.join(', ')}`, blocksStart: true };
  },
});
