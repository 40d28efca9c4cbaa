import { contextCheck } from './check.ts';
import { rotatedByUser } from './remedies.ts';

export const tokenIsAccepted = contextCheck({
  code: 'KC401',
  title: 'every API server accepts its token',
  background: {
    read: 'who the API server says the credential is (SelfSubjectReview), asked with the stored token',
    causes: [
      'the token Secret or its service account was deleted in the data plane',
      'the token had an end',
      'the cluster was rebuilt after the kubeconfig was written',
    ],
    prevent: 'rotate with clientconfig rotate, which stores the new token before it revokes the old one',
    related: ['KC403', 'KC404', 'KC701'],
  },
  severity: 'error',
  about: 'Secret',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'rotate the credential through your own context of that data plane',
  remedies: rotatedByUser,
  needs: ['identity', 'stored'],
  helps: ['serviceAccountUid', 'tokenLabels'],
  *run({ identity, stored, serviceAccountUid, tokenLabels }) {
    if (identity.status !== 'fail' || identity.cause !== 'unauthorized') return;
    const claimedUid = stored.claims?.serviceAccountUid;
    if (tokenLabels.ok && tokenLabels.value['kubernetes.io/legacy-token-invalid-since'] !== undefined) return;
    // A re-created account is told as that, not as a bare 401.
    if (serviceAccountUid.ok && claimedUid !== undefined && serviceAccountUid.value !== claimedUid) return;
    yield {
      message: 'the API answers 401: its token was revoked, has expired, or is for another cluster',
      blocksStart: true,
    };
  },
});
