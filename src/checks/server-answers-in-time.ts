import { connectionCheck } from './connection-check.ts';
import { lookedAt, readdressed, several } from './remedies.ts';

export const serverAnswersInTime = connectionCheck({
  code: 'KC303',
  title: 'every server answers in time',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: [
      'a firewall or security group drops the packets: the address of this machine or of the control plane is not on the allow list',
      'a private endpoint that is reached through a VPN only',
      'a route between the networks is missing',
    ],
    prevent: 'allow the egress addresses of the control plane on the API server of every data plane',
    related: ['KC301', 'KC302', 'KC308'],
  },
  cure: 'open the network between here and that API server, pass a longer --timeout, or update the ClientConfig with the address that answers',
  remedies: several(readdressed('open the network between here and that API server, or correct the address'), lookedAt('version')),
  causes: ['timeout'],
});
