import { contextCheck } from './check.ts';
import { created, restored } from './remedies.ts';
import { unreadSecret } from './unusable-kubeconfigs.ts';

export const clientConfigSecretExists = contextCheck({
  code: 'KC201',
  title: 'the Secret of every ClientConfig exists',
  background: {
    read: 'spec.kubeConfigSecret.name of the ClientConfig, and that Secret in the same namespace',
    causes: [
      'the Secret was deleted, or lies in another namespace',
      'the tool that syncs manifests has applied the ClientConfig first',
      'an ExternalSecret or SealedSecret has not been unpacked',
    ],
    prevent: 'apply the Secret before the ClientConfig, and delete the ClientConfig before the Secret',
    related: ['KC202', 'KC213'],
  },
  severity: 'error',
  about: 'Secret',
  why: 'the operator exits at once when it reads this ClientConfig, and all K8ssandraClusters stop with it',
  cure: 'create the ClientConfig again, or delete it',
  remedies: created(),
  inFile: 'add the Secret that it names, or take the ClientConfig out',
  needs: ['configs'],
  *run({ configs }) {
    for (const { config, secret } of configs) {
      const name = config.spec?.kubeConfigSecret?.name ?? '';
      if (name !== '' && !secret.ok) yield unreadSecret(secret);
      if (name !== '' && (!secret.ok || secret.value !== undefined)) continue;
      const { namespace = '', name: own } = config.metadata;
      yield {
        object: { kind: 'ClientConfig', namespace, name: own, field: 'spec.kubeConfigSecret.name' },
        remedies: restored(config),
        cause: name === '' ? 'their ClientConfigs name no Secret' : 'the Secrets of their ClientConfigs do not exist',
        message:
          name === ''
            ? 'its ClientConfig names no Secret: resource name may not be empty'
            : `Secret ${namespace}/${name} does not exist: secrets "${name}" not found`,
        blocksStart: true,
        atOnce: true,
      };
    }
  },
});
