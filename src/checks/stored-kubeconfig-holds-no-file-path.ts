import { contextCheck } from './check.ts';
import { created } from './remedies.ts';
import { unusableKubeconfigs } from './unusable-kubeconfigs.ts';

/** client-go opens these files inside the operator's pod, which holds nothing but /manager; client_config.go. */
export const storedKubeconfigHoldsNoFilePath = contextCheck({
  code: 'KC205',
  title: 'no stored kubeconfig points to a file',
  severity: 'error',
  why: "the file is looked for in the operator's own pod: it exits at once, and all K8ssandraClusters stop with it",
  cure: 'create the ClientConfig again: it stores the content and not the path',
  remedies: created(),
  inFile: 'write the content there and not the path',
  needs: ['configs'],
  run: ({ configs }) => unusableKubeconfigs(configs, problem => problem === 'file'),
});
