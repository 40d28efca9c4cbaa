import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

const day = 86_400_000;
export const tokensDoNotExpire = contextCheck({
  code: 'KC701',
  title: 'no stored token expires soon',
  severity: 'warning',
  why: 'the operator holds a static token and cannot renew it: that data plane is lost the moment it expires',
  cure: 'rotate the credential before that day',
  fix: createAgain(),
  *run({ name, stored }, { now, warnBeforeDays }) {
    const expiresAt = stored?.ok === true ? stored.value.claims?.expiresAt : undefined;
    if (expiresAt === undefined || expiresAt > now + warnBeforeDays * day) return;
    const date = new Date(expiresAt).toISOString();
    yield expiresAt <= now
      ? { context: name, message: `its token expired on ${date}`, severity: 'error', blocksStart: true }
      : { context: name, message: `its token expires in ${Math.floor((expiresAt - now) / day)}d (${date})` };
  },
});
