import { ours, type Sentence, sentence } from '../../base/advice.ts';
import type { Credential } from '../../base/credential.ts';
import { firstOf, throwIfOver } from '../../base/deadline.ts';
import { UserError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import { lateFault } from '../../checks/start.ts';
import { probe } from '../../fleet/from-cluster/probe.ts';
import { annotation } from '../../kube/annotations.ts';
import type { Connection, Limits } from '../../kube/api/connection.ts';
import { configKey, keyText } from '../../kube/key.ts';
import type { Secret } from '../../kube/kinds.ts';
import { parseStored } from '../../kube/kubeconfig/parse.ts';
import { rotationNoteText } from '../../kube/rotation-note.ts';
import { usernameOf } from '../account.ts';
import { awaitLoaded } from '../await-loaded.ts';
import type { Change } from '../changes.ts';
import { operatorToLoad, putSecret, withAnnotations, withKubeconfig } from '../registration.ts';
import { awaitToken, mintToken, refuseShortLife, requestToken } from '../token.ts';
import type { Unknown } from '../unknown.ts';
import { type Control, type Patience, type Rotation, rebuilt, resumeAll } from './plan.ts';
import { finish } from './revoke.ts';
import { type Progress, restore, takeBack } from './undo.ts';

type Say = (line: string) => void;
type Warn = (line: Sentence) => void;
/** Who is told how far a rotation is: its steps in lines, what people must know, and what of it is done. */
export interface Told {
  readonly say: Say;
  readonly warn: Warn;
  readonly did: (change: Change) => void;
  readonly unknown: (one: Unknown) => void;
}
/**
 * Claim, mint, prove, write all in one burst, wait for the operator, revoke the old tokens, prove them dead, let the claim go.
 * Before the burst is whole everything is taken back on a failure or Ctrl-C; after it the rotation can be resumed from any machine,
 * and when the operator does not come back the old credentials are restored.
 */
export const rotate = async (
  rotations: readonly Rotation[],
  control: Control,
  limits: Limits,
  patience: Patience,
  { say, warn, did, unknown }: Told,
): Promise<void> => {
  const all: readonly Progress[] = rotations.map(rotation => ({ rotation, minted: false }));
  const claims = all.filter(({ rotation }) => rotation.claim.phase === 'claimed');
  try {
    await replaceAll(all, claims, control, limits, patience, say);
  } catch (error) {
    for (const progress of claims) warn(await takeBack(control.connection, progress, did));
    if (claims.length < all.length) warn(howToFinish);
    throw error;
  }
  const { context } = control.connection;
  for (const { rotation } of claims) did({ did: 'updated', object: secretOf(rotation), context, why: 'a new token' });
  await load(rotations, control, limits, patience, { say, warn, did, unknown });
  try {
    let deadCount = 0;
    for (const progress of all) {
      const result = await finish(progress, rotations, control, limits, patience.revocation);
      for (const change of result.done) did(change);
      for (const one of result.unknown) unknown(one);
      if (result.kept === undefined) deadCount++;
      else warn(result.kept);
    }
    const answer = deadCount === 1 ? 'the old token answers' : 'old tokens answer';
    say(`[5/5] revoked ${deadCount}/${all.length}${deadCount === 0 ? '' : `, ${answer} 401`}`);
  } catch (error) {
    warn(howToFinish);
    throw error;
  }
};
const secretOf = ({ registration: { secret } }: Rotation): string => `Secret ${configKey(secret)}`;
const howToFinish = sentence`the new credentials are stored and the old tokens still work: finish with ${resumeAll}`;

const replaceAll = async (
  all: readonly Progress[],
  fresh: readonly Progress[],
  { connection, plane }: Control,
  limits: Limits,
  patience: Patience,
  say: Say,
): Promise<void> => {
  const stop = (): void => throwIfOver(limits);
  for (const progress of all) {
    stop();
    progress.held = await claimIt(connection, progress.rotation);
  }
  const ready: { progress: Progress; token: Credential }[] = [];
  for (const progress of fresh) {
    stop();
    ready.push({ progress, token: await newToken(progress, limits, patience.tokens) });
  }
  const count = all.length;
  say(`[1/5] minted ${fresh.length === count ? '' : `the missing ${fresh.length} of `}${plural(count, 'token')}`);
  const { watches } = operatorToLoad(plane);
  await Promise.all(ready.map(({ progress, token }) => prove(progress.rotation, token, watches, limits)));
  say(`[2/5] proven ${ready.length}/${ready.length}`);
  stop();
  // All Secrets at once, so that the operator restarts once.
  const results = await Promise.allSettled(ready.map(({ progress, token }) => store(connection, progress, token)));
  const failure = results.find(one => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  say(`[3/5] written ${ready.length}/${ready.length} in one burst`);
};

/** The claim is the lock: it is written onto the Secret as it was read, so of two runs one gets a conflict. */
const claimIt = async (connection: Connection, { registration: { secret }, claim }: Rotation): Promise<Secret> =>
  putSecret(connection, withAnnotations(secret, { [annotation.rotation]: rotationNoteText(claim) }));

const newToken = async (progress: Progress, limits: Limits, patience: number): Promise<Credential> => {
  const { source, claim, account, owner, registration } = progress.rotation;
  if (claim.to !== undefined) {
    // Noted before it is sent: a write whose answer is lost may still have landed.
    progress.minted = true;
    progress.minted = await mintToken(source, account, claim.to, owner);
    return awaitToken(source, account, claim.to, patience, limits);
  }
  const { ttl = 0 } = claim;
  const { token, lives } = await requestToken(source, account, ttl);
  refuseShortLife(registration.contextName, ttl, lives);
  return token;
};

/** The new credential must be of the proven account, and carry the operator over its next start, which it is about to cause. */
const prove = async (
  { registration, account }: Rotation,
  token: Credential,
  watches: readonly string[] | 'all',
  limits: Limits,
): Promise<void> => {
  const { contextName } = registration;
  const tokenProbe = await probe(contextName, parseStored(rebuilt(registration, token), contextName), watches, limits);
  const username = tokenProbe.identity.status === 'pass' ? tokenProbe.identity.value.username : undefined;
  const fault =
    lateFault(tokenProbe)?.message ??
    (username === usernameOf(account) ? undefined : username === undefined ? 'whose it is is not known' : `it is ${username}`);
  if (fault === undefined) return;
  throw new UserError(
    `refused: the new token of ${contextName} would not carry the operator: ${fault}`,
    sentence`run ${ours('contexts check', [contextName])} to see why; the stored credential was not touched`,
  );
};

const store = async (connection: Connection, progress: Progress, token: Credential): Promise<void> => {
  const { registration, claim } = progress.rotation;
  const secret = withKubeconfig(progress.held ?? registration.secret, rebuilt(registration, token));
  progress.sent = secret.data?.['kubeconfig'];
  progress.held = await putSecret(
    connection,
    withAnnotations(secret, {
      [annotation.rotation]: rotationNoteText({ ...claim, phase: 'written' }),
      [annotation.tokenSecret]: claim.to === undefined ? undefined : keyText(claim.to),
    }),
  );
};

/** Until the operator has loaded what is stored; where it does not, the old credentials come back. */
const load = async (
  rotations: readonly Rotation[],
  { connection, plane }: Control,
  limits: Limits,
  patience: Patience,
  { say, warn, did }: Told,
): Promise<void> => {
  const configs = rotations.map(({ registration: { config } }) => ({
    namespace: config.metadata.namespace ?? '',
    name: config.metadata.name,
  }));
  try {
    await awaitLoaded(connection, configs, plane, limits, patience.operator, line => say(`[4/5] ${line}`), patience.clock);
  } catch (error) {
    if (firstOf(limits.signal, limits.deadline).aborted || !(error instanceof UserError)) {
      warn(howToFinish);
      throw error;
    }
    const left: string[] = [];
    for (const rotation of rotations) {
      const { restored, text } = await restore(connection, rotation, did);
      warn(text);
      if (!restored) left.push(rotation.registration.key);
    }
    const end = left.length === 0 ? 'the old credentials were restored' : `the old credentials of ${left.join(', ')} were not restored`;
    throw new UserError(`${error.message.replace(/; what was written stays$/, '')}; ${end}`, error.fix);
  }
};
