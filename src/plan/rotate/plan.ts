import { ours, sentence } from '../../base/advice.ts';
import type { Credential } from '../../base/credential.ts';
import { UserError } from '../../base/errors.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { keyText } from '../../kube/key.ts';
import { kinds } from '../../kube/kinds.ts';
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
    const oldName = stored.claims?.secretName;
    return {
      ...proven,
      resumed: false,
      claim: {
        run,
        startedAt: new Date(now).toISOString(),
        phase: 'claimed',
        ...(oldName === undefined ? {} : { from: { namespace: account.namespace, name: oldName } }),
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
  if (before.phase === 'written' || before.ttl === undefined) return { ...proven, resumed: true, claim: { ...before, run } };
  return { ...proven, resumed: true, claim: { ...before, run, ttl: ttl ?? refuseNotedLife(registration, before.ttl) } };
};
const year = 366 * 86_400;
/** A token with an end lives in no Secret, so whoever may write the note must not say how long nobody can revoke it. */
const refuseNotedLife = ({ key, config }: LiveRegistration, noted: number): never => {
  const again = ours('clientconfig rotate', [config.metadata.name], '--resume', '--token-ttl', `${noted}s`);
  throw new UserError(
    `refused: the rotation of ${key} makes a token with an end, and how long it lives is not taken from its note`,
    noted > year ? 'pass --token-ttl with the time that the token shall live' : sentence`run ${again} if it shall live that long`,
  );
};
/** What is yet to be made is not named by the note: under its old name a token that was revoked would come to life again. */
export const freshlyNamed = async (rotation: Rotation): Promise<Rotation> => {
  const { claim, resumed, source, account } = rotation;
  if (!resumed || claim.phase !== 'claimed' || claim.to === undefined) return rotation;
  const { namespace, name } = claim.to;
  const namesake = required(await getObject(source, kinds.secret, namespace, name), `Secret ${keyText(claim.to)}`, source.context);
  return namesake !== undefined ? rotation : { ...rotation, claim: { ...claim, to: { namespace, name: freshTokenName(account.name) } } };
};
