import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

/** A datacenter waits for the condition of its context to be True; pkg/secret/replicated.go HasReplicatedSecrets. */
export const secretsAreReplicated = fleetCheck({
  code: 'KC114',
  title: 'every ReplicatedSecret has reached its contexts',
  background: {
    read: 'the condition Replication of every ReplicatedSecret, one for each context',
    causes: [
      'the namespace of the datacenter does not exist in that cluster',
      'the stored credential may not write Secrets there',
      'the cluster was not reached when the operator last tried',
      'a Secret of the same name there is immutable',
    ],
    prevent: 'create the namespaces of the datacenters before the K8ssandraCluster, and see that contexts check is clean',
    related: ['KC501', 'KC503', 'KC110'],
  },
  severity: 'error',
  why: 'a datacenter there waits until its Secrets are copied, and status.error says None meanwhile',
  cure: 'see what the log of the operator says of that ReplicatedSecret: a right, a namespace or the context is missing there',
  remedies: said('see in the log of the operator what it says of this ReplicatedSecret: a right or a namespace is missing there'),
  needs: ['replicatedSecrets'],
  *run({ replicatedSecrets }) {
    for (const { metadata, status } of replicatedSecrets) {
      for (const { cluster = '', type, status: state } of status?.conditions ?? []) {
        if (type !== 'Replication' || state !== 'False') continue;
        yield {
          ...(cluster === '' ? {} : { context: cluster }),
          object: { kind: 'ReplicatedSecret', namespace: metadata.namespace, name: metadata.name, field: 'status.conditions' },
          message: `ReplicatedSecret ${metadata.namespace}/${metadata.name} is not replicated there (condition Replication is False)`,
        };
      }
    }
  },
});
