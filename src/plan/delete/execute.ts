import { type CommandLine, ours, sentence } from '../../base/advice.ts';
import { throwIfOver } from '../../base/deadline.ts';
import { UserError } from '../../base/errors.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { isBeingDeleted } from '../../kube/annotations.ts';
import { type Connection, type Limits, TransportError } from '../../kube/api/connection.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { configKey, keyText, secretKey } from '../../kube/key.ts';
import { type ClientConfig, kinds, type Secret } from '../../kube/kinds.ts';
import { askUntil, seconds } from '../backoff.ts';
import type { Change } from '../changes.ts';
import type { DataPlaneConnection } from '../data-plane.ts';
import { strange } from '../owner.ts';
import { refusal } from '../refusals.ts';
import { currentSecret } from '../registration.ts';
import { remove } from '../remove.ts';
import type { Unknown } from '../unknown.ts';
import { heldBy, hold, letGo } from './hold.ts';
import { type Deletion, isNamed, namedAgain, sharedWith } from './plan.ts';
import { revive } from './revive.ts';
import { withdrawSecret } from './rights.ts';
import { revokeTokens, unknownTokens } from './tokens.ts';

export interface Deleting {
  readonly connection: Connection;
  /** reads the control plane anew */
  readonly look: () => Promise<ControlPlane>;
  /** who uses a context by then; nobody, where the deletion is forced */
  readonly usersOf: (controlPlane: ControlPlane, config: ClientConfig) => readonly string[];
  /** a way into the data plane of what is deleted */
  readonly openSource: (deletion: Deletion) => Promise<DataPlaneConnection>;
  /** goes on where a token could not be revoked: its data plane is gone for good */
  readonly leaveTokens: boolean;
  readonly patience: number;
  readonly limits: Limits;
  readonly say: (change: Change) => void;
  readonly unknown: (one: Unknown) => void;
}
/** One deletion on its way, with its Secret as it is held. */
interface Held {
  readonly deletion: Deletion;
  readonly secret?: Secret;
}
const again = ({ key }: Deletion): CommandLine => ours('clientconfig delete', [key]);

/**
 * All ClientConfigs in one burst, so that the operator restarts once; when each is gone, and still nothing uses its context, its Secret
 * and its tokens. A Secret is held by a finalizer until they are revoked, so that a run which is cut short at any point is finished by the
 * same command. What fails of one does not stop the others; the first failure is thrown at the end.
 */
export const executeDeletions = async (deletions: readonly Deletion[], deleting: Deleting): Promise<void> => {
  const { limits } = deleting;
  const stop = (): void => throwIfOver(limits);
  const holds = await holdAll(deletions, deleting, stop);
  stop();
  const failures: unknown[] = [];
  const results = await Promise.allSettled(holds.map(one => removeConfig(one, deleting)));
  const goneHolds = holds.filter((_, index) => results[index]?.status === 'fulfilled');
  for (const one of results) if (one.status === 'rejected') failures.push(one.reason);
  if (goneHolds.length > 0) {
    stop();
    const controlPlane = await deleting.look();
    for (const one of goneHolds) {
      stop();
      await finish(one, controlPlane, deleting).catch((error: unknown) => failures.push(error));
    }
  }
  const [first, ...others] = failures;
  for (const error of others)
    if (error instanceof UserError)
      deleting.say({ did: 'left', object: 'the rest', context: deleting.connection.context, why: error.message });
  if (first !== undefined) throw first;
};

const holdAll = async (deletions: readonly Deletion[], { connection }: Deleting, stop: () => void): Promise<readonly Held[]> => {
  const all: Held[] = [];
  try {
    for (const deletion of deletions) {
      stop();
      const { secret, key } = deletion;
      if (secret === undefined || deletion.secretStays !== undefined) all.push({ deletion });
      else all.push({ deletion, secret: isBegun(deletion) ? secret : await hold(connection, secret, key) });
    }
    return all;
  } catch (error) {
    // Nothing is deleted yet: what is held is let go again, as far as that can be done.
    for (const { deletion, secret } of all)
      if (secret !== undefined && !isBegun(deletion)) await letGo(connection, secret).catch(() => undefined);
    throw error;
  }
};

/** An earlier run holds its Secret already. */
const isBegun = ({ config, secret }: Deletion): boolean => config === undefined && secret !== undefined && isBeingDeleted(secret);

const removeConfig = async ({ deletion, secret }: Held, { connection, patience, limits, say }: Deleting): Promise<void> => {
  const { config } = deletion;
  if (config === undefined) return;
  const { namespace, name, uid } = config.metadata;
  const removal = await remove(connection, kinds.clientConfig, { namespace, name }, current =>
    current.metadata.uid === uid && sameSpec(current, config) ? undefined : 'it was changed meanwhile',
  );
  if (typeof removal === 'object') {
    if (secret !== undefined) await letGo(connection, secret);
    throw new UserError(
      `left ClientConfig ${configKey(config)} in ${connection.context}: ${removal.left}`,
      sentence`look at it, then run ${again(deletion)}`,
    );
  }
  await awaitGone(deletion, config, connection, patience, limits);
  say({ did: 'deleted', object: `ClientConfig ${configKey(config)}`, context: connection.context });
};
const sameSpec = ({ spec: one }: ClientConfig, { spec: other }: ClientConfig): boolean =>
  one?.contextName === other?.contextName && one?.kubeConfigSecret?.name === other?.kubeConfigSecret?.name;

