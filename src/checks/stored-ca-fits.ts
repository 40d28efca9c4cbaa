import { contextCheck } from './check.ts';

export const storedCaFits = contextCheck({
  code: 'KC304',
  title: 'every stored CA has signed what its server shows',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'create the ClientConfig again: it finds the CA that fits',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'create', contexts[0] ?? 'NAME', '--from-context', '<context>'],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && broken.cause === 'unknown-ca') yield { context: name, message: broken.detail, blocksStart: true };
  },
});
