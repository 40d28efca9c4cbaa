import { UserError } from '../base/errors.ts';
import type { Connection } from '../kube/api/connection.ts';
import { demandDeletion, getObject, required } from '../kube/api/objects.ts';
import { apiPath, type Kind, type KubeObject } from '../kube/kinds.ts';

/** How often an object is looked at that changes between the look and its deletion. */
const looks = 5;

/** `deleted`: it is gone, or waits for its finalizers; `gone`: nothing was there; else why it stays. */
export type Removal = 'deleted' | 'gone' | { readonly left: string };

/**
 * Deletes an object as it was looked at: the very object (uid) in the very state (resourceVersion) that `stays` had no reason to keep.
 * One that changes in between is looked at again. Throws a UserError when the API does not answer or refuses.
 */
export const remove = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  stays: (object: T) => string | undefined | Promise<string | undefined>,
): Promise<Removal> => {
  const path = apiPath(kind, namespace, name);
  const what = `${kind.kind} ${namespace ?? ''}/${name}`;
  for (let look = 0; look < looks; look++) {
    const object = required(await getObject(connection, kind, namespace, name, true), what, connection.context);
    if (object === undefined) return 'gone';
    const reason = await stays(object);
    if (reason !== undefined) return { left: reason };
    const { uid, resourceVersion } = object.metadata;
    if (uid === undefined || resourceVersion === undefined) return { left: 'the API does not say which object it is' };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } };
    const outcome = await demandDeletion(connection, `delete ${what}`, { path, body });
    if (outcome !== 'conflict') return outcome;
  }
  throw new UserError(
    `cannot delete ${what} in ${connection.context}: it changed ${looks} times while it was looked at`,
    'see what changes it, then run this again',
  );
};
