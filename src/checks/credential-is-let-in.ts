import { contextCheck } from './check.ts';
import { lookedAt, said, several } from './remedies.ts';

export const credentialIsLetIn = contextCheck({
  code: 'KC405',
  title: 'every API server lets its credential in',
  background: {
    read: 'the answer to the question who the credential is (SelfSubjectReview)',
    causes: [
      'a gateway in front of the API server refuses the path',
      'the role system:basic-user was taken away from authenticated accounts',
    ],
    prevent: 'keep the default roles of Kubernetes, system:basic-user and system:discovery',
    related: ['KC401', 'KC501'],
  },
  severity: 'error',
  about: 'Secret',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'see why that API server refuses to say whose the credential is: a gateway before it, or a role that every account has elsewhere',
  remedies: several(said('see why that API server refuses to say whose the credential is'), lookedAt('get', '--raw', '/readyz?verbose')),
  needs: ['identity', 'stored'],
  *run({ identity, stored }) {
    if (identity.status !== 'fail' || identity.cause === 'unauthorized') return;
    // An empty credential has a finding of its own.
    if (stored.auth.length === 0) return;
    yield { message: `the API refuses to say who it is: ${identity.detail}`, blocksStart: true };
  },
});
