import { secretKey } from '../kube/key.ts';
import { effectiveContext } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { created } from './remedies.ts';

export const secretsAreNotShared = fleetCheck({
  code: 'KC105',
  title: 'every ClientConfig has a Secret of its own',
  background: {
    read: 'spec.kubeConfigSecret of every ClientConfig',
    causes: ['a ClientConfig was copied and only its name was changed'],
    prevent: 'let clientconfig create make the Secret together with the ClientConfig',
    related: ['KC104', 'KC106'],
  },
  severity: 'warning',
  why: 'rotating or deleting one context changes the other too',
  cure: 'create one of them again under its own name',
  remedies: created(),
  inFile: 'give each its own Secret',
  needs: ['clientConfigs'],
  *run({ clientConfigs }) {
    const users = Map.groupBy(
      clientConfigs.filter(({ spec }) => spec?.kubeConfigSecret?.name),
      secretKey,
    );
    for (const [key, configs] of users) {
      if (configs.length < 2) continue;
      const [namespace = '', name = ''] = key.split('/');
      for (const config of configs) {
        const own = name === `${config.metadata.name}-config`;
        yield {
          context: effectiveContext(config),
          object: { kind: 'Secret', namespace, name },
          // One of them may keep it: the one whose name it has.
          ...(own ? { remedies: () => [] } : {}),
          message: `Secret ${key} is shared by ${configs
            .map(({ metadata }) => metadata.name)
            .sort()
            .join(', ')}`,
        };
      }
    }
  },
});
