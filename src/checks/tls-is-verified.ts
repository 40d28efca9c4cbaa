import { accepts } from '../kube/annotations.ts';
import { contextCheck } from './check.ts';
import { trusted } from './remedies.ts';

export const tlsIsVerified = contextCheck({
  code: 'KC206',
  title: 'every stored kubeconfig verifies the server it talks to',
  background: {
    read: 'insecure-skip-tls-verify of the stored kubeconfig',
    causes: ['the CA was not at hand when the context was registered', 'the certificate is for another name than the one that is dialled'],
    prevent: 'update with --ca-from-context, and --tls-server-name where only the name differs',
    related: ['KC212', 'KC304', 'KC305'],
  },
  severity: 'warning',
  about: 'server',
  why: 'anyone in between can read the token and act as the operator',
  cure: 'update the ClientConfig with the CA of that server',
  remedies: trusted,
  inFile: 'write certificate-authority-data, and take insecure-skip-tls-verify out',
  needs: ['stored'],
  helps: ['secret'],
  *run({ stored, secret }) {
    if (stored.insecure)
      yield {
        message: 'insecure-skip-tls-verify is set, so its token was not sent from here',
        accepted: secret.ok && accepts(secret.value.annotations, 'insecure-tls'),
      };
  },
});
