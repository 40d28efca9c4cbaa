import { fleetCheck } from './check.ts';
import { said, several, status } from './remedies.ts';

/** The webhook is cluster-wide and still judges it, so that it looks accepted; the controller never sees it. */
export const clustersAreWatched = fleetCheck({
  code: 'KC112',
  title: 'every K8ssandraCluster lies in a namespace that the operator watches',
  background: {
    read: 'WATCH_NAMESPACE of the operator, and the namespaces of the K8ssandraClusters',
    causes: ['the operator is installed for its own namespace alone, and the K8ssandraCluster was created elsewhere'],
    prevent: 'decide on the watched namespaces when the chart is installed (global.clusterScoped, global.watchNamespaces)',
    related: ['KC207', 'KC506', 'KC610'],
  },
  severity: 'warning',
  why: 'the webhook accepts it and then nobody reconciles it: no datacenter appears, and nothing reports an error',
  cure: 'create it in a watched namespace, or add its namespace to WATCH_NAMESPACE of the control plane',
  remedies: several(
    said('create it in a watched namespace, or add its namespace to WATCH_NAMESPACE of the control plane with Helm'),
    status,
  ),
  inFile: 'put it into a namespace that the operator watches',
  needs: ['clusters', 'operator'],
  *run({ clusters, operator }) {
    const watches = operator?.watches ?? 'all';
    if (watches === 'all') return;
    for (const { metadata } of clusters) {
      if (watches.includes(metadata.namespace)) continue;
      yield {
        object: { kind: 'K8ssandraCluster', namespace: metadata.namespace, name: metadata.name },
        message: `K8ssandraCluster ${metadata.namespace}/${metadata.name} is never reconciled: the operator watches ${watches.join(', ')}`,
      };
    }
  },
});
