import { kubectl, look } from '../base/advice.ts';
import { withoutSecrets, withoutUser } from '../base/shown.ts';
import { fleetCheck } from './check.ts';
import { said, several } from './remedies.ts';

/** `None` when all is well, since 1.3.0; k8ssandracluster_controller.go:95. */
export const clustersReportNoError = fleetCheck({
  code: 'KC607',
  title: 'no K8ssandraCluster reports an error',
  background: {
    read: 'status.error of every K8ssandraCluster',
    causes: ['what the message names', 'a cluster that was not reached for a while'],
    prevent: 'alert on status.error',
    related: ['KC101', 'KC114', 'KC601'],
  },
  severity: 'error',
  why: 'reconciling failed with this error; retries back off',
  cure: 'cure what the message names; the operator clears status.error at its next success',
  remedies: said('cure what the message names'),
  needs: ['clusters'],
  helps: ['provided'],
  *run({ clusters, provided }) {
    for (const { metadata, status } of clusters) {
      const { error = '' } = status ?? {};
      const unknown = /No known client for context-name (\S+)/.exec(error)?.[1];
      // A context that nobody provides has a finding of its own, with its cure.
      const isTold = provided.ok && provided.value.some(({ name, providers }) => name === unknown && providers.length === 0);
      if (error === '' || error === 'None' || isTold) continue;
      const { namespace = '', name } = metadata;
      yield {
        object: { kind: 'K8ssandraCluster', namespace, name, field: 'status.error' },
        message: `K8ssandraCluster ${namespace}/${name} reports: ${withoutSecrets(withoutUser(error)).slice(0, 500)}`,
        remedies: several(said('cure what the message names; the operator clears status.error at its next success'), () => [
          look(kubectl(undefined, '-n', namespace, 'describe', 'k8ssandraclusters.k8ssandra.io', name)),
        ]),
      };
    }
  },
});
