import { configKey } from '../model/keys.ts';
import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const storedKubeconfigLoads = contextCheck({
  code: 'KC202',
  title: 'every stored kubeconfig loads and has its context',
  severity: 'error',
  why: 'the operator exits at once when it reads this ClientConfig, and all K8ssandraClusters stop with it',
  cure: 'create the ClientConfig again',
  fix: createAgain(),
  *run({ name, providers }, { controlPlane }) {
    // The loser of a context name is loaded all the same, so that its faults count too.
    for (const config of providers) {
      const stored = controlPlane.stored.get(configKey(config));
      if (stored === undefined || stored.ok || stored.problem === 'file') continue;
      yield {
        context: name,
        object: { kind: 'Secret', namespace: config.metadata.namespace ?? '', name: config.spec?.kubeConfigSecret?.name ?? '' },
        message: stored.message,
        ...(stored.problem === 'context-missing' ? { cause: 'their stored kubeconfigs have no context of that name' } : {}),
        blocksStart: true,
      };
    }
  },
});
