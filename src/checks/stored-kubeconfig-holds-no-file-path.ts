import { contextCheck } from './check.ts';
import { created } from './remedies.ts';
import { unusableKubeconfigs } from './unusable-kubeconfigs.ts';

/** client-go opens these files inside the operator's pod, which holds nothing but /manager; client_config.go. */
export const storedKubeconfigHoldsNoFilePath = contextCheck({
  code: 'KC205',
  title: 'no stored kubeconfig points to a file',
  background: {
    read: 'the paths in the stored kubeconfig, beside what the Deployment of the operator mounts; no path is opened on this machine',
    causes: ['a kubeconfig was stored without kubectl config view --flatten'],
    prevent: 'let clientconfig create build the kubeconfig, with the contents of the files in it',
    related: ['KC202', 'KC204'],
  },
  severity: 'error',
  why: "the file is looked for in the operator's own pod: it exits at once, and all K8ssandraClusters stop with it",
  cure: 'create the ClientConfig again: it stores the content and not the path',
  remedies: created(),
  inFile: 'write the content there and not the path',
  needs: ['configs'],
  run: ({ configs }) => unusableKubeconfigs(configs, problem => problem === 'file'),
});
