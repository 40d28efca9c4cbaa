import { contextCheck } from './check.ts';

export const proxyAndTlsWork = contextCheck({
  code: 'KC307',
  title: 'every proxy and TLS hand-shake works',
  severity: 'error',
  why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
  cure: 'correct the proxy or the address',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'create', contexts[0] ?? 'NAME', '--from-context', '<context>'],
  *run({ name, probe }) {
    const broken = [probe.reach, probe.tls].find(step => step.status === 'fail');
    if (broken?.status === 'fail' && (broken.cause === 'proxy' || broken.cause === 'not-tls' || broken.cause === 'tls'))
      yield { context: name, message: broken.detail, blocksStart: true };
  },
});
