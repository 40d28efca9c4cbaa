import { contextCheck } from './check.ts';

const day = 86_400_000;
export const certificatesDoNotExpire = contextCheck({
  code: 'KC702',
  title: 'no serving certificate and no stored CA expires soon',
  severity: 'warning',
  why: 'the operator can no longer connect the moment it expires',
  cure: 'renew the certificate of that API server, and create the ClientConfig again when its CA is new',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  *run({ name, stored, probe: { tls } }, { now, warnBeforeDays }) {
    const all = [
      { what: 'the serving certificate', at: tls.status === 'pass' ? tls.value.notAfter : undefined },
      { what: 'its stored CA', at: stored?.ok === true ? stored.value.caNotAfter : undefined },
    ];
    for (const { what, at } of all) {
      if (at === undefined || at > now + warnBeforeDays * day) continue;
      const date = new Date(at).toISOString();
      yield at <= now
        ? { context: name, message: `${what} expired on ${date}`, severity: 'error' }
        : { context: name, message: `${what} expires in ${Math.floor((at - now) / day)}d (${date})` };
    }
  },
});
