import { known, type Read, whole } from '../../base/read.ts';
import { managedByLabel } from '../../kube/annotations.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { listObjects, listWatched } from '../../kube/api/lists.ts';
import { kinds, type Secret } from '../../kube/kinds.ts';
import { type OwnSecret, ownSecretOf } from '../own-secrets.ts';

const shown = (read: Read<readonly Secret[]>): Read<readonly OwnSecret[]> => {
  const all = whole(read);
  return all.ok ? known(all.value.map(ownSecretOf)) : all;
};
/** A data plane has one or two of them, and many data planes are asked at once. */
const smallPage = 20;
/** The Secrets of one namespace that this program has made. */
export const readOwnSecrets = async (connection: Connection, namespace: string): Promise<Read<readonly OwnSecret[]>> =>
  shown(await listObjects(connection, kinds.secret, namespace, managedByLabel, smallPage));
/** The same of every namespace that the operator watches. */
export const readOwnSecretsWatched = async (
  connection: Connection,
  watches: readonly string[] | 'all',
): Promise<Read<readonly OwnSecret[]>> => shown(await listWatched(connection, kinds.secret, watches, managedByLabel));
