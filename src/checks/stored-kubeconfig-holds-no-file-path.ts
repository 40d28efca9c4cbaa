import { configKey } from '../model/keys.ts';
import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

/** client-go opens these files inside the operator's pod, which holds nothing but /manager; client_config.go. */
export const storedKubeconfigHoldsNoFilePath = contextCheck({
  code: 'KC205',
  title: 'no stored kubeconfig points to a file',
  severity: 'error',
  why: "the file is looked for in the operator's own pod: it exits at once, and all K8ssandraClusters stop with it",
  cure: 'create the ClientConfig again: it stores the content and not the path',
  fix: createAgain(),
  *run({ name, providers }, { controlPlane }) {
    // The loser of a context name is loaded all the same, so that its faults count too.
    for (const config of providers) {
      const stored = controlPlane.stored.get(configKey(config));
      if (stored === undefined || stored.ok || stored.problem !== 'file') continue;
      yield {
        context: name,
        object: { kind: 'Secret', namespace: config.metadata.namespace ?? '', name: config.spec?.kubeConfigSecret?.name ?? '' },
        message: stored.message,
        blocksStart: true,
      };
    }
  },
});
