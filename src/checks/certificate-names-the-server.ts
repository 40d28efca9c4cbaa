import { contextCheck } from './check.ts';

export const certificateNamesTheServer = contextCheck({
  code: 'KC305',
  title: 'every serving certificate is for its server name',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'create the ClientConfig again with a name that the certificate is for',
  fix: contexts => [
    'kubectl',
    'k8ssandra',
    'clientconfig',
    'create',
    contexts[0] ?? 'NAME',
    '--from-context',
    '<context>',
    '--tls-server-name',
    '<name>',
  ],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && broken.cause === 'san-mismatch') yield { context: name, message: broken.detail, blocksStart: true };
  },
});
