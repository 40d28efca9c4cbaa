import { UserError } from '../base/errors.ts';
import { readClusterUid } from '../fleet/from-cluster/collect.ts';
import { annotation } from '../kube/annotations.ts';
import { type Connection, connectStored, connectUser, type Limits, TransportError } from '../kube/api/connection.ts';
import { withoutUser } from '../kube/kubeconfig/url.ts';
import { selectContext, type UserKubeconfig } from '../kube/kubeconfig/user.ts';
import type { Registration } from './registration.ts';

/** How a data plane is reached for a change: with the user's own context, or with the credential that is stored for the operator. */
export interface DataPlaneConnection extends Connection {
  readonly by: 'user' | 'stored';
}

/**
 * The user's own context of the same cluster: the given one, the recorded one, or one of the same address, each proven by the
 * cluster's uid where that was recorded. Without one the stored credential itself, whose role may manage the Secrets of its namespace.
 */
export const openDataPlane = async (
  { contextName, secret, stored }: Pick<Registration, 'contextName' | 'secret' | 'stored'>,
  config: UserKubeconfig,
  explicit: string | undefined,
  limits: Limits,
): Promise<DataPlaneConnection> => {
  const recorded = secret.metadata.annotations?.[annotation.sourceCluster];
  const named = secret.metadata.annotations?.[annotation.sourceContext];
  const candidates =
    explicit !== undefined
      ? [explicit]
      : [named, ...sameServer(config, stored.server)].filter(name => name !== undefined && config.contexts.has(name));
  for (const name of new Set(candidates)) {
    if (name === undefined) continue;
    const connection = await connectUser(selectContext(config, { context: name }, '--from-context'), limits);
    const proven = await sameCluster(connection, recorded, stored.server);
    if (proven) return { ...connection, by: 'user' };
    connection.close();
    if (explicit !== undefined)
      throw new UserError(
        `refused: ${name} is not the data plane of ${contextName}: ${recorded === undefined ? `its server is not ${withoutUser(stored.server)}` : `its kube-system uid is not ${recorded}`}`,
        'name the context of that data plane with --from-context',
      );
  }
  try {
    return { ...(await connectStored(contextName, stored, limits)), by: 'stored' };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UserError(
      `the data plane of ${contextName} is not reached: ${error.message}`,
      'check the network between here and there, or name your own context of it with --from-context',
    );
  }
};
const sameServer = ({ contexts, clusters }: UserKubeconfig, server: string): readonly string[] =>
  [...contexts.keys()].sort().filter(name => {
    const entry = clusters.get(contexts.get(name)?.cluster ?? '')?.['server'];
    return typeof entry === 'string' && entry.replace(/\/+$/, '') === server.replace(/\/+$/, '');
  });
const sameCluster = async (connection: Connection, recorded: string | undefined, server: string): Promise<boolean> => {
  const uid = await readClusterUid(connection);
  if (recorded !== undefined && uid.ok) return uid.value === recorded;
  return connection.server.replace(/\/+$/, '') === server.replace(/\/+$/, '');
};
