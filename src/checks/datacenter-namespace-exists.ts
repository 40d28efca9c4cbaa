import { placementCheck } from './placement-check.ts';

export const datacenterNamespaceExists = placementCheck({
  fact: 'namespace',
  title: "every datacenter's namespace exists in its cluster",
  background: {
    read: 'a dry run of a ConfigMap in the namespace of the datacenter, which stores nothing',
    causes: ['the namespace was created on the control plane alone', 'metadata.namespace of the datacenter is misspelt'],
    prevent: 'create the namespaces together with the data plane',
    related: ['KC506', 'KC114'],
  },
  why: 'the operator creates no namespace: every write of that datacenter fails, and status.error tells so only later',
  cure: 'create the namespace in that cluster, or correct metadata.namespace of the datacenter',
  look: ['get', 'namespaces'],
  fix: namespace => ['create', 'namespace', namespace],
});
