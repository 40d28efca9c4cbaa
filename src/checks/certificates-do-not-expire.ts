import { contextCheck } from './check.ts';

const day = 86_400_000;
export const certificatesDoNotExpire = contextCheck({
  code: 'KC702',
  title: 'no serving certificate expires soon',
  severity: 'warning',
  why: 'the operator can no longer connect the moment it expires',
  cure: 'renew the serving certificate of that API server',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  *run({ name, probe: { tls } }, { now, warnBeforeDays }) {
    if (tls.status !== 'pass' || tls.value.notAfter > now + warnBeforeDays * day) return;
    yield {
      context: name,
      message: `the serving certificate expires in ${Math.floor((tls.value.notAfter - now) / day)}d (${new Date(tls.value.notAfter).toISOString()})`,
    };
  },
});
