import { UserError } from '../../base/errors.ts';
import { known } from '../../base/read.ts';
import { type Limits, TransportError } from '../../kube/api/connection.ts';
import { getObject } from '../../kube/api/objects.ts';
import { kinds } from '../../kube/kinds.ts';
import type { Stored } from '../../kube/kubeconfig/stored.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import { unasked } from '../assemble.ts';
import type { DataPlane, Probe } from '../inventory.ts';
import type { StoredSecret } from '../stored-secret.ts';
import { readOperators } from './operators.ts';
import { readOwnSecrets } from './own-secrets.ts';
import { openUserContext } from './user-context.ts';

/**
 * Why a data plane refuses its token, or is not trusted: asked only when a probe failed so, and only through the user's own context of
 * the same server, because the stored credential can no longer ask anything. `undefined` when there is nothing to ask, or nobody.
 */
export const diagnose = async (
  secret: StoredSecret,
  stored: Stored,
  probed: Probe,
  config: UserKubeconfig,
  limits: Limits,
): Promise<DataPlane | undefined> => {
  if (!stored.ok) return undefined;
  const { namespace, serviceAccount, secretName } = stored.value.claims ?? {};
  const distrusted = probed.tls.status === 'fail' && probed.tls.cause === 'unknown-ca';
  if ((probed.identity.status !== 'fail' && !distrusted) || namespace === undefined || serviceAccount === undefined) return undefined;
  try {
    const userWay = await openUserContext(config, stored.value.server, secret.annotations, limits);
    if (userWay === undefined) return undefined;
    const { connection, clusterUid } = userWay;
    if (connection === undefined) return { ...unasked, clusterUid };
    try {
      const [account, operators, token, ca, ownSecrets] = await Promise.all([
        getObject(connection, kinds.serviceAccount, namespace, serviceAccount),
        readOperators(connection, namespace),
        secretName === undefined ? unasked.clusterUid : getObject(connection, kinds.secret, namespace, secretName),
        getObject(connection, kinds.configMap, namespace, 'kube-root-ca.crt'),
        readOwnSecrets(connection, namespace),
      ]);
      return {
        clusterUid,
        serviceAccountUid: account.ok ? known(account.value?.metadata.uid) : account,
        operators,
        tokenLabels: token.ok ? known(token.value?.metadata.labels ?? {}) : token,
        publishedCa: ca.ok ? known(ca.value?.data?.['ca.crt']) : ca,
        ownSecrets,
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof UserError || error instanceof TransportError) return undefined;
    throw error;
  }
};
