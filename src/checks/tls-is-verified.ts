import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const tlsIsVerified = contextCheck({
  code: 'KC206',
  title: 'every stored kubeconfig verifies the server it talks to',
  severity: 'warning',
  why: 'anyone in between can read the token and act as the operator',
  cure: 'create the ClientConfig again with the CA of that server',
  fix: createAgain('--ca-file', '<file>'),
  needs: ['stored'],
  *run({ stored }) {
    if (stored.insecure) yield { message: 'insecure-skip-tls-verify is set, so its token was not sent from here' };
  },
});
