import { known, type Read } from '../../base/read.ts';
import { annotation } from '../../kube/annotations.ts';
import { type Connection, connectUser, type Limits } from '../../kube/api/connection.ts';
import { getObject } from '../../kube/api/objects.ts';
import { kinds } from '../../kube/kinds.ts';
import { selectContext } from '../../kube/kubeconfig/select.ts';
import { serverKey } from '../../kube/kubeconfig/url.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';

/** The uid of kube-system, which names a cluster for its whole life. */
export const readClusterUid = async (connection: Connection): Promise<Read<string | undefined>> => {
  const read = await getObject(connection, kinds.namespace, undefined, 'kube-system');
  return read.ok ? known(read.value?.metadata.uid) : read;
};

/**
 * The user's own contexts that lead to the server of a stored kubeconfig, the recorded one first. Whoever writes Secrets writes the
 * annotation too, so a context is never taken for its name: a plugin would run, and a credential go, where somebody else chose.
 */
export const contextsOfServer = (
  { contexts, clusters }: UserKubeconfig,
  server: string,
  recorded: string | undefined,
): readonly string[] => {
  const serverId = serverKey(server);
  const names = [...contexts.keys()].sort().filter(name => {
    const entry = clusters.get(contexts.get(name)?.cluster ?? '')?.server;
    return serverId !== undefined && entry !== undefined && serverKey(entry) === serverId;
  });
  return recorded !== undefined && names.includes(recorded) ? [recorded, ...names.filter(name => name !== recorded)] : names;
};

/** What the user's own contexts of a server lead to: a way into the recorded cluster, or another cluster, whose uid is told. */
export interface UserWay {
  readonly connection?: Connection;
  readonly clusterUid: Read<string | undefined>;
}
/** The user's own context of a data plane: of the same server, and of the recorded cluster where one is recorded. */
export const openUserContext = async (
  config: UserKubeconfig,
  server: string,
  annotations: Readonly<Record<string, string>>,
  limits: Limits,
): Promise<UserWay | undefined> => {
  const sourceUid = annotations[annotation.sourceCluster];
  let otherWay: UserWay | undefined;
  for (const context of contextsOfServer(config, server, annotations[annotation.sourceContext])) {
    const connection = await connectUser(selectContext(config, { context }), limits);
    const clusterUid = await readClusterUid(connection);
    if (sourceUid === undefined || (clusterUid.ok && clusterUid.value === sourceUid)) return { connection, clusterUid };
    connection.close();
    otherWay ??= { clusterUid };
  }
  return otherWay;
};
