import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const storedKubeconfigLoads = contextCheck({
  code: 'KC202',
  title: 'every stored kubeconfig loads and has its context',
  severity: 'error',
  why: 'the operator exits at once when it reads this ClientConfig, and all K8ssandraClusters stop with it',
  cure: 'create the ClientConfig again',
  fix: createAgain(),
  *run({ name, stored, secret }) {
    if (stored === undefined || stored.ok || stored.problem === 'file' || !secret.ok || secret.value === undefined) return;
    yield {
      context: name,
      object: { kind: 'Secret', namespace: secret.value.namespace, name: secret.value.name },
      message: stored.message,
      ...(stored.problem === 'context-missing' ? { cause: 'their stored kubeconfigs have no context of that name' } : {}),
      blocksStart: true,
    };
  },
});
