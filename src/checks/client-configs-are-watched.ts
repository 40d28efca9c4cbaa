import { fix, ours } from '../base/advice.ts';
import { accepts } from '../kube/annotations.ts';
import { configKey, secretKey } from '../kube/key.ts';
import { effectiveContext } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { created, registration } from './remedies.ts';

export const clientConfigsAreWatched = fleetCheck({
  code: 'KC207',
  title: 'every ClientConfig lies in a namespace that the operator watches',
  background: {
    read: 'the namespaces of the ClientConfigs, beside WATCH_NAMESPACE of the operator',
    causes: ['the ClientConfig was created in the namespace of the K8ssandraCluster and not in that of the operator'],
    prevent: 'let clientconfig create choose the namespace',
    related: ['KC101', 'KC112', 'KC610'],
  },
  severity: 'warning',
  why: 'the operator silently ignores it',
  cure: 'create it in a watched namespace, or add its namespace to WATCH_NAMESPACE',
  remedies: created(),
  inFile: 'put it into a namespace that the operator watches',
  needs: ['clientConfigs', 'operator', 'secrets'],
  *run({ clientConfigs, operator, secrets }) {
    if (operator === undefined || operator.watches === 'all') return;
    const [watchedNamespace = operator.namespace] = operator.watches;
    for (const config of clientConfigs) {
      if (operator.watches.includes(config.metadata.namespace)) continue;
      const read = secrets.get(secretKey(config));
      yield {
        context: effectiveContext(config),
        accepted: read?.ok === true && accepts(read.value?.annotations ?? {}, 'unwatched-namespace'),
        cause: `their ClientConfigs are ignored: the operator watches ${operator.watches.join(', ')}`,
        object: { kind: 'ClientConfig', namespace: config.metadata.namespace, name: config.metadata.name },
        // It is no provider of its context, so it is looked up as one here.
        remedies: scene => [
          ...created('--dest-namespace', watchedNamespace)({ ...scene, context: registration(config, scene.inventory) }),
          fix(ours('clientconfig delete', [configKey(config)])),
        ],
        message: `ClientConfig ${config.metadata.namespace}/${config.metadata.name} is ignored: the operator watches ${operator.watches.join(', ')}`,
      };
    }
  },
});
