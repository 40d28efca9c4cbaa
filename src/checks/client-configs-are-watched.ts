import { effectiveContext } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const clientConfigsAreWatched = fleetCheck({
  code: 'KC207',
  title: 'every ClientConfig lies in a namespace that the operator watches',
  severity: 'warning',
  why: 'the operator silently ignores it',
  cure: 'create it in a watched namespace, or add its namespace to WATCH_NAMESPACE',
  fix: createAgain(),
  needs: ['clientConfigs', 'operator'],
  *run({ clientConfigs, operator }) {
    if (operator === undefined || operator.watches === 'all') return;
    for (const config of clientConfigs) {
      if (operator.watches.includes(config.metadata.namespace ?? '')) continue;
      yield {
        context: effectiveContext(config),
        cause: `their ClientConfigs are ignored: the operator watches ${operator.watches.join(', ')}`,
        object: { kind: 'ClientConfig', namespace: config.metadata.namespace ?? '', name: config.metadata.name },
        message: `ClientConfig ${config.metadata.namespace}/${config.metadata.name} is ignored: the operator watches ${operator.watches.join(', ')}`,
      };
    }
  },
});
