import { fix, kubectl } from '../base/advice.ts';
import type { ReplicatedSecret } from '../kube/kinds.ts';
import { fleetCheck, type Said } from './check.ts';
import { removeEntry } from './patches.ts';
import { said } from './remedies.ts';

/** The operator only adds targets to the ReplicatedSecret of a K8ssandraCluster and never removes one; pkg/secret/replicated.go. */
export const replicatedSecretsHaveNoStaleTarget = fleetCheck({
  code: 'KC110',
  title: 'no ReplicatedSecret copies to a context that its K8ssandraCluster has left, or for one that is gone',
  background: {
    read: 'spec.replicationTargets of the ReplicatedSecrets, beside the datacenters in spec and status of the K8ssandraCluster of the same name',
    causes: [
      'a datacenter was removed or moved: the operator adds targets and never takes one away',
      'the K8ssandraCluster itself was deleted, and the ReplicatedSecret is held by its finalizer',
    ],
    prevent: 'look at the ReplicatedSecret whenever a datacenter is removed',
    related: ['KC103', 'KC114'],
  },
  severity: 'warning',
  why: "the cluster's superuser secret is still copied to a cluster that no longer runs any of its datacenters",
  cure: 'remove that target from spec.replicationTargets: the operator never does',
  remedies: said('remove that target from spec.replicationTargets'),
  needs: ['clusters', 'replicatedSecrets', 'provided'],
  *run({ clusters, replicatedSecrets, provided }) {
    const unprovidedNames = new Set(provided.filter(({ providers }) => providers.length === 0).map(({ name }) => name));
    for (const replicatedSecret of replicatedSecrets) {
      const { metadata, spec } = replicatedSecret;
      const { namespace = '', name } = metadata;
      const owner = clusters.find(one => one.metadata.name === name && one.metadata.namespace === namespace);
      if (owner === undefined) {
        yield* orphaned(replicatedSecret);
        continue;
      }
      const contextsInUse = new Set([
        ...(owner.spec?.cassandra?.datacenters ?? []).map(({ k8sContext }) => k8sContext),
        ...Object.values(owner.status?.datacenters ?? {}).map(({ contextName }) => contextName),
      ]);
      // A mistyped k8sContext makes the right target look stale: first things first.
      if ([...contextsInUse].some(context => context !== undefined && unprovidedNames.has(context))) continue;
      for (const [index, { k8sContextName }] of (spec?.replicationTargets ?? []).entries()) {
        if (!k8sContextName || contextsInUse.has(k8sContextName)) continue;
        yield {
          context: k8sContextName,
          object: { kind: 'ReplicatedSecret', namespace, name, field: `spec.replicationTargets[${index}].k8sContextName` },
          message: `ReplicatedSecret ${namespace}/${name} still copies to it, and no datacenter of the K8ssandraCluster is there`,
          remedies: () => [
            removeEntry(
              { kind: 'ReplicatedSecret', namespace, name, field: `spec.replicationTargets[${index}]` },
              'k8sContextName',
              k8sContextName,
            ),
          ],
        };
      }
    }
  },
});
/** One that the operator has made carries the name of its K8ssandraCluster; pkg/secret/replicated.go generateReplicatedSecret. */
function* orphaned({ metadata, spec }: ReplicatedSecret): Iterable<Said> {
  const { namespace, name, labels = {}, deletionTimestamp } = metadata;
  const of = labels['k8ssandra.io/cluster-name'];
  if (of === undefined) return;
  const object = { kind: 'ReplicatedSecret', namespace, name };
  const targets = [...new Set((spec?.replicationTargets ?? []).map(({ k8sContextName }) => k8sContextName || '(control plane)'))];
  const whose = `K8ssandraCluster ${labels['k8ssandra.io/cluster-namespace'] ?? namespace}/${of}, which does not exist`;
  yield deletionTimestamp === undefined
    ? {
        object,
        message: `ReplicatedSecret ${namespace}/${name} still copies to ${targets.join(', ')} for ${whose}`,
        effect: 'the Secrets of that cluster stay in clusters that no longer run any of its datacenters',
        remedies: () => [fix(kubectl(undefined, '-n', namespace, 'delete', 'replicatedsecrets.replication.k8ssandra.io', name))],
      }
    : {
        object,
        message: `ReplicatedSecret ${namespace}/${name} of ${whose}, is being deleted and waits for ${targets.join(', ')}`,
        effect: 'the operator takes its finalizer away when the copies are deleted in every one of these clusters, and in none before',
        remedies: said('give back the ClientConfigs of the contexts that it waits for, until the operator has deleted the copies there'),
      };
}
