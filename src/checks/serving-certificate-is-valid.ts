import { connectionCheck } from './connection-check.ts';
import { lookedAt, said, several } from './remedies.ts';

export const servingCertificateIsValid = connectionCheck({
  code: 'KC306',
  title: 'every serving certificate is valid today, and for a server',
  cure: 'renew the serving certificate of that API server',
  remedies: several(said('renew the serving certificate of that API server'), lookedAt('version')),
  causes: ['certificate-expired', 'certificate-usage', 'certificate-authority', 'certificate-weak', 'certificate-malformed'],
});
