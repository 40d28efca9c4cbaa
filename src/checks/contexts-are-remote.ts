import type { ContextState } from '../fleet/inventory.ts';
import { annotation } from '../kube/annotations.ts';
import { sameServer } from '../kube/kubeconfig/url.ts';
import { contextCheck } from './check.ts';

/** The operator's own comment calls it an infinite replication hazard; controllers/replication/secret_controller.go:491. */
export const contextsAreRemote = contextCheck({
  code: 'KC107',
  title: 'no context points back at the control plane',
  severity: 'error',
  why: 'secrets replicate in a circle; a datacenter in the control plane needs no k8sContext',
  cure: 'leave k8sContext empty for datacenters in the control plane, then delete the ClientConfig',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'delete', contexts.at(-1) ?? 'NAME'],
  *run({ name, stored, secret }, { controlPlane: { server, clusterUid } }) {
    const uid = uidOf(secret);
    const same =
      (stored?.ok === true && server !== '' && sameServer(stored.value.server, server)) ||
      (uid !== undefined && clusterUid.ok && clusterUid.value === uid);
    if (same) yield { context: name, message: "it is the control plane's own cluster" };
  },
  unjudged: ({ stored, secret }, { controlPlane: { server, clusterUid } }) =>
    clusterUid.ok ||
    clusterUid.reason === 'skipped' ||
    uidOf(secret) === undefined ||
    (stored?.ok === true && sameServer(stored.value.server, server))
      ? undefined
      : `the uid of the control plane: ${clusterUid.reason}: ${clusterUid.detail}`,
});
const uidOf = (secret: ContextState['secret']): string | undefined =>
  secret.ok ? secret.value?.annotations[annotation.sourceCluster] : undefined;
