import { connectionCheck } from './connection-check.ts';
import { createAgain } from './create-again.ts';

export const certificateNamesTheServer = connectionCheck({
  code: 'KC305',
  title: 'every serving certificate is for its server name',
  cure: 'create the ClientConfig again with a name that the certificate is for',
  fix: createAgain('--tls-server-name', '<name>'),
  causes: ['san-mismatch'],
});
