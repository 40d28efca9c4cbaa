import { contextCheck } from './check.ts';
import { created } from './remedies.ts';

/** client-go accepts a user without any credential and a user that does not exist; client_config.go getAuthInfo. */
export const storedKubeconfigHasACredential = contextCheck({
  code: 'KC208',
  title: 'every stored kubeconfig holds a credential',
  severity: 'error',
  about: 'Secret',
  why: 'the operator loads it without a word and calls as system:anonymous: it stops after two minutes',
  cure: "create the ClientConfig again: it stores the service account's token",
  remedies: created(),
  inFile: "give the user a token of the service account of the data plane's operator",
  needs: ['stored'],
  *run({ stored }) {
    if (stored.auth.length > 0) return;
    yield {
      message: stored.userMissing
        ? 'its context names a user that the kubeconfig does not have'
        : 'its user has no token, certificate or other credential',
      blocksStart: true,
    };
  },
});
