import { causes } from '../base/cause.ts';
import { contextCheck } from './check.ts';
import { readdressed } from './remedies.ts';

export const serverIsAKubernetesApi = contextCheck({
  code: 'KC310',
  title: 'every server is a Kubernetes API',
  background: {
    read: 'what /version and the other first requests answer',
    causes: ['the address of a load balancer, an ingress or a login page', 'an API server that stands behind a path that was left out'],
    prevent: 'store the address from the kubeconfig of that cluster',
    related: ['KC302', 'KC304'],
  },
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'correct the address: what answers there is a load balancer, a login page or another service',
  remedies: readdressed('give it the address of the API server itself'),
  needs: ['version'],
  *run({ version }) {
    if (version.status === 'fail') yield { message: version.detail, cause: causes[version.cause].several, blocksStart: true };
  },
});
