import { accepts } from '../kube/annotations.ts';
import { shownUrl, unroutable } from '../kube/kubeconfig/url.ts';
import { contextCheck } from './check.ts';
import { readdressed, rerouted } from './remedies.ts';

export const serverIsRoutable = contextCheck({
  code: 'KC203',
  title: "every server's address means the same in the operator's pod",
  background: {
    read: 'the stored server and proxy-url',
    causes: [
      'a kind, k3d or minikube cluster, whose kubeconfig names 127.0.0.1',
      'kubectl port-forward or an SSH tunnel on the machine where the context was created',
    ],
    prevent: 'pass --server with an address that the pod of the operator reaches when the context is created',
    related: ['KC302', 'KC305', 'KC308'],
  },
  severity: 'error',
  about: 'server',
  why: "inside the operator's pod this address is the pod itself",
  cure: 'update the ClientConfig with an address that the control plane reaches',
  remedies: readdressed('give it an address that the pod of the operator reaches'),
  inFile: 'write an address that the control plane reaches',
  needs: ['stored', 'secret'],
  *run({ stored: { server, proxyUrl }, secret: { annotations } }) {
    // The proxy is dialled from the pod, as the server would be.
    const proxy = proxyUrl === undefined ? undefined : unroutable(proxyUrl);
    if (proxy !== undefined) yield { message: `its proxy ${shownUrl(proxyUrl ?? '')} is ${proxy}`, remedies: rerouted };
    const why = unroutable(server);
    if (why === undefined) return;
    yield {
      cause: "the addresses of their servers mean something else in the operator's pod",
      message: `its server ${shownUrl(server)} is ${why}`,
      accepted: accepts(annotations, 'loopback'),
    };
  },
});
