import { printable, UserError, usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { confirmTyped } from '../../cli/ask.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { configKey } from '../../kube/key.ts';
import { effectiveContext } from '../../operator/references.ts';
import { readRegistration, refuseRestartIntoCrash, selectConfigs, usersOf, watchedConfigs } from '../../plan/registration.ts';
import { executeRename } from '../../plan/update.ts';
import { withControlPlane } from '../session.ts';
import type { RenameArgs } from './usage.ts';

export const clientconfigRename = async (io: IO, args: RenameArgs): Promise<void> => {
  const { NAME, CONTEXT: name } = args;
  if (name.trim() === '' || /\s/.test(name))
    throw usage('the new context name is empty or has a blank in it', 'pass a name without blanks');
  await withControlPlane(io, args, async ({ connection }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const [config] = selectConfigs(controlPlane, [NAME]);
    if (config === undefined) return;
    const old = effectiveContext(config);
    if (old === name) return io.out(`${printable(`nothing to do: its context is already named ${name}`)}\n`);
    const rival = watchedConfigs(controlPlane).find(other => effectiveContext(other) === name);
    if (rival !== undefined)
      throw new UserError(
        `refused: ClientConfig ${configKey(rival)} already provides the context ${name}; of two, the operator silently takes the last`,
        'choose another name',
      );
    const users = args.force === true ? [] : usersOf(controlPlane, old, '--force');
    if (users.length > 0)
      throw new UserError(
        `refused: ${old} is used by ${users.slice(0, 6).join(', ')}${users.length > 6 ? ` and ${users.length - 6} more` : ''}`,
        `create a second ClientConfig under the new name instead; a datacenter that changes its k8sContext is built anew elsewhere, or add --force to continue anyway`,
      );
    if (args.force !== true) refuseRestartIntoCrash(controlPlane, [configKey(config)], '--force');
    const registration = await readRegistration(connection, config);
    io.out(`${printable(`~ ClientConfig ${configKey(config)}: contextName ${old} -> ${name}`)}\n`);
    if (args['dry-run'] === true) return io.out('nothing written (dry run)\n');
    if (args.force === true) await confirmTyped(io, `rename ${old} although it may be in use?`, old, args.yes === true);
    if (io.interrupted.aborted) throw io.interrupted.reason;
    await executeRename(connection, registration, name);
    io.out(`${printable(`renamed ${old} to ${name}; the operator restarts to load it`)}\n`);
  });
};
