import { placementCheck } from './placement-check.ts';

/** Never replicated: passwords are read in the K8ssandraCluster's namespace, stores mounted in the datacenter's; pkg/cassandra/encryption.go. */
export const datacenterSecretsExist = placementCheck({
  fact: 'secrets',
  title: 'every Secret that a K8ssandraCluster names is where it is read',
  why: 'the operator does not copy encryption stores: without them reconciliation fails or the pods wait for their volume for ever',
  cure: 'copy the keystore and truststore Secrets to that cluster, into the namespaces of the datacenter and of the K8ssandraCluster',
  look: ['get', 'secrets', '-A'],
});
