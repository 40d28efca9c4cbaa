import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const serviceAccountIsTheSame = contextCheck({
  code: 'KC403',
  title: 'the service account of every token is still the same',
  severity: 'error',
  why: 'deleting an account kills its tokens for good, though one of the same name is there again: the operator, restarted, stops after two minutes',
  cure: 'create the ClientConfig again: it makes a token of the new account',
  fix: createAgain(),
  needs: ['stored', 'serviceAccountUid'],
  *run({ stored, serviceAccountUid }) {
    const { serviceAccountUid: claimed, namespace, serviceAccount } = stored.claims ?? {};
    if (claimed === undefined || serviceAccountUid === claimed) return;
    const account = `ServiceAccount ${namespace}/${serviceAccount}`;
    yield {
      cause: 'the service accounts of their tokens were deleted, or deleted and created again',
      message:
        serviceAccountUid === undefined
          ? `${account} of its token was deleted`
          : `${account} was deleted and created again: the token is for uid ${claimed.slice(0, 8)}, the live one is ${serviceAccountUid.slice(0, 8)}`,
      blocksStart: true,
    };
  },
});
