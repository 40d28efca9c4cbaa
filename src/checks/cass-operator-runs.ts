import { placementCheck } from './placement-check.ts';

export const cassOperatorRuns = placementCheck({
  fact: 'cassOperator',
  title: 'cass-operator runs in the cluster of every datacenter',
  why: 'the CassandraDatacenter is created and then nobody makes pods of it',
  cure: 'install cass-operator in that cluster (the k8ssandra-operator chart brings it), or see why its pod is not ready',
  look: ['get', 'deployments,pods', '-A', '-l', 'app.kubernetes.io/name=cass-operator'],
});
