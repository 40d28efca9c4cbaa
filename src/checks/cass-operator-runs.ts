import { placementCheck } from './placement-check.ts';

export const cassOperatorRuns = placementCheck({
  fact: 'cassOperator',
  title: 'cass-operator runs in the cluster of every datacenter',
  background: {
    read: 'the Deployments of cass-operator in the cluster of the datacenter',
    causes: [
      'cert-manager is not installed, so that its webhook does not start',
      'cass-operator was left out when the chart was installed',
    ],
    prevent: 'install cert-manager first, and let the chart of the K8ssandra Operator bring cass-operator',
    related: ['KC510', 'KC506'],
  },
  why: 'the CassandraDatacenter is created and then nobody makes pods of it',
  cure: 'install cass-operator in that cluster (the k8ssandra-operator chart brings it), or see why its pod is not ready',
  look: ['get', 'deployments,pods', '-A', '-l', 'app.kubernetes.io/name=cass-operator'],
});
