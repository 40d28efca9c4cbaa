import { placementCheck } from './placement-check.ts';

export const datacenterIsInOnePlace = placementCheck({
  fact: 'datacenter',
  losesData: true,
  title: 'no datacenter exists a second time, and none takes the name of a foreign one',
  background: {
    read: 'CassandraDatacenters of that name in every cluster that was reached',
    causes: ['a datacenter was moved by a change of k8sContext', 'two K8ssandraClusters share a namespace and the name of a datacenter'],
    prevent: 'give datacenters names of their own, and remove one before it is created elsewhere',
    related: ['KC108', 'KC513'],
  },
  why: 'the operator would make a new, empty datacenter beside the one with the data, or take over what is not its own',
  cure: 'set k8sContext to where the datacenter is, or delete the one that is left over when its data is not needed',
  look: ['get', 'cassandradatacenters', '-A'],
});
