import { connectionCheck } from './connection-check.ts';
import { renamed } from './remedies.ts';

export const certificateNamesTheServer = connectionCheck({
  code: 'KC305',
  title: 'every serving certificate is for its server name',
  cure: 'update the ClientConfig with a name that the certificate is for',
  remedies: renamed,
  inFile: 'give tls-server-name a name that the certificate is for',
  causes: ['san-mismatch'],
});
