import { placementCheck } from './placement-check.ts';

/** The remote caches hold the control plane's WATCH_NAMESPACE alone; clientconfig_controller.go:202. */
export const datacenterNamespaceIsWatched = placementCheck({
  fact: 'watched',
  title: "every datacenter's namespace is watched by the operators that work on it",
  background: {
    read: 'the namespace of each datacenter, beside WATCH_NAMESPACE of the control plane, of the operator in the data plane and of cass-operator',
    causes: ['the operators were installed for different namespaces'],
    prevent: 'install all of them for the same namespaces, or for all',
    related: ['KC112', 'KC503', 'KC207'],
  },
  why: 'an operator sees nothing outside the namespaces it watches: the control plane fails with "unknown namespace for the cache", the others never act',
  cure: 'put the datacenter into a watched namespace, or add its namespace to WATCH_NAMESPACE of that operator with Helm',
  look: ['get', 'deployments', '-A', '-l', 'control-plane=k8ssandra-operator'],
});
