import { printable, UserError, usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { confirm, confirmTyped } from '../../cli/ask.ts';
import { readControlPlane } from '../../fleet/from-cluster/collect.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { configKey } from '../../kube/key.ts';
import type { ClientConfig } from '../../kube/kinds.ts';
import { currentContextOf, parseStored } from '../../kube/kubeconfig/parse.ts';
import { effectiveContext } from '../../operator/references.ts';
import { openDataPlane } from '../../plan/data-plane.ts';
import { type Deletion, executeDeletion, leftoverSecret, planDeletion } from '../../plan/delete.ts';
import { refuseRestartIntoCrash, selectConfigs, usersOf, watchedConfigs } from '../../plan/registration.ts';
import { withControlPlane } from '../session.ts';
import type { DeleteArgs } from './usage.ts';

export const clientconfigDelete = async (io: IO, args: DeleteArgs): Promise<void> => {
  const wanted = args.NAME;
  await withControlPlane(io, args, async ({ config, connection, limits }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const found = await find(connection, controlPlane, wanted);
    const deletion = await planDeletion(connection, controlPlane, found);
    if ('config' in found) {
      if (args.force !== true) refuseWhileUsed(controlPlane, found.config);
      if (args.force !== true) refuseRestartIntoCrash(controlPlane, [configKey(found.config)], '--force');
    }
    io.out(printableLines(planLines(deletion, connection.context)));
    if (args['dry-run'] === true) return io.out('nothing deleted (dry run)\n');
    const question = `delete ${wanted}?`;
    if (args.force === true) await confirmTyped(io, `${question} it is forced`, wanted, args.yes === true);
    else await confirm(io, question, args.yes === true);
    await executeDeletion(
      deletion,
      connection,
      controlPlane,
      async () => {
        const { secret } = deletion;
        const kubeconfig = secret?.data?.['kubeconfig'];
        const name = 'config' in found ? effectiveContext(found.config) : currentContext(kubeconfig);
        const stored = kubeconfig === undefined ? undefined : parseStored(Buffer.from(kubeconfig, 'base64'), name);
        if (secret === undefined || stored?.ok !== true)
          throw new UserError('its stored kubeconfig is not usable', 'name your own context of the data plane with --from-context');
        return openDataPlane({ contextName: name, secret, stored: stored.value }, config, args['from-context'], limits);
      },
      io.interrupted,
      line => io.out(`${printable(line)}\n`),
    );
  }).catch((error: unknown) => {
    if (io.interrupted.aborted) io.err('interrupted: run the same command again to finish what was begun\n');
    throw error;
  });
};

type Found = { readonly config: ClientConfig } | { readonly leftover: NonNullable<Awaited<ReturnType<typeof leftoverSecret>>> };
/** The ClientConfig, or the Secret that a deletion of this name has left. */
const find = async (connection: Parameters<typeof leftoverSecret>[0], controlPlane: ControlPlane, wanted: string): Promise<Found> => {
  try {
    const [config] = selectConfigs(controlPlane, [wanted]);
    if (config !== undefined) return { config };
  } catch (error) {
    const leftover =
      error instanceof UserError && error.exitCode === 2 ? await leftoverSecret(connection, controlPlane, wanted) : undefined;
    if (leftover !== undefined) return { leftover };
    throw error;
  }
  throw usage('which ClientConfig shall be deleted?', 'name it');
};

/** The last provider of a context that something uses stays: see the undeletable cluster of operator cleanup.go. */
const refuseWhileUsed = (controlPlane: ControlPlane, config: ClientConfig): void => {
  const context = effectiveContext(config);
  const others = watchedConfigs(controlPlane).filter(
    other => effectiveContext(other) === context && configKey(other) !== configKey(config),
  );
  if (others.length > 0) return;
  const users = usersOf(controlPlane, context, '--force');
  if (users.length === 0) return;
  throw new UserError(
    `refused: ${context} is used by ${users.slice(0, 6).join(', ')}${users.length > 6 ? ` and ${users.length - 6} more` : ''}`,
    `remove those datacenters first: without the context they cannot be reconciled, and their K8ssandraCluster can no longer be deleted, for its finalizer needs it; to go on all the same: --force`,
  );
};
const planLines = ({ config, secret, secretStays, token, tokenStays }: Deletion, context: string): string[] => [
  ...(config === undefined ? [] : [`- ClientConfig ${configKey(config)} in ${context}`]),
  ...(secret === undefined
    ? []
    : [
        `${secretStays === undefined ? '-' : '='} Secret ${secret.metadata.namespace}/${secret.metadata.name} in ${context}${secretStays === undefined ? '' : `  (stays: ${secretStays})`}`,
      ]),
  ...(token === undefined
    ? []
    : [
        `${tokenStays === undefined ? '-' : '='} token Secret ${token} in the data plane${tokenStays === undefined ? '' : `  (stays: ${tokenStays})`}`,
      ]),
  ...(config === undefined ? [] : ['~ the operator will restart once']),
];
const printableLines = (lines: readonly string[]): string => lines.map(line => `${printable(line)}\n`).join('');
/** A leftover Secret was written by this program, which names the context as the current one. */
const currentContext = (kubeconfig: string | undefined): string =>
  kubeconfig === undefined ? '' : currentContextOf(Buffer.from(kubeconfig, 'base64'));
