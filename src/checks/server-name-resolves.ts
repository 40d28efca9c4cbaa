import { connectionCheck } from './connection-check.ts';
import { lookedAt, readdressed, several } from './remedies.ts';

export const serverNameResolves = connectionCheck({
  code: 'KC301',
  title: 'the name of every server resolves',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: ['the name exists in the DNS of another network only: a private zone, a VPN', 'the cluster was deleted, and its name with it'],
    prevent: 'register the name that the pod of the operator resolves; nslookup in a pod of the control plane shows it',
    related: ['KC302', 'KC303', 'KC308'],
  },
  cure: 'update the ClientConfig with a name that resolves, or correct the DNS of this network',
  remedies: several(readdressed('correct the address, or the DNS of this network'), lookedAt('version')),
  causes: ['dns'],
});
