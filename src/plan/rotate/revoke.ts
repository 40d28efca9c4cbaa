import { ours, sentence } from '../../base/advice.ts';
import type { Credential } from '../../base/credential.ts';
import { UserError } from '../../base/errors.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation, isBeingDeleted } from '../../kube/annotations.ts';
import type { Limits } from '../../kube/api/connection.ts';
import { configKey, type Key, keyText } from '../../kube/key.ts';
import { askUntil, seconds } from '../backoff.ts';
import type { Change } from '../changes.ts';
import { identityOf } from '../data-plane.ts';
import { currentSecret, putSecret, withAnnotations } from '../registration.ts';
import { leftTokens, revokeToken, tokenChange } from '../token.ts';
import type { Unknown } from '../unknown.ts';
import { heldByOthers, unknownHolder } from '../users.ts';
import { claimOf } from './claim.ts';
import { type Control, type Rotation, resumeAll } from './plan.ts';
import type { Progress } from './undo.ts';

/** What has become of the old tokens of one ClientConfig. */
export interface Ended {
  readonly done: readonly Change[];
  /** why one stays, in words */
  readonly kept?: string;
  readonly unknown: readonly Unknown[];
}
/** The old tokens die, then the claim goes. */
export const finish = async (
  progress: Progress,
  rotations: readonly Rotation[],
  control: Control,
  limits: Limits,
  patience: number,
): Promise<Ended> => {
  const result = await revokeOld(progress.rotation, rotations, control.plane, limits, patience);
  await letGo(progress, control);
  return result;
};

const revokeOld = async (
  rotation: Rotation,
  rotations: readonly Rotation[],
  plane: ControlPlane,
  limits: Limits,
  patience: number,
): Promise<Ended> => {
  const { registration, source, claim, account, owner } = rotation;
  const { contextName } = registration;
  const { context } = source;
  const rotatedKeys = rotations.map(({ registration: { config } }) => configKey(config));
  const dyingTokens = new Map<string, Credential>();
  const unknown: Unknown[] = [];
  const stays = (token: Credential | undefined): string | undefined => {
    // That a new one is stored says only the note, which others may have written.
    if (claim.phase === 'written' && token?.fingerprint === registration.token.fingerprint) return isStored;
    const holders = token === undefined ? undefined : heldByOthers(plane, token, rotatedKeys);
    if (token !== undefined && holders === undefined) dyingTokens.set(token.fingerprint, token);
    if (holders?.unread !== undefined) unknown.push(unknownHolder(plane, owner, holders.unread));
    return holders?.why;
  };
  const changes: Change[] = [];
  const oldTokens = await oldSecrets(rotation, account.namespace);
  if (oldTokens.unknown !== undefined) unknown.push(oldTokens.unknown);
  for (const where of oldTokens.keys) {
    const removal = await revokeToken(source, where, owner, stays);
    changes.push(tokenChange(where, context, removal));
    // A Secret that is gone is no proof: the old token of this very run is tried all the same.
    if (removal === 'gone' && claim.phase === 'claimed') dyingTokens.set(registration.token.fingerprint, registration.token);
  }
  if (claim.from === undefined && claim.phase === 'claimed' && !(await isDead(rotation, registration.token))) {
    const why = 'it lives in no Secret and stays until it expires';
    const left: Change = { did: 'left', object: `the old token of ${registration.key}`, context, why };
    return { done: [...changes, left], kept: `left the old token of ${contextName}: ${why}`, unknown };
  }
  for (const token of dyingTokens.values()) await awaitDeath(rotation, token, limits, patience);
  const left = changes.flatMap(({ did, object, why }) => (did === 'left' ? [`${object} of the data plane: ${why}`] : []));
  if (left.length === 0) return { done: changes, unknown };
  const advice = changes.some(({ why }) => why === isStored) ? '' : '; delete it if nothing else uses it';
  return { done: changes, unknown, kept: `left the old token of ${contextName}: ${left.join('; ')}${advice}` };
};
const isStored = 'it is the one that is stored';
/** The Secret that held the old token, and any other of ours for this ClientConfig that a run has left; never the new one. */
const oldSecrets = async (
  { source, claim: { from, to }, owner }: Rotation,
  namespace: string,
): Promise<{ readonly keys: readonly Key[]; readonly unknown?: Unknown }> => {
  const { secrets, ...rest } = await leftTokens(source, namespace, owner);
  const all = [...(from === undefined ? [] : [from]), ...secrets.map(({ metadata: { name } }) => ({ namespace, name }))];
  const keys = [...new Map(all.map(one => [keyText(one), one])).values()].filter(one => to === undefined || keyText(one) !== keyText(to));
  return { keys, ...rest };
};

const isDead = async ({ source }: Rotation, token: Credential): Promise<boolean> => {
  const identity = await identityOf(source, token);
  return identity.status === 'fail' && identity.cause === 'unauthorized';
};
/** An API server goes on taking a revoked token for some ten seconds out of its cache. */
const awaitDeath = async (rotation: Rotation, token: Credential, limits: Limits, patience: number): Promise<void> => {
  await askUntil(
    async () => (await isDead(rotation, token)) || undefined,
    { patience, first: 100 },
    limits,
    () =>
      new UserError(
        `the old token of ${rotation.registration.contextName} is still accepted ${seconds(patience)} after its Secret went`,
        sentence`run ${resumeAll} to look again`,
      ),
  );
};

/** The claim goes from the Secret that this run has written, and from no other: what another run has made of it meanwhile is told. */
const letGo = async ({ rotation, held }: Progress, { connection }: Control): Promise<void> => {
  const { registration, claim } = rotation;
  const secret = await currentSecret(connection, registration.secret);
  const why =
    secret === undefined || isBeingDeleted(secret)
      ? 'it is being deleted'
      : claimOf(secret)?.run !== claim.run || (held !== undefined && secret.data?.['kubeconfig'] !== held.data?.['kubeconfig'])
        ? 'another run has changed it'
        : undefined;
  if (secret === undefined || why !== undefined)
    throw new UserError(
      `${registration.key} was rotated, but meanwhile ${why}`,
      sentence`run ${ours('contexts check', [registration.contextName])} to see how it is now`,
    );
  await putSecret(connection, withAnnotations(secret, { [annotation.rotation]: undefined }));
};
