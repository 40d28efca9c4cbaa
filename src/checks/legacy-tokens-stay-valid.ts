import { contextCheck } from './check.ts';
import { rotatedByUser } from './remedies.ts';

const day = 86_400_000;
/** The clean-up of unused tokens marks one after a year without use, then deletes it; legacy_serviceaccount_token_cleaner.go. */
export const legacyTokensStayValid = contextCheck({
  code: 'KC404',
  title: 'no stored token is marked as unused by its cluster',
  background: {
    read: 'the labels that Kubernetes puts on the token Secret, through your own kubeconfig context',
    causes: ['the token Secret is listed in the service account, and nobody has used it for months'],
    prevent: 'rotate once: the Secret that is made then is not listed there, so that Kubernetes leaves it alone',
    related: ['KC401', 'KC403'],
  },
  severity: 'warning',
  about: 'Secret',
  why: 'Kubernetes invalidates a token Secret that nobody has used for a year, and deletes it later',
  cure: 'rotate the credential: the new token Secret is not listed in the service account, so it is exempt from that clean-up',
  remedies: rotatedByUser,
  needs: ['tokenLabels'],
  *run({ tokenLabels }, { now }) {
    const invalidSince = tokenLabels['kubernetes.io/legacy-token-invalid-since'];
    const lastUse = tokenLabels['kubernetes.io/legacy-token-last-used'];
    if (invalidSince !== undefined)
      yield {
        message: `its cluster has marked the token invalid since ${invalidSince}, because nobody had used it for a year`,
        effect: 'the API answers 401: the operator, restarted, stops after two minutes, with all K8ssandraClusters',
        severity: 'error',
        blocksStart: true,
      };
    else if (lastUse !== undefined && Date.parse(lastUse) < now - 300 * day)
      yield { message: `its token was last used on ${lastUse}: after a year its cluster marks it invalid` };
  },
});
