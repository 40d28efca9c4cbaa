import { contextCheck } from './check.ts';

export const servingCertificateIsValid = contextCheck({
  code: 'KC306',
  title: 'every serving certificate is valid today',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'renew the serving certificate of that API server',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && broken.cause === 'certificate-expired')
      yield { context: name, message: broken.detail, blocksStart: true };
  },
});
