import { unreads } from '../../base/cause.ts';
import { UserError, usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { shortList } from '../../base/text.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import type { Connection, Limits } from '../../kube/api/connection.ts';
import { configKey, keyText } from '../../kube/key.ts';
import type { ClientConfig } from '../../kube/kinds.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import { effectiveContext } from '../../operator/references.ts';
import { type Planned, plannedLine } from '../../plan/changes.ts';
import { type DataPlaneConnection, openDataPlane } from '../../plan/data-plane.ts';
import { executeDeletions } from '../../plan/delete/execute.ts';
import { type Deletion, leftoverSecret, planDeletion, storedIn } from '../../plan/delete/plan.ts';
import { overridesOf } from '../../plan/refusals.ts';
import { isNobody, refuseRestartIntoCrash, selectConfigs, watchedConfigs } from '../../plan/registration.ts';
import { usersOf } from '../../plan/users.ts';
import { allowed, names, sourceFor, sourcesByKey, sourcesOf, timeLimit } from '../options.ts';
import { type DeleteArgs, deleteUsage } from './usage.ts';
import { withWriting } from './writing.ts';

export const clientconfigDelete = async (io: IO, args: DeleteArgs): Promise<void> => {
  const configNames = args.NAME;
  const allow = allowed(args.allow, overridesOf('delete'));
  const patience = timeLimit(args.timeout, '--timeout');
  const sources = sourcesOf(names(args['from-context']), configNames);
  let begun = false;
  await withWriting(io, args, { verb: 'delete', usage: deleteUsage }, async ({ config: user, connection, limits }, writing) => {
    const look = (): Promise<ControlPlane> => readControlPlane(connection, args.namespace);
    const controlPlane = await look();
    const deletions = await plan(connection, controlPlane, configNames);
    const keys = deletions.map(({ key }) => key);
    const contextByKey = sourcesByKey(sources, name => meant(controlPlane, name) ?? keys.find(key => key.split('/')[1] === name));
    const configs = deletions.flatMap(({ config }) => (config === undefined ? [] : [config]));
    const forced = args.force === true;
    if (!forced) refuse(controlPlane, configs);
    const steps = deletions.flatMap(one => stepsOf(one, connection.context));
    for (const step of steps) writing.say(plannedLine(step));
    const changes = configs.map(({ metadata: { namespace } }) => ({ namespace, content: true }));
    const word = forced ? { word: configNames.join(' ') } : {};
    if (!(await writing.agreed({ controlPlane, steps, touched: changes, what: `delete ${configNames.join(', ')}`, ...word }))) return;
    begun = true;
    await executeDeletions(deletions, {
      connection,
      look,
      usersOf: (fresh, config) => (forced ? [] : usersWithout(fresh, config)),
      openSource: deletion => openSource(deletion, user, contextByKey, limits),
      leaveTokens: allow.includes('unrevoked-token'),
      patience,
      limits,
      say: writing.did,
      unknown: writing.unknown,
    });
  }).catch((error: unknown) => {
    if (begun && io.interrupted.aborted) io.err('interrupted: run the same command again to finish what was begun\n');
    throw error;
  });
};

/** The ClientConfigs, or the Secrets that a deletion of these names has left. */
const plan = async (connection: Connection, controlPlane: ControlPlane, wanted: readonly string[]): Promise<readonly Deletion[]> => {
  const deletionByKey = new Map<string, Deletion>();
  for (const name of wanted) {
    const one = await planDeletion(connection, controlPlane, await find(connection, controlPlane, name));
    deletionByKey.set(one.key, one);
  }
  return [...deletionByKey.values()];
};
const find = async (connection: Connection, controlPlane: ControlPlane, name: string): Promise<Parameters<typeof planDeletion>[2]> => {
  try {
    const [config] = selectConfigs(controlPlane, [name]);
    if (config !== undefined) return { config };
  } catch (error) {
    if (!(error instanceof UserError) || !isNobody(controlPlane, name)) throw error;
    const leftoverRead = await leftoverSecret(connection, controlPlane, name);
    if (leftoverRead.ok && leftoverRead.value !== undefined) return { leftover: leftoverRead.value };
    if (leftoverRead.ok) throw error;
    const { exit, cure } = unreads[leftoverRead.reason];
    throw new UserError(
      `${error.message}, and whether a deletion has left its Secret could not be read: ${leftoverRead.detail}`,
      cure(connection.context),
      exit,
    );
  }
  throw usage('no ClientConfig to delete is named', 'name it');
};

/** The ClientConfig that a name means; of one that is gone its Secret is left. */
const meant = (controlPlane: ControlPlane, name: string): string | undefined =>
  isNobody(controlPlane, name) ? undefined : selectConfigs(controlPlane, [name]).map(configKey)[0];

const openSource = (
  deletion: Deletion,
  user: UserKubeconfig,
  sources: ReadonlyMap<string, string>,
  limits: Limits,
): Promise<DataPlaneConnection> => {
  const { key, secret } = deletion;
  const { contextName, stored } = storedIn(deletion);
  const sourceContext = sourceFor(sources, key);
  if (secret === undefined || !stored.ok)
    throw new UserError('its stored kubeconfig is not usable', 'name your own context of the data plane with --from-context');
  return openDataPlane({ contextName, secret, stored: stored.value }, user, sourceContext, limits);
};

const refuse = (controlPlane: ControlPlane, configs: readonly ClientConfig[]): void => {
  for (const config of configs) {
    const users = usersWithout(controlPlane, config, configs);
    if (users.length === 0) continue;
    throw new UserError(
      `refused: ${effectiveContext(config)} is used by ${shortList(users, 6)}`,
      `remove those datacenters first: without the context they cannot be reconciled, and their K8ssandraCluster can no longer be deleted, for its finalizer needs it`,
      4,
      '--force',
    );
  }
  if (configs.length > 0) refuseRestartIntoCrash(controlPlane, configs.map(configKey), '--force');
};
/** Who loses a context with its last provider: see the undeletable cluster of operator cleanup.go. */
const usersWithout = (controlPlane: ControlPlane, config: ClientConfig, going: readonly ClientConfig[] = [config]): readonly string[] => {
  const context = effectiveContext(config);
  const keys = going.map(configKey);
  const others = watchedConfigs(controlPlane).some(other => effectiveContext(other) === context && !keys.includes(configKey(other)));
  return others ? [] : usersOf(controlPlane, context, '--force');
};
const stepsOf = ({ config, secret, secretStays, token }: Deletion, context: string): readonly Planned[] => [
  ...(config === undefined ? [] : [{ will: 'delete', object: `ClientConfig ${configKey(config)}`, context } as const]),
  ...(secret === undefined
    ? []
    : secretStays === undefined
      ? [{ will: 'delete', object: `Secret ${configKey(secret)}`, context } as const]
      : [{ will: 'keep', object: `Secret ${configKey(secret)}`, context, note: `stays: ${secretStays}` } as const]),
  ...(token === undefined ? [] : [{ will: 'delete', object: `token Secret ${keyText(token)}`, context: 'the data plane' } as const]),
];
