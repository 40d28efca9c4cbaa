import { contextCheck } from './check.ts';

export const serverNameResolves = contextCheck({
  code: 'KC301',
  title: 'the name of every server resolves',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'correct the address, or the DNS of this network',
  fix: contexts => [
    'kubectl',
    'k8ssandra',
    'clientconfig',
    'create',
    contexts[0] ?? 'NAME',
    '--from-context',
    '<context>',
    '--server',
    'https://<address>',
  ],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && broken.cause === 'dns') yield { context: name, message: broken.detail, blocksStart: true };
  },
});
