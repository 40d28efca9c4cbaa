import { placementCheck } from './placement-check.ts';

export const storageClassExists = placementCheck({
  fact: 'storage',
  title: 'every StorageClass that a datacenter asks for exists in its cluster',
  why: 'its volume claims stay Pending, and so do the Cassandra pods; the name cannot be changed afterwards',
  cure: 'name a StorageClass of that cluster in storageConfig, or create it there',
  look: ['get', 'storageclasses'],
});
