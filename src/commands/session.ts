import type { Target } from '../base/advice.ts';
import { deadlineAfter } from '../base/deadline.ts';
import { UserError } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import { type Connection, connectUser, type Limits, within } from '../kube/api/connection.ts';
import type { SelectedContext } from '../kube/kubeconfig/select.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import type { UserKubeconfig } from '../kube/kubeconfig/user.ts';
import { NoOperatorError } from '../operator/no-operator.ts';
import type { GlobalArgs } from './global-options.ts';
import { userContextNames } from './no-operator.ts';
import { limitsOf, selectControlPlane } from './options.ts';

/** A control plane that is open for the time of one command. */
export interface Session {
  readonly config: UserKubeconfig;
  readonly selected: SelectedContext;
  readonly connection: Connection;
  readonly limits: Limits;
  /** data planes that the work has opened: closed with the control plane */
  readonly opened: Connection[];
  /** what the commands that this run prints must carry */
  readonly target: Target;
}
/** Milliseconds of a run that only reads. */
export const defaultDeadline = 60_000;
/** Opens the control plane, works with it and closes it; a failure meanwhile knows which one it was. */
export const withControlPlane = async <T>(
  io: IO,
  args: GlobalArgs,
  work: (session: Session) => Promise<T>,
  /** milliseconds from when it is open, where no --deadline is given; nobody knows how long an operator takes to load what was written */
  time: number | 'unlimited' = defaultDeadline,
  /** told of each write that the session's connections carry out */
  wrote?: Limits['wrote'],
): Promise<T> => {
  const limits = { ...limitsOf(io, args), ...(wrote === undefined ? {} : { wrote }) };
  const { config, selected } = await selectControlPlane(io, args);
  const others = [...config.contexts.keys()].filter(one => one !== selected.context).sort();
  const target = { ...targetOf(args, selected.context), others };
  const connections: Connection[] = [];
  try {
    const connection = await connectUser(selected, limits);
    connections.push(connection);
    const deadline = limits.deadline ?? (time === 'unlimited' ? undefined : deadlineAfter(time));
    const deadlineLimits = deadline === undefined ? {} : { connection: within(connection, deadline), limits: { ...limits, deadline } };
    return await work({ config, selected, connection, limits, opened: connections, target, ...deadlineLimits });
  } catch (error) {
    const failure = error instanceof NoOperatorError ? new NoOperatorError(error.context, userContextNames(config)) : error;
    if (failure instanceof UserError) failure.target ??= target;
    throw failure;
  } finally {
    for (const one of connections) one.close();
  }
};

/** The flags that chose this control plane; its context also where it was the current one, which may be another when a command is pasted. */
const targetOf = (args: GlobalArgs, context: string | undefined): Target => ({
  kubeconfig: args.kubeconfig,
  context,
  namespace: args.namespace,
  connection: [
    ...(
      ['cluster', 'user', 'server', 'tls-server-name', 'certificate-authority', 'client-certificate', 'client-key', 'as', 'as-uid'] as const
    ).flatMap(name => {
      const value = args[name];
      return value === undefined ? [] : [[`--${name}`, name === 'server' ? shownUrl(value) : value] as const];
    }),
    ...(args['insecure-skip-tls-verify'] === true ? [['--insecure-skip-tls-verify'] as const] : []),
    ...(['as-group', 'as-user-extra'] as const).flatMap(name => (args[name] ?? []).map(value => [`--${name}`, value] as const)),
  ],
});

/** The arguments of a command whose `--server` and `--tls-server-name` are those of the data plane. */
export const withoutServer = <T extends GlobalArgs>(args: T): T => ({ ...args, server: undefined, 'tls-server-name': undefined });
