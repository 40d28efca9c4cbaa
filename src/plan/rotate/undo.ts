import { type Sentence, sentence } from '../../base/advice.ts';
import type { Credential } from '../../base/credential.ts';
import { UserError } from '../../base/errors.ts';
import { annotation, isBeingDeleted } from '../../kube/annotations.ts';
import { type Connection, TransportError } from '../../kube/api/connection.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { keyText } from '../../kube/key.ts';
import { kinds, type Secret } from '../../kube/kinds.ts';
import { usernameOf } from '../account.ts';
import type { Change } from '../changes.ts';
import { identityOf } from '../data-plane.ts';
import { currentSecret, putSecret, withAnnotations, withKubeconfig } from '../registration.ts';
import { foreign, revokeToken, tokenOf } from '../token.ts';
import { claimOf } from './claim.ts';
import { type Rotation, rebuilt, resumeAll } from './plan.ts';

/** How far one rotation has come in this run. */
export interface Progress {
  readonly rotation: Rotation;
  /** the stored Secret as this run has last written it */
  held?: Secret;
  /** this run has made the Secret of the new token, or has sent it and lost the answer */
  minted: boolean;
  /** the kubeconfig that this run has sent, in base64 */
  sent?: string | undefined;
}

type Did = (change: Change) => void;
/** Undoes what one rotation has done so far, as far as it is still this run that holds it, in one line. */
export const takeBack = async (connection: Connection, progress: Progress, did: Did): Promise<Sentence> => {
  const { registration } = progress.rotation;
  const what = `Secret ${registration.secret.metadata.namespace}/${registration.secret.metadata.name}`;
  try {
    const secret = await currentSecret(connection, registration.secret);
    const outcome = await putBack(connection, progress, secret, what, did);
    const removed = await removeNew(progress, secret);
    return `${outcome}${removed ? ' and removed the new token' : ''}`;
  } catch (error) {
    if (error instanceof TransportError || error instanceof UserError)
      return sentence`left ${what}: ${error.message}; finish with ${resumeAll}`;
    throw error;
  }
};
const holder = (secret: Secret): string | undefined => {
  try {
    return claimOf(secret)?.run;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
};
const putBack = async (
  connection: Connection,
  { rotation: { registration, claim }, held, sent }: Progress,
  current: Secret | undefined,
  what: string,
  did: Did,
): Promise<string> => {
  const { secret } = registration;
  if (current === undefined) return `left ${what}: it is gone`;
  if (isBeingDeleted(current)) return `left ${what}: it is being deleted`;
  if (holder(current) !== claim.run) return held === undefined ? `nothing to undo for ${what}` : `left ${what}: another run has taken over`;
  const { kubeconfig } = current.data ?? {};
  // Of what others have stored meanwhile nothing is overwritten; their annotations stay in any case.
  const isOurs = kubeconfig === secret.data?.['kubeconfig'] || (sent !== undefined && kubeconfig === sent);
  const before = withAnnotations(current, {
    [annotation.rotation]: undefined,
    ...(isOurs ? { [annotation.tokenSecret]: secret.metadata.annotations?.[annotation.tokenSecret] } : {}),
  });
  await putSecret(connection, isOurs && secret.data !== undefined ? { ...before, data: secret.data } : before);
  if (isOurs) did({ did: 'restored', object: what, context: connection.context });
  return isOurs ? `restored ${what}` : `left the kubeconfig of ${what}: someone else has changed it since`;
};
/**
 * The new token goes where this run has made it, or has held the claim that names it; and unless it has come into use: another run may have
 * resumed this rotation, and even ended it.
 */
const removeNew = async (
  { rotation: { claim, source, owner, resumed }, held, minted }: Progress,
  current: Secret | undefined,
): Promise<boolean> => {
  if (claim.to === undefined || !(minted || (resumed && held !== undefined))) return false;
  const { annotations = {} } = current?.metadata ?? {};
  const isOurs = current === undefined || isBeingDeleted(current) || holder(current) === claim.run;
  const naming = [annotations[annotation.rotation], annotations[annotation.tokenSecret]].join();
  if (!isOurs && naming.includes(keyText(claim.to))) return false;
  return (await revokeToken(source, claim.to, owner)) === 'deleted';
};

/** The old credential again, out of the Secret of the old token where this run has not read it itself; what came of it in one line. */
export const restore = async (
  connection: Connection,
  rotation: Rotation,
  did: Did,
): Promise<{ readonly restored: boolean; readonly text: string }> => {
  const { registration, source, claim, owner } = rotation;
  const left = (why: string) => ({ restored: false, text: `left ${what}: ${why}` });
  const what = `Secret ${registration.secret.metadata.namespace}/${registration.secret.metadata.name}`;
  try {
    const secret = await currentSecret(connection, registration.secret);
    if (secret === undefined || isBeingDeleted(secret)) {
      // Whoever deletes it revokes what it names; the token that this run has made goes here.
      if (claim.to !== undefined) await revokeToken(source, claim.to, owner);
      return left('it is being deleted');
    }
    if (holder(secret) !== claim.run) return left('another run has taken over');
    const previousToken = claim.phase === 'claimed' ? registration.token : await oldToken(rotation);
    if (typeof previousToken === 'string') return left(previousToken);
    await putSecret(
      connection,
      withAnnotations(withKubeconfig(secret, rebuilt(registration, previousToken)), {
        [annotation.rotation]: undefined,
        [annotation.tokenSecret]: claim.from === undefined ? undefined : keyText(claim.from),
      }),
    );
    did({ did: 'restored', object: what, context: connection.context });
    if (claim.to !== undefined) await revokeToken(source, claim.to, owner);
    return { restored: true, text: `restored ${what} and removed the new token` };
  } catch (error) {
    if (error instanceof UserError || error instanceof TransportError) return left(error.message);
    throw error;
  }
};
/** The old token as the data plane keeps it: one of ours, and of the proven account as the API server says; else why not. */
const oldToken = async ({ claim, source, account, owner }: Rotation): Promise<Credential | string> => {
  if (claim.from === undefined) return 'its old token is in no Secret, so it cannot be restored';
  const { namespace, name } = claim.from;
  const secret = required(await getObject(source, kinds.secret, namespace, name), `Secret ${keyText(claim.from)}`, source.context);
  const token = tokenOf(secret);
  if (secret === undefined || token === undefined) return 'its old token is gone';
  const reason = foreign(secret, owner);
  if (reason !== undefined) return `Secret ${keyText(claim.from)} is not its old token: ${reason}`;
  const identity = await identityOf(source, token);
  if (identity.status === 'pass' && identity.value.username === usernameOf(account)) return token;
  return `whose the token in Secret ${keyText(claim.from)} is could not be proven`;
};
