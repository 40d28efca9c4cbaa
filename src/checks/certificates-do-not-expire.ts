import { contextCheck } from './check.ts';

const day = 86_400_000;
export const certificatesDoNotExpire = contextCheck({
  code: 'KC702',
  title: 'no serving certificate and no stored CA expires soon',
  severity: 'warning',
  why: 'the operator can no longer connect the moment it expires',
  cure: 'renew the certificate of that API server, and create the ClientConfig again when its CA is new',
  fix: contexts => ['kubectl', '--context', contexts[0] ?? 'CONTEXT', 'version'],
  needs: ['stored'],
  helps: ['tls'],
  *run({ stored, tls }, { now, warnBeforeDays }) {
    const all = [
      { what: 'the serving certificate', at: tls.ok && tls.value.status === 'pass' ? tls.value.value.notAfter : undefined },
      { what: 'its stored CA', at: stored.caNotAfter },
    ];
    for (const { what, at } of all) {
      if (at === undefined || at > now + warnBeforeDays * day) continue;
      const date = new Date(at).toISOString();
      yield at <= now
        ? { message: `${what} expired on ${date}`, severity: 'error' }
        : { message: `${what} expires in ${Math.floor((at - now) / day)}d (${date})` };
    }
  },
});
