import { placementCheck } from './placement-check.ts';

export const storageClassExists = placementCheck({
  fact: 'storage',
  title: 'every StorageClass that a datacenter asks for exists in its cluster',
  background: {
    read: 'the StorageClasses of the cluster where the datacenter is meant to run',
    causes: ['the StorageClass has another name in that cloud', 'the cluster has no default StorageClass'],
    prevent: 'name the StorageClass for each datacenter where the clouds differ',
    related: ['KC512'],
  },
  why: 'its volume claims stay Pending, and so do the Cassandra pods; the name cannot be changed afterwards',
  cure: 'name a StorageClass of that cluster in storageConfig, or create it there',
  look: ['get', 'storageclasses'],
});
