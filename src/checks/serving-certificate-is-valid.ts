import { connectionCheck } from './connection-check.ts';

export const servingCertificateIsValid = connectionCheck({
  code: 'KC306',
  title: 'every serving certificate is valid today',
  cure: 'renew the serving certificate of that API server',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  causes: ['certificate-expired'],
});
