import { connectionCheck } from './connection-check.ts';
import { createAgain } from './create-again.ts';

export const serverNameResolves = connectionCheck({
  code: 'KC301',
  title: 'the name of every server resolves',
  cure: 'correct the address, or the DNS of this network',
  fix: createAgain('--server', 'https://<address>'),
  causes: ['dns'],
});
