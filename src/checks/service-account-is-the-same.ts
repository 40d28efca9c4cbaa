import { contextCheck } from './check.ts';
import { rotatedByUser, said } from './remedies.ts';

export const serviceAccountIsTheSame = contextCheck({
  code: 'KC403',
  title: 'the service account of every token is still the same',
  background: {
    read: 'the uid in the stored token, beside the uid that the service account has now, through your own kubeconfig context',
    causes: ['helm uninstall and install of the operator in the data plane', 'the namespace was deleted and created again'],
    prevent: 'upgrade the chart in place, or rotate the credential right after it was installed again',
    related: ['KC401', 'KC404'],
  },
  severity: 'error',
  about: 'Secret',
  why: 'the token belonged to the deleted account, and a new one of the same name does not revive it; after its next restart the operator stops within two minutes',
  cure: 'rotate the credential: the new account gets a token; a deleted account comes back with the chart of its operator',
  remedies: rotatedByUser,
  needs: ['stored', 'serviceAccountUid'],
  *run({ stored, serviceAccountUid }) {
    const { serviceAccountUid: claimedUid, namespace, serviceAccount } = stored.claims ?? {};
    if (claimedUid === undefined || serviceAccountUid === claimedUid) return;
    const account = `ServiceAccount ${namespace}/${serviceAccount}`;
    yield {
      cause: 'the service accounts of their tokens were deleted, or deleted and created again',
      message:
        serviceAccountUid === undefined
          ? `${account} of its token was deleted`
          : `${account} was deleted and created again: the token is for uid ${claimedUid.slice(0, 8)}, the live one is ${serviceAccountUid.slice(0, 8)}`,
      ...(serviceAccountUid === undefined
        ? {
            remedies: said(
              `reinstall the chart of the operator in that data plane, which makes ${account} again, and rotate the credential then`,
            ),
          }
        : {}),
      blocksStart: true,
    };
  },
});
