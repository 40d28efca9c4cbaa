import { contextCheck } from './check.ts';

export const serverAnswersInTime = contextCheck({
  code: 'KC303',
  title: 'every server answers in time',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'open the network between here and that API server, or pass a longer --timeout',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && broken.cause === 'timeout') yield { context: name, message: broken.detail, blocksStart: true };
  },
});
