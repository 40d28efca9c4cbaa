import { placementCheck } from './placement-check.ts';

export const datacenterIsInOnePlace = placementCheck({
  fact: 'datacenter',
  losesData: true,
  title: 'no datacenter exists a second time, and none takes the name of a foreign one',
  why: 'the operator would make a new, empty datacenter beside the one with the data, or take over what is not its own',
  cure: 'set k8sContext to where the datacenter is, or delete the one that is left over when its data is not needed',
  look: ['get', 'cassandradatacenters', '-A'],
});
