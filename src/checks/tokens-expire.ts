import { contextCheck } from './check.ts';

export const tokensExpire = contextCheck({
  code: 'KC703',
  title: 'every stored token ends some day',
  severity: 'info',
  why: 'whoever has copied it can use it until its Secret is deleted in the data plane',
  cure: 'rotate it from time to time, or use tokens with an end together with the renewer',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'rotate', ...(contexts.length === 0 ? ['NAME'] : contexts)],
  needs: ['stored'],
  *run({ stored: { claims } }) {
    if (claims?.subject !== undefined && claims.expiresAt === undefined) yield { message: 'its token never expires' };
  },
});
