import { known } from '../base/read.ts';
import type { K8ssandraCluster } from '../kube/kinds.ts';
import type { ControlPlane } from './inventory.ts';
import { clusterKey } from './placement.ts';

/** The control plane as it would be with these K8ssandraClusters applied. */
export const withClusters = (controlPlane: ControlPlane, clusters: readonly K8ssandraCluster[]): ControlPlane => {
  const keys = new Set(clusters.map(clusterKey));
  return controlPlane.clusters.ok
    ? {
        ...controlPlane,
        clusters: known([...controlPlane.clusters.value.filter(one => !keys.has(clusterKey(one))), ...clusters.map(merged(controlPlane))]),
      }
    : controlPlane;
};
/** An apply changes the spec; what is in status stays. */
const merged =
  ({ clusters }: ControlPlane) =>
  (cluster: K8ssandraCluster): K8ssandraCluster => {
    const liveCluster = clusters.ok ? clusters.value.find(one => clusterKey(one) === clusterKey(cluster)) : undefined;
    return liveCluster?.status === undefined ? cluster : { ...cluster, status: liveCluster.status };
  };
