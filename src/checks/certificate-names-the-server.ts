import { connectionCheck } from './connection-check.ts';
import { renamed } from './remedies.ts';

export const certificateNamesTheServer = connectionCheck({
  code: 'KC305',
  title: 'every serving certificate is for its server name',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: [
      'the server is dialled by an address that its certificate does not name: a load balancer, a tunnel',
      'certificates were issued before the address was added',
    ],
    prevent: 'add the address to the certificate (apiServer.certSANs of kubeadm, --tls-san of k3s), or store the right --tls-server-name',
    related: ['KC304', 'KC203'],
  },
  cure: 'update the ClientConfig with a name that the certificate is for',
  remedies: renamed,
  inFile: 'give tls-server-name a name that the certificate is for',
  causes: ['san-mismatch'],
});