/** The API answers a deletion at once, and the object stays until its last finalizer goes. Before that, its Secret is needed. */
const awaitGone = async (
  deletion: Deletion,
  config: ClientConfig,
  connection: Connection,
  patience: number,
  limits: Limits,
): Promise<void> => {
  const { namespace, name, uid } = config.metadata;
  const what = `ClientConfig ${configKey(config)}`;
  let finalizers: readonly string[] = [];
  await askUntil(
    async () => {
      const liveConfig = required(await getObject(connection, kinds.clientConfig, namespace, name), what, connection.context);
      if (liveConfig === undefined) return true;
      if (liveConfig.metadata.uid !== uid) throw createdAgain(deletion, connection);
      // Nothing was deleted where the look before it found nothing, and so nothing ever goes.
      if (liveConfig.metadata.deletionTimestamp === undefined)
        throw new UserError(`${what} in ${connection.context} is there, though the API had said that it is gone`, again(deletion));
      finalizers = liveConfig.metadata.finalizers ?? [];
      return undefined;
    },
    { patience },
    limits,
    () =>
      finalizers.length === 0
        ? new UserError(`${what} in ${connection.context} is not gone ${seconds(patience)} after its deletion`, again(deletion))
        : heldBy(
            what,
            connection.context,
            finalizers,
            sentence`see what ${finalizers.join(', ')} waits for; when it is gone, run ${again(deletion)}`,
          ),
  );
};

const createdAgain = (deletion: Deletion, { context }: Connection): UserError =>
  new UserError(
    `ClientConfig ${deletion.key} in ${context} was created again during the deletion, so its Secret stays`,
    sentence`take it out of what makes it anew, then run ${again(deletion)}`,
  );

const finish = async ({ deletion, secret }: Held, fresh: ControlPlane, deleting: Deleting): Promise<void> => {
  const { connection, say } = deleting;
  const { config, secretStays } = deletion;
  const users = config === undefined ? [] : deleting.usersOf(fresh, config);
  if (config !== undefined && users.length > 0) return revive(config, secret, users, deleting);
  // A repository that is applied again and again makes it anew within a moment.
  if (config !== undefined && isNamed(fresh, deletion.key)) {
    if (secret !== undefined) await letGo(connection, secret);
    throw createdAgain(deletion, connection);
  }
  const { secret: plannedSecret } = deletion;
  const what = `Secret ${plannedSecret === undefined ? '' : configKey(plannedSecret)}`;
  if (secret === undefined) {
    if (secretStays !== undefined) say({ did: 'left', object: what, context: connection.context, why: secretStays });
    // Where its data plane is, only the Secret could tell.
    else if (config?.spec?.kubeConfigSecret?.name !== undefined)
      deleting.unknown(unknownTokens(deletion, connection.context, `Secret ${secretKey(config)} does not exist`));
    return;
  }
  const sharedIn = (plane: ControlPlane) => (config === undefined ? namedAgain(plane, secret) : sharedWith(plane, config));
  if (sharedIn(fresh) !== undefined) {
    await letGo(connection, secret);
    const later = await deleting.look();
    const sharing = sharedIn(later);
    if (sharing !== undefined) return say({ did: 'left', object: what, context: connection.context, why: sharing });
    // A run that has taken its ClientConfig back while the Secret was held has left the Secret to this one.
    const liveSecret = await currentSecret(connection, secret);
    if (liveSecret === undefined || liveSecret.metadata.uid !== secret.metadata.uid)
      return say({ did: 'gone', object: what, context: connection.context });
    return finish({ deletion, secret: await hold(connection, liveSecret, deletion.key) }, later, deleting);
  }
  const removal = await remove(connection, kinds.secret, secret.metadata, current =>
    current.metadata.uid !== secret.metadata.uid
      ? 'another one of the same name has taken its place'
      : isBeingDeleted(current)
        ? strange(current, deletion.owner)
        : 'it was taken out of the deletion',
  );
  if (typeof removal === 'object')
    throw new UserError(`left ${what} in ${connection.context}: ${removal.left}`, sentence`look at it, then run ${again(deletion)}`);
  await revokeOr(deletion, fresh, deleting);
  const finalizers = await letGo(connection, secret);
  if (finalizers.length > 0)
    throw heldBy(what, connection.context, finalizers, sentence`see what ${finalizers.join(', ')} waits for; the token is revoked`);
  say({ did: 'deleted', object: what, context: connection.context });
  for (const change of await withdrawSecret(connection, secret.metadata.namespace, secret.metadata.name)) say(change);
};

/** The tokens die, or the Secret stays to be finished with, unless the user gives them up. */
const revokeOr = async (
  deletion: Deletion,
  fresh: ControlPlane,
  { openSource, say, unknown, leaveTokens, connection }: Deleting,
): Promise<void> => {
  try {
    const source = await openSource(deletion);
    try {
      const revocation = await revokeTokens(deletion, fresh, source);
      for (const change of revocation.done) say(change);
      for (const one of revocation.unknown) unknown(one);
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof TransportError)) throw error;
    // Of a credential that lives in no Secret nothing can be revoked, so nothing is left to be finished.
    const { token } = deletion;
    if (token !== undefined && leaveTokens)
      return say({ did: 'left', object: `Secret ${keyText(token)}`, context: 'the data plane', why: error.message, token: true });
    if (token === undefined) return unknown(unknownTokens(deletion, connection.context, error.message));
    throw refusal('unrevoked-token', {
      why: `the token of ${deletion.key} is not revoked, so its Secret in ${connection.context} is kept: ${error.message}`,
      cure: sentence`run ${again(deletion)} when the data plane answers, or with --from-context and your own context of it`,
    });
  }
};
