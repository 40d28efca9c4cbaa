import { ours, sentence } from '../../base/advice.ts';
import type { Credential } from '../../base/credential.ts';
import { UserError } from '../../base/errors.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { withToken } from '../../kube/kubeconfig/rewrite.ts';
import type { Clock } from '../await-loaded.ts';
import type { DataPlaneConnection } from '../data-plane.ts';
import type { Owner } from '../owner.ts';
import { type LiveRegistration, rewrittenKubeconfig } from '../registration.ts';
import { type Account, freshTokenName } from '../token.ts';
import { type Claim, claimOf, refuseStrayClaim } from './claim.ts';

/** One credential on its way from the old token to the new one. */
export interface Rotation {
  readonly registration: LiveRegistration;
  readonly source: DataPlaneConnection;
  /** proven: the only one that tokens are had for */
  readonly account: Account;
  readonly owner: Owner;
  readonly claim: Claim;
  readonly resumed: boolean;
}
export interface Control {
  readonly connection: Connection;
  readonly plane: ControlPlane;
}
/** Milliseconds. */
export interface Patience {
  readonly tokens: number;
  readonly operator: number;
  readonly revocation: number;
  /** shows how long the operator has been waited for */
  readonly clock?: Clock;
}

/** Finishes every rotation whose process has died. */
export const resumeAll = ours('clientconfig rotate', [], '--resume');
/** The stored kubeconfig again, as it is, with another token. */
export const rebuilt = (registration: LiveRegistration, token: Credential): string =>
  rewrittenKubeconfig(registration, kubeconfig => withToken(kubeconfig, registration.contextName, token));

/** What will be rotated; nothing is written. Refuses what another run is at, unless this one resumes it. */
export const planRotation = (
  proven: Pick<Rotation, 'registration' | 'source' | 'account' | 'owner'>,
  { run, now, resume, ttl }: { readonly run: string; readonly now: number; readonly resume: boolean; readonly ttl?: number | undefined },
): Rotation => {
  const { account, registration } = proven;
  const { key, secret, stored } = registration;
  const before = claimOf(secret);
  if (before === undefined) {
    const old = stored.claims?.secretName;
    return {
      ...proven,
      resumed: false,
      claim: {
        run,
        startedAt: new Date(now).toISOString(),
        phase: 'claimed',
        ...(old === undefined ? {} : { from: { namespace: account.namespace, name: old } }),
        ...(ttl === undefined ? { to: { namespace: account.namespace, name: freshTokenName(account.name) } } : { ttl }),
      },
    };
  }
  refuseStrayClaim(secret, before, account);
  if (!resume)
    throw new UserError(
      `refused: a rotation of ${key} is under way since ${before.startedAt}`,
      sentence`wait for it; if its process is gone, finish it with ${resumeAll}`,
    );
  return { ...proven, resumed: true, claim: { ...before, run } };
};
