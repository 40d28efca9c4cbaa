import { connectionCheck } from './connection-check.ts';
import { lookedAt, said, several } from './remedies.ts';

export const servingCertificateIsValid = connectionCheck({
  code: 'KC306',
  title: 'every serving certificate is valid today, and for a server',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: [
      'the certificates of the control plane nodes were not renewed (kubeadm renews them at upgrades)',
      'a clock that is wrong',
      'a self-made certificate without the usage of a server',
    ],
    prevent: 'watch KC702, which tells 30 days before',
    related: ['KC702', 'KC304'],
  },
  cure: 'renew the serving certificate of that API server',
  remedies: several(said('renew the serving certificate of that API server'), lookedAt('version')),
  causes: ['certificate-expired', 'certificate-usage', 'certificate-authority', 'certificate-weak', 'certificate-malformed'],
});
