import { connectionCheck } from './connection-check.ts';
import { lookedAt, readdressed, several } from './remedies.ts';

export const serverAcceptsConnections = connectionCheck({
  code: 'KC302',
  title: 'every server accepts connections',
  cure: 'start that API server, or update the ClientConfig with the address that answers',
  remedies: several(readdressed('start that API server, or correct the address'), lookedAt('version')),
  causes: ['refused', 'reset'],
});
