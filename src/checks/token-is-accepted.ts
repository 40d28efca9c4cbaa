import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const tokenIsAccepted = contextCheck({
  code: 'KC401',
  title: 'every API server accepts its token',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'rotate the credential, or create the ClientConfig again',
  fix: createAgain(),
  *run({ name, probe: { identity }, dataPlane: { serviceAccountUid, tokenLabels }, stored }) {
    if (identity.status !== 'fail' || identity.cause !== 'unauthorized') return;
    const claimed = stored?.ok === true ? stored.value.claims?.serviceAccountUid : undefined;
    if (tokenLabels?.ok === true && tokenLabels.value['kubernetes.io/legacy-token-invalid-since'] !== undefined) return;
    // A re-created account is told as that, not as a bare 401.
    if (serviceAccountUid.ok && claimed !== undefined && serviceAccountUid.value !== claimed) return;
    yield {
      context: name,
      message: 'the API answers 401: its token was revoked, has expired, or is for another cluster',
      blocksStart: true,
    };
  },
});
