import { throwIfOver } from '../../base/deadline.ts';
import { UserError, usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { shortList } from '../../base/text.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { configKey } from '../../kube/key.ts';
import { effectiveContext } from '../../operator/references.ts';
import { plannedLine } from '../../plan/changes.ts';
import { takenContext } from '../../plan/refusals.ts';
import { readRegistration, refuseRestartIntoCrash, selectConfigs, watchedConfigs } from '../../plan/registration.ts';
import { executeRename } from '../../plan/update.ts';
import { usersOf } from '../../plan/users.ts';
import { type RenameArgs, rename as renameUsage } from './usage.ts';
import { withWriting } from './writing.ts';

export const clientconfigRename = async (io: IO, args: RenameArgs): Promise<void> => {
  const { NAME, CONTEXT: name } = args;
  if (name.trim() === '' || /\s/.test(name))
    throw usage('the new context name is empty or has a blank in it', 'pass a name without blanks');
  await withWriting(io, args, { verb: 'rename', usage: renameUsage }, async ({ connection, limits }, writing) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const [config] = selectConfigs(controlPlane, [NAME]);
    if (config === undefined) return;
    const oldName = effectiveContext(config);
    const object = `ClientConfig ${configKey(config)}`;
    const { context } = connection;
    const what = `rename ${oldName} to ${name}`;
    if (oldName === name) {
      await writing.agreed({ controlPlane, steps: [{ will: 'keep', object, context }], touched: [], what });
      return;
    }
    if (args.force === true) refuseRival(controlPlane, name);
    else refuseRename(controlPlane, configKey(config), oldName, name);
    const registration = await readRegistration(connection, config);
    const secret = `Secret ${configKey(registration.secret)}`;
    const steps = [
      { will: 'update', object: secret, context, note: `context: ${oldName} -> ${name}` },
      { will: 'update', object, context, note: `contextName: ${oldName} -> ${name}` },
    ] as const;
    for (const step of steps) writing.say(plannedLine(step));
    const changes = [{ namespace: config.metadata.namespace, content: true }];
    const forcedWords = args.force === true ? { what: `${what} although it may be in use`, word: oldName } : {};
    if (!(await writing.agreed({ controlPlane, steps, touched: changes, what, ...forcedWords }))) return;
    throwIfOver(limits);
    await executeRename(connection, registration, name);
    writing.did({ did: 'updated', object: secret, context, why: `context: ${oldName} -> ${name}` });
    writing.did({ did: 'updated', object, context, why: `contextName: ${oldName} -> ${name}` });
  });
};

const refuseRival = (controlPlane: ControlPlane, name: string): void => {
  const rival = watchedConfigs(controlPlane).find(other => effectiveContext(other) === name);
  if (rival !== undefined) throw takenContext(name, [configKey(rival)], 'choose another name');
};
const refuseRename = (controlPlane: ControlPlane, key: string, old: string, name: string): void => {
  refuseRival(controlPlane, name);
  const users = usersOf(controlPlane, old, '--force');
  if (users.length > 0)
    throw new UserError(
      `refused: ${old} is used by ${shortList(users, 6)}`,
      'create a second ClientConfig under the new name instead; a datacenter whose k8sContext changes starts empty in another cluster',
      4,
      '--force',
    );
  refuseRestartIntoCrash(controlPlane, [key], '--force');
};
