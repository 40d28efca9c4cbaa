import { contextCheck } from './check.ts';

/** The client cache is a plain map: the last ClientConfig of a name wins; pkg/clientcache/cache.go:74. */
export const contextNamesAreUnique = contextCheck({
  code: 'KC104',
  title: 'every context is provided once',
  severity: 'error',
  why: 'the operator silently takes the last one and watches both clusters, so datacenters may be written to the wrong one',
  cure: 'delete all but one of these ClientConfigs, or give each another spec.contextName',
  fix: () => ['kubectl', 'k8ssandra', 'clientconfig', 'list', '-A'],
  needs: ['providers'],
  *run({ providers }) {
    const winner = providers.at(-1);
    if (providers.length < 2 || winner === undefined) return;
    const losers = providers.slice(0, -1).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    yield {
      object: { kind: 'ClientConfig', namespace: winner.metadata.namespace ?? '', name: winner.metadata.name },
      message: `${providers.length} ClientConfigs provide it: ${winner.metadata.namespace}/${winner.metadata.name} wins, ${losers.join(', ')} ${losers.length === 1 ? 'loses' : 'lose'} and ${losers.length === 1 ? 'is' : 'are'} watched all the same`,
    };
  },
});
