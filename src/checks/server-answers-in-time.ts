import { connectionCheck } from './connection-check.ts';

export const serverAnswersInTime = connectionCheck({
  code: 'KC303',
  title: 'every server answers in time',
  cure: 'open the network between here and that API server, or pass a longer --timeout',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  causes: ['timeout'],
});
