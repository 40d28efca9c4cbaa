import { UserError } from '../../base/errors.ts';
import { annotation, deletingLabel, tokenFinalizer } from '../../kube/annotations.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { RefusedError } from '../../kube/api/objects.ts';
import type { Secret } from '../../kube/kinds.ts';
import { currentSecret, putSecret } from '../registration.ts';

const finalizersOf = ({ metadata }: Secret): readonly string[] => metadata.finalizers ?? [];
/** Marks the Secret as it was read, and holds it by a finalizer until its token is revoked: from then on any run can finish. */
export const hold = (connection: Connection, secret: Secret, clientConfig: string): Promise<Secret> => {
  const { labels, annotations } = secret.metadata;
  return putSecret(connection, {
    ...secret,
    metadata: {
      ...secret.metadata,
      labels: { ...labels, [deletingLabel]: 'true' },
      annotations: { ...annotations, [annotation.clientConfig]: clientConfig },
      finalizers: [...new Set([...finalizersOf(secret), tokenFinalizer])],
    },
  });
};
const without = (secret: Secret): Secret => {
  const { [deletingLabel]: _mark, ...labels } = secret.metadata.labels ?? {};
  return { ...secret, metadata: { ...secret.metadata, labels, finalizers: finalizersOf(secret).filter(one => one !== tokenFinalizer) } };
};

/** How often a Secret is looked at that changes between the look and the write. */
const looks = 5;
/**
 * Takes mark and finalizer away again, of a Secret that is kept or of one whose token is revoked. Returns what else holds one that is
 * being deleted.
 */
export const letGo = async (connection: Connection, secret: Secret): Promise<readonly string[]> => {
  for (let look = 1; ; look++) {
    const liveSecret = await currentSecret(connection, secret);
    if (liveSecret === undefined || liveSecret.metadata.uid !== secret.metadata.uid) return [];
    const withoutFinalizer = without(liveSecret);
    try {
      const put = finalizersOf(liveSecret).includes(tokenFinalizer) ? await putSecret(connection, withoutFinalizer) : liveSecret;
      return put.metadata.deletionTimestamp === undefined ? [] : finalizersOf(put).filter(one => one !== tokenFinalizer);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      // The next look tells whether it is gone: a gateway has a 404 of its own.
      if ((error.status !== 404 && error.status !== 409) || look === looks) throw error;
    }
  }
};
export const heldBy = (what: string, context: string, finalizers: readonly string[], again: UserError['fix']): UserError =>
  new UserError(
    `${what} in ${context} is being deleted and is held by the finalizer${finalizers.length === 1 ? '' : 's'} ${finalizers.join(', ')}`,
    again,
  );
