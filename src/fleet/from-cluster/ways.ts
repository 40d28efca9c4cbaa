import { UserError } from '../../base/errors.ts';
import { once } from '../../base/once.ts';
import { known, type Read, unreadable } from '../../base/read.ts';
import { unreadOf } from '../../kube/api/answer.ts';
import { refusalIn } from '../../kube/api/ask.ts';
import { type Connection, connectStored, type Limits } from '../../kube/api/connection.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import type { ContextState } from '../inventory.ts';
import { openUserContext } from './user-context.ts';

/** The ways into one cluster: the stored credential first, as the operator has it, then the user's own context of the same server. */
export interface Ways {
  readonly stored: Read<Connection>;
  readonly user: () => Promise<Connection | undefined>;
}
type Ask<T> = (connection: Connection) => Promise<Read<T>>;
/** What the first way that can tell says; the reason of the first where none can. */
export const either = async <T>({ stored, user }: Ways, ask: Ask<T>): Promise<Read<T>> => {
  const first = stored.ok ? await ask(stored.value) : stored;
  if (first.ok || (!stored.ok && stored.reason === 'skipped')) return first;
  const userConnection = await user();
  const second = userConnection === undefined ? first : await ask(userConnection);
  return second.ok ? second : first;
};

export const waysInto = async (
  { name, stored, secret, probe }: ContextState,
  config: UserKubeconfig,
  limits: Limits,
  keep: <T extends Connection>(one: T) => T,
): Promise<Ways> => {
  const nobody = async (): Promise<undefined> => undefined;
  if (stored?.ok !== true || probe.reach.status !== 'pass' || probe.tls.status === 'fail')
    return { stored: unreadable('skipped', 'this cluster is not reached with what is stored'), user: nobody };
  const { server } = stored.value;
  const annotations = (secret.ok ? secret.value?.annotations : undefined) ?? {};
  return {
    stored: await attempt(async () => keep(await connectStored(name, stored.value, limits))),
    user: once(async () => {
      const read = await attempt(async () => {
        const userWay = await openUserContext(config, server, annotations, limits);
        return userWay?.connection === undefined ? undefined : keep(userWay.connection);
      });
      return read.ok ? read.value : undefined;
    }),
  };
};
/** A connection that cannot be had makes facts unknown; it ends nothing. */
const attempt = async <T>(work: () => Promise<T>): Promise<Read<T>> => {
  try {
    return known(await work());
  } catch (error) {
    return error instanceof UserError ? unreadable('failed', error.message) : unreadOf(refusalIn(error));
  }
};
