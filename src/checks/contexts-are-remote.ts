import { byHand, fix, type Remedy } from '../base/advice.ts';
import { accepts, annotation } from '../kube/annotations.ts';
import { sameServer } from '../kube/kubeconfig/url.ts';
import { contextCheck } from './check.ts';
import { deletion } from './remedies.ts';

/** The operator's own comment calls it an infinite replication hazard; controllers/replication/secret_controller.go:491. */
export const contextsAreRemote = contextCheck({
  code: 'KC107',
  title: 'no context points back at the control plane',
  background: {
    read: 'the stored server and the recorded uid of kube-system, beside those of the control plane',
    causes: ['the current context of the kubeconfig was the control plane when the context was created'],
    prevent: 'leave k8sContext empty for datacenters that run beside the control plane',
    related: ['KC106', 'KC109'],
  },
  severity: 'error',
  about: 'server',
  why: 'secrets replicate in a circle; a datacenter in the control plane needs no k8sContext',
  cure: 'leave k8sContext empty for datacenters in the control plane, then delete the ClientConfig',
  remedies: (scene): readonly Remedy[] =>
    scene.context === undefined || scene.context.references.length > 0
      ? [byHand('leave k8sContext empty for datacenters in the control plane, and delete the ClientConfig then')]
      : scene.context.providers.map(config => fix(deletion(config, scene))),
  needs: ['secret'],
  helps: ['stored', 'clusterUid'],
  *run({ secret, stored, clusterUid }, { controlPlane: { server } }) {
    const uid = secret.annotations[annotation.sourceCluster];
    const sameAddress = stored.ok && server !== '' && sameServer(stored.value.server, server);
    if (sameAddress || (uid !== undefined && clusterUid.ok && clusterUid.value === uid))
      yield { message: "it is the control plane's own cluster", accepted: accepts(secret.annotations, 'control-plane') };
    else if (uid !== undefined && !clusterUid.ok) yield { gaps: clusterUid.gaps };
  },
});
