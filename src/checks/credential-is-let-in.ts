import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const credentialIsLetIn = contextCheck({
  code: 'KC405',
  title: 'every API server lets its credential in',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'create the ClientConfig again',
  fix: createAgain(),
  needs: ['identity', 'stored'],
  *run({ identity, stored }) {
    if (identity.status !== 'fail' || identity.cause === 'unauthorized') return;
    // An empty credential has a finding of its own.
    if (stored.auth.length === 0) return;
    yield { message: `the API refuses to say who it is: ${identity.detail}`, blocksStart: true };
  },
});
