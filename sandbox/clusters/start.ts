import { startClusters } from './clusters.ts';
import { installCrds, installOperator } from './install.ts';

const namespace = 'k8ssandra-operator';
const log = (line: string): void => console.error(line);

const clusters = await startClusters(['cp', 'dp1', 'dp2'], log);
await Promise.all(
  Object.values(clusters.byName).map(async cluster => {
    await installCrds(cluster);
    await installOperator(cluster, { namespace, controlPlane: cluster.name === 'cp', tokenSecret: true });
  }),
);
console.log(`export KUBECONFIG=${clusters.kubeconfig}`);
log(
  `control plane cp, data planes dp1 and dp2, operators in namespace ${namespace}; try kubectl --context dp1 get crds. Ctrl-C stops all.`,
);

// The clusters do not keep a process alive; a person who looks at them does.
setInterval(() => {}, 2 ** 30);
