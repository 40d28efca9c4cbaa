import { placementCheck } from './placement-check.ts';

export const datacenterNamespaceExists = placementCheck({
  fact: 'namespace',
  title: "every datacenter's namespace exists in its cluster",
  why: 'the operator creates no namespace: every write of that datacenter fails, and status.error tells so only later',
  cure: 'create the namespace in that cluster, or correct metadata.namespace of the datacenter',
  look: ['get', 'namespaces'],
  fix: namespace => ['create', 'namespace', namespace],
});
