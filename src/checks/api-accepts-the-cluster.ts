import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

/** A dry run of the real manifest: schema, admission and the operator's webhook say their word, and nothing is stored. */
export const apiAcceptsTheCluster = fleetCheck({
  code: 'KC512',
  title: 'the API server and the webhook accept the K8ssandraCluster',
  background: {
    read: 'a dry run of the K8ssandraCluster, which asks schema, admission and the webhook and stores nothing',
    causes: ['a field that cannot be changed', 'a context that the operator has not loaded yet', 'a webhook that does not answer'],
    prevent: 'run contexts check --for FILE before every apply',
    related: ['KC101', 'KC601', 'KC113'],
  },
  severity: 'error',
  why: 'an apply is refused with this message',
  cure: 'correct what the message names, and see what a dry run says then',
  remedies: said('correct what the message names in the manifest, and apply it then'),
  needs: ['placements'],
  *run({ placements }) {
    for (const { cluster, accepted } of placements) {
      if (!accepted.ok) yield { unjudged: `whether the API accepts it: ${accepted.reason}: ${accepted.detail}` };
      if (!accepted.ok || accepted.value.accepted) continue;
      yield {
        object: { kind: 'K8ssandraCluster', namespace: cluster.metadata.namespace, name: cluster.metadata.name },
        message: `the API refuses it: ${accepted.value.message}`,
      };
    }
  },
});
