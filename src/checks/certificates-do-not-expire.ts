import { contextCheck } from './check.ts';
import { lookedAt, said, several, trusted } from './remedies.ts';

const day = 86_400_000;
export const certificatesDoNotExpire = contextCheck({
  code: 'KC702',
  title: 'no serving certificate and no stored CA expires soon',
  background: {
    read: 'the certificate that the API server shows, and the stored CA',
    causes: ['certificates that nobody renews: kubeadm does so at upgrades alone'],
    prevent: 'renew certificates by a schedule, and alert on this code',
    related: ['KC306', 'KC309'],
  },
  severity: 'warning',
  about: 'server',
  why: 'the operator can no longer connect the moment it expires',
  cure: 'renew the certificate of that API server; when its CA is new, update the ClientConfig with it',
  remedies: several(said('renew the serving certificate of that API server'), lookedAt('version')),
  needs: ['stored'],
  helps: ['tls'],
  *run({ stored, tls }, { now, warnBeforeDays }) {
    const all = [
      {
        what: 'the serving certificate',
        at: tls.ok && tls.value.status === 'pass' ? tls.value.value.notAfter : undefined,
        remedies: undefined,
      },
      { what: 'its stored CA', at: stored.caNotAfter, remedies: trusted },
    ];
    for (const { what, at, remedies } of all) {
      if (at === undefined || at > now + warnBeforeDays * day) continue;
      const date = new Date(at).toISOString();
      const cures = remedies === undefined ? {} : { remedies };
      yield at <= now
        ? { message: `${what} expired on ${date}`, severity: 'error', ...cures }
        : { message: `${what} expires in ${Math.floor((at - now) / day)}d (${date})`, ...cures };
    }
  },
});
