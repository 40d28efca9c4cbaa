import { endWithNpm } from '../ending.ts';
import { askOver } from '../operator/ask.ts';
import { startOperator } from '../operator/stand-in.ts';
import { startClusters } from './clusters.ts';
import { installCrds, installOperator } from './install.ts';
import { startNode } from './node.ts';

/** `npm run clusters`: three real API servers and the operator stand-in, until Ctrl-C. */
const namespace = 'k8ssandra-operator';
const log = (line: string): void => console.error(line);

endWithNpm();
const clusters = await startClusters(['cp', 'dp1', 'dp2'], log);
const controlPlane = clusters.byName['cp'];
if (controlPlane === undefined) throw new Error('no control plane');
const node = await startNode(controlPlane);
const { metricsPort } = node;
await Promise.all(
  Object.values(clusters.byName).map(async cluster => {
    const isControlPlane = cluster === controlPlane;
    await installCrds(cluster);
    await installOperator(cluster, {
      namespace,
      controlPlane: isControlPlane,
      tokenSecret: true,
      ...(isControlPlane && metricsPort !== undefined ? { metricsPort } : {}),
    });
  }),
);
const { server, caPem, adminToken } = controlPlane;
// Its loop keeps this process alive, which the clusters do not.
const operator = await startOperator({
  ask: askOver(server, caPem, adminToken),
  deployment: { namespace, name: 'k8ssandra-operator' },
  pollMs: 250,
  restartMs: 1000,
  dials: true,
  pod: node,
});
await node.installWebhook(operator.webhook);
console.log(`export KUBECONFIG=${clusters.kubeconfig}`);
log(
  `control plane cp with a stand-in for the operator, data planes dp1 and dp2, namespace ${namespace}; their addresses are loopback: add --allow loopback to create. Ctrl-C stops all.`,
);
