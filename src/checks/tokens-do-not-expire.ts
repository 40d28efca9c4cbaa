import { contextCheck } from './check.ts';
import { created, rotated, rotatedByUser } from './remedies.ts';

const day = 86_400_000;
export const tokensDoNotExpire = contextCheck({
  code: 'KC701',
  title: 'no stored token or client certificate expires soon',
  background: {
    read: 'the end that the stored token or client certificate names',
    causes: ['a token that was requested with an expiry', 'a client certificate of kubeadm, which lives for a year'],
    prevent: 'run the renewer, or rotate by a schedule',
    related: ['KC401', 'KC703'],
  },
  severity: 'warning',
  about: 'Secret',
  why: 'the operator cannot renew what is stored: that data plane is lost the moment it expires',
  cure: 'rotate the credential before that day',
  remedies: rotated(),
  needs: ['stored'],
  helps: ['identity'],
  *run({ stored, identity }, { now, warnBeforeDays, source }) {
    const { claims, clientCertificateNotAfter, token } = stored;
    const all = [
      { what: 'token', at: claims?.expiresAt, alone: true, remedies: rotated() },
      { what: 'client certificate', at: clientCertificateNotAfter, alone: token === undefined, remedies: created() },
    ];
    for (const { what, at, alone, remedies } of all) {
      if (at === undefined || at > now + warnBeforeDays * day) continue;
      const date = new Date(at).toISOString();
      // An API server that accepts it all the same has a clock of its own.
      const blocksStart = source === 'manifests' ? alone : identity.ok && identity.value.status === 'fail';
      yield at <= now
        ? {
            message: `its ${what} expired on ${date}`,
            severity: 'error',
            remedies: what === 'token' ? rotatedByUser : remedies,
            ...(blocksStart ? { blocksStart } : {}),
          }
        : { message: `its ${what} expires in ${Math.floor((at - now) / day)}d (${date})`, remedies };
    }
  },
});
