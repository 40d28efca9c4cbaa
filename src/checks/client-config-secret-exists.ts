import { secretKey } from '../kube/key.ts';
import { effectiveContext, watchedInOrder } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const clientConfigSecretExists = fleetCheck({
  code: 'KC201',
  title: 'the Secret of every ClientConfig exists',
  severity: 'error',
  why: 'the operator exits at once when it reads this ClientConfig, and all K8ssandraClusters stop with it',
  cure: 'create the ClientConfig again, or delete it',
  fix: createAgain(),
  needs: ['clientConfigs'],
  *run({ clientConfigs }, { controlPlane: { operator, secrets } }) {
    for (const config of watchedInOrder(clientConfigs, operator?.watches ?? 'all')) {
      const read = secrets.get(secretKey(config));
      const name = config.spec?.kubeConfigSecret?.name ?? '';
      if (name !== '' && (read === undefined || !read.ok || read.value !== undefined)) continue;
      yield {
        context: effectiveContext(config),
        object: {
          kind: 'ClientConfig',
          namespace: config.metadata.namespace ?? '',
          name: config.metadata.name,
          field: 'spec.kubeConfigSecret.name',
        },
        cause: name === '' ? 'their ClientConfigs name no Secret' : 'the Secrets of their ClientConfigs do not exist',
        message:
          name === ''
            ? 'its ClientConfig names no Secret: resource name may not be empty'
            : `Secret ${config.metadata.namespace}/${name} does not exist: secrets "${name}" not found`,
        blocksStart: true,
      };
    }
  },
});
