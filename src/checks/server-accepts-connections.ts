import { connectionCheck } from './connection-check.ts';

export const serverAcceptsConnections = connectionCheck({
  code: 'KC302',
  title: 'every server accepts connections',
  cure: 'start that API server, or correct the address',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  causes: ['refused', 'reset'],
});
