import { UserError } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { demand } from '../../kube/api/objects.ts';
import { configKey } from '../../kube/key.ts';
import { apiPath, apiVersion, type ClientConfig, kinds, type Secret } from '../../kube/kinds.ts';
import { effectiveContext } from '../../operator/references.ts';
import type { Change } from '../changes.ts';
import { letGo } from './hold.ts';

/** Somebody has begun to use the context while its ClientConfig went: it comes back, for a cluster that lacks its context cannot be deleted. */
export const revive = async (
  config: ClientConfig,
  secret: Secret | undefined,
  users: readonly string[],
  { connection, say }: { readonly connection: Connection; readonly say: (change: Change) => void },
): Promise<void> => {
  const { namespace, name, labels, annotations = {} } = config.metadata;
  const userAnnotations = Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('k8ssandra.io/')));
  if (secret !== undefined) await letGo(connection, secret);
  await demand(connection, `create ClientConfig ${configKey(config)} again`, {
    method: 'POST',
    path: apiPath(kinds.clientConfig, namespace),
    body: {
      apiVersion: apiVersion(kinds.clientConfig),
      kind: kinds.clientConfig.kind,
      metadata: { namespace, name, ...(labels === undefined ? {} : { labels }), annotations: userAnnotations },
      spec: config.spec,
    },
    mustFinish: true,
  });
  say({ did: 'restored', object: `ClientConfig ${configKey(config)}`, context: connection.context });
  throw new UserError(
    `refused: while it was deleted, ${effectiveContext(config)} came into use by ${shortList(users, 6)}; it was put back`,
    'remove those first',
  );
};
