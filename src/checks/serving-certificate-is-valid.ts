import { connectionCheck } from './connection-check.ts';

export const servingCertificateIsValid = connectionCheck({
  code: 'KC306',
  title: 'every serving certificate is valid today, and for a server',
  cure: 'renew the serving certificate of that API server',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  causes: ['certificate-expired', 'certificate-usage', 'certificate-authority', 'certificate-weak', 'certificate-malformed'],
});
