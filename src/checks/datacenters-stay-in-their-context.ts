import { fleetCheck } from './check.ts';
import { setField } from './patches.ts';
import { said } from './remedies.ts';

/** The operator creates a second CassandraDatacenter and forgets the first; controllers/k8ssandra/datacenters.go:330. */
export const datacentersStayInTheirContext = fleetCheck({
  code: 'KC108',
  title: 'no live datacenter has moved to another context',
  background: {
    read: 'k8sContext of every datacenter in spec, and the context that status has recorded for it',
    causes: [
      'k8sContext was changed to move a datacenter',
      'a context was renamed, and the K8ssandraCluster with it',
      'two entries of the list of datacenters changed places',
    ],
    prevent:
      'never change k8sContext of a datacenter that runs: add a new datacenter in the other cluster, rebuild it, and remove the old one',
    related: ['KC101', 'KC103'],
  },
  severity: 'error',
  losesData: true,
  why: 'CRITICAL: the operator creates a new, empty datacenter in the new cluster, orphans the one with the data, overwrites what status says of it, and rebuilds nothing',
  cure: 'set k8sContext back to what status says; to move a datacenter, add a new one and decommission the old one',
  remedies: said('set k8sContext back to what status says'),
  needs: ['clusters'],
  *run({ clusters }) {
    for (const { metadata, spec, status } of clusters) {
      for (const [index, { k8sContext = '', metadata: dc }] of (spec?.cassandra?.datacenters ?? []).entries()) {
        const statusContext = status?.datacenters?.[dc?.name ?? '']?.contextName;
        if (statusContext === undefined || statusContext === k8sContext) continue;
        const object = {
          kind: 'K8ssandraCluster',
          namespace: metadata.namespace,
          name: metadata.name,
          field: `spec.cassandra.datacenters[${index}].k8sContext`,
        };
        yield {
          ...(k8sContext === '' ? {} : { context: k8sContext }),
          object,
          remedies: () => [setField(object, k8sContext, statusContext)],
          inFile: `set k8sContext of datacenter ${dc?.name} back to ${statusContext || 'nothing'}`,
          message: `datacenter ${dc?.name} of ${metadata.namespace}/${metadata.name} runs in ${statusContext || '(control plane)'} but its spec now names ${k8sContext || '(control plane)'}`,
        };
      }
    }
  },
});
