import { contextCheck } from './check.ts';
import { created } from './remedies.ts';
import { unusableKubeconfigs } from './unusable-kubeconfigs.ts';

export const storedKubeconfigLoads = contextCheck({
  code: 'KC202',
  title: 'every stored kubeconfig loads and has its context',
  severity: 'error',
  why: 'the operator exits at once when it reads this ClientConfig, and all K8ssandraClusters stop with it',
  cure: 'create the ClientConfig again',
  remedies: created(),
  inFile: 'correct the kubeconfig',
  needs: ['configs'],
  run: ({ configs }) => unusableKubeconfigs(configs, problem => problem !== 'file'),
});
