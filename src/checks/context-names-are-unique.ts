import { byHand, fix, look, ours, type Remedy } from '../base/advice.ts';
import { configKey } from '../kube/key.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import { sameServer } from '../kube/kubeconfig/url.ts';
import { contextCheck, type Scene } from './check.ts';
import { deletion } from './remedies.ts';

/** The losers go where that changes nothing for the operator: they lead where the winner leads, or nowhere. Else somebody has to decide. */
const losersDeleted = (scene: Scene): readonly Remedy[] => {
  const { context, inventory, nameOf } = scene;
  const { stored } = inventory.controlPlane;
  const winner = context?.providers.at(-1);
  if (context === undefined || winner === undefined) return [];
  const server = (config: ClientConfig): string | undefined => {
    const kubeconfig = stored.get(configKey(config));
    return kubeconfig?.ok === true ? kubeconfig.value.server : undefined;
  };
  const [winnerServer, losers] = [server(winner), context.providers.slice(0, -1)];
  if (winnerServer !== undefined && losers.every(one => sameServer(server(one) ?? winnerServer, winnerServer)))
    return losers.map(one => fix(deletion(one, scene)));
  const all = context.providers.flatMap((one, at) => [at === 0 ? '' : ' or ', deletion(one, scene)]);
  return [
    ...context.providers.map(one => look(ours('clientconfig describe', [nameOf(one)]))),
    byHand([`decide which of these clusters ${context.name} is, and delete the other: `, ...all]),
  ];
};

/** The client cache is a plain map: the last ClientConfig of a name wins; pkg/clientcache/cache.go:74. */
export const contextNamesAreUnique = contextCheck({
  code: 'KC104',
  title: 'every context is provided once',
  background: {
    read: 'the ClientConfigs in the order in which the operator reads them, and the probe of each, since it watches the clusters of all of them',
    causes: [
      'a second registration under another name, without --context-name or spec.contextName of its own',
      'two kubeconfigs that call different clusters by the same name',
      'manifests that were copied from another control plane',
    ],
    prevent: 'give every cluster a name of its own in your kubeconfig; clientconfig create refuses a name that is taken',
    related: ['KC105', 'KC106'],
  },
  severity: 'error',
  why: 'the operator silently takes the last one and watches both clusters, so datacenters may be written to the wrong one',
  cure: 'delete all but one of these ClientConfigs, or give each another spec.contextName',
  remedies: losersDeleted,
  inFile: 'leave one of these ClientConfigs, or give each another spec.contextName',
  needs: ['providers', 'losers'],
  *run({ providers, losers: loserFaults }) {
    const winner = providers.at(-1);
    if (providers.length < 2 || winner === undefined) return;
    const losers = providers.slice(0, -1).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    yield {
      object: { kind: 'ClientConfig', namespace: winner.metadata.namespace, name: winner.metadata.name },
      also: providers.slice(0, -1).map(({ metadata: { namespace, name } }) => ({ kind: 'ClientConfig', namespace, name })),
      message: `${providers.length} ClientConfigs provide it: ${winner.metadata.namespace}/${winner.metadata.name} wins, ${losers.join(', ')} ${losers.length === 1 ? 'loses' : 'lose'} and ${losers.length === 1 ? 'is' : 'are'} watched all the same`,
    };
    for (const { config, certain, message } of loserFaults) {
      const loser = configKey(config);
      if (certain)
        yield {
          object: { kind: 'ClientConfig', namespace: config.metadata.namespace, name: config.metadata.name },
          cause: 'the clusters of ClientConfigs that lose their names keep the operator from starting',
          message: `the operator watches the cluster of ${loser} too, which loses the name: ${message}`,
          effect:
            'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
          blocksStart: true,
        };
      else yield { unjudged: `the cluster of ClientConfig ${loser}, which loses the name and is watched all the same: ${message}` };
    }
  },
});
