import { connectionCheck } from './connection-check.ts';
import { lookedAt, readdressed, several } from './remedies.ts';

export const serverNameResolves = connectionCheck({
  code: 'KC301',
  title: 'the name of every server resolves',
  cure: 'update the ClientConfig with a name that resolves, or correct the DNS of this network',
  remedies: several(readdressed('correct the address, or the DNS of this network'), lookedAt('version')),
  causes: ['dns'],
});
