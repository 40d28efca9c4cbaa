import { connectionCheck } from './connection-check.ts';
import { lookedAt, readdressed, several } from './remedies.ts';

export const serverAnswersInTime = connectionCheck({
  code: 'KC303',
  title: 'every server answers in time',
  cure: 'open the network between here and that API server, pass a longer --timeout, or update the ClientConfig with the address that answers',
  remedies: several(readdressed('open the network between here and that API server, or correct the address'), lookedAt('version')),
  causes: ['timeout'],
});
