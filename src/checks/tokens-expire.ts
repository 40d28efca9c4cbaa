import { byHand, ours, sentence } from '../base/advice.ts';
import { contextCheck } from './check.ts';
import { rotated, several } from './remedies.ts';

export const tokensExpire = contextCheck({
  code: 'KC703',
  title: 'every stored token ends some day',
  severity: 'info',
  about: 'Secret',
  why: 'whoever has copied it can use it until its Secret is deleted in the data plane',
  cure: 'rotate to tokens with an end, together with the renewer, or accept tokens without one with --suppress KC703',
  remedies: several(
    () => [
      byHand(
        sentence`have the renewer run first, which ${ours('clientconfig renewer')} prints when it is given --image; or accept tokens without an end with --suppress KC703`,
      ),
    ],
    rotated('--token-ttl', '90d'),
  ),
  needs: ['stored'],
  *run({ stored: { claims } }) {
    if (claims?.subject !== undefined && claims.expiresAt === undefined) yield { message: 'its token never expires' };
  },
});
