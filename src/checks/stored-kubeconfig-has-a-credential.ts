import { contextCheck } from './check.ts';
import { created } from './remedies.ts';

/** client-go accepts a user without any credential and a user that does not exist; client_config.go getAuthInfo. */
export const storedKubeconfigHasACredential = contextCheck({
  code: 'KC208',
  title: 'every stored kubeconfig holds a credential',
  background: {
    read: 'the user entry that the context of the stored kubeconfig names',
    causes: [
      'create-clientconfig.sh on Kubernetes 1.24 or newer, where service accounts have no token Secret of their own',
      'the context names a user that is called something else',
    ],
    prevent: 'let clientconfig create wait for the token and prove it before it is stored',
    related: ['KC202', 'KC204', 'KC401'],
  },
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
