import { contextCheck } from './check.ts';

export const serverAcceptsConnections = contextCheck({
  code: 'KC302',
  title: 'every server accepts connections',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'start that API server, or correct the address',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && (broken.cause === 'refused' || broken.cause === 'reset'))
      yield { context: name, message: broken.detail, blocksStart: true };
  },
});
