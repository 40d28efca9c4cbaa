import { byHand, ours, sentence } from '../base/advice.ts';
import { contextCheck } from './check.ts';
import { rotated, several } from './remedies.ts';

export const tokensExpire = contextCheck({
  code: 'KC703',
  title: 'every stored token ends some day',
  background: {
    read: 'the claims of the stored token',
    causes: ['the token of a token Secret, which is what the operator can use without a renewal'],
    prevent: 'run the renewer with tokens that have an end, or accept the finding with --suppress KC703',
    related: ['KC701', 'KC406'],
  },
  severity: 'info',
  about: 'Secret',
  why: 'whoever has copied it can use it until its Secret is deleted in the data plane',
  cure: 'rotate to expiring tokens and let the renewer renew them, or accept tokens that never expire with --suppress KC703',
  remedies: several(
    () => [
      byHand(
        sentence`first apply the renewer that ${ours('clientconfig renewer')} prints (it needs --image); or accept tokens that never expire with --suppress KC703`,
      ),
    ],
    rotated('--token-ttl', '90d'),
  ),
  needs: ['stored'],
  *run({ stored: { claims } }) {
    if (claims?.subject !== undefined && claims.expiresAt === undefined) yield { message: 'its token never expires' };
  },
});
