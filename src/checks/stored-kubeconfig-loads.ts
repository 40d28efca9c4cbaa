import { contextCheck } from './check.ts';
import { created } from './remedies.ts';
import { unusableKubeconfigs } from './unusable-kubeconfigs.ts';

export const storedKubeconfigLoads = contextCheck({
  code: 'KC202',
  title: 'every stored kubeconfig loads and has its context',
  background: {
    read: 'the key kubeconfig of the Secret, read as client-go reads it',
    causes: [
      'the Secret was written by hand: no key kubeconfig, a missing context, an unquoted value',
      'the context in the file has another name than spec.contextName, or than the ClientConfig',
      'base64 that was encoded twice, or cut off',
    ],
    prevent: 'let clientconfig create write the Secret, which reads back what it has built',
    related: ['KC201', 'KC205', 'KC208'],
  },
  severity: 'error',
  why: 'the operator exits at once when it reads this ClientConfig, and all K8ssandraClusters stop with it',
  cure: 'create the ClientConfig again',
  remedies: created(),
  inFile: 'correct the kubeconfig',
  needs: ['configs'],
  run: ({ configs }) => unusableKubeconfigs(configs, problem => problem !== 'file'),
});
