import { connectionCheck } from './connection-check.ts';
import { lookedAt, readdressed, several } from './remedies.ts';

export const serverAcceptsConnections = connectionCheck({
  code: 'KC302',
  title: 'every server accepts connections',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: [
      'the API server is down, or is being upgraded',
      'the port is wrong, or the load balancer has no healthy backend',
      'a firewall that answers with a reset',
    ],
    prevent: 'register a name that outlives a single node: a load balancer or a virtual address',
    related: ['KC301', 'KC303', 'KC308'],
  },
  cure: 'start that API server, or update the ClientConfig with the address that answers',
  remedies: several(readdressed('start that API server, or correct the address'), lookedAt('version')),
  causes: ['refused', 'reset'],
});
