import { type Json, record } from './json.ts';
import { failure, type Reply } from './reply.ts';

const webhook = 'vk8ssandracluster.kb.io';
/** What the operator's webhook says of a K8ssandraCluster: `undefined` when it admits it or is not there. */
export const admission = (known: readonly string[] | 'down' | undefined, cluster: Json): Reply | undefined => {
  if (known === undefined) return undefined;
  if (known === 'down')
    return failure(500, `Internal error occurred: failed calling webhook "${webhook}": failed to call webhook: refused`);
  const denial = admissionDenial(known, cluster);
  return denial === undefined ? undefined : failure(403, `admission webhook "${webhook}" denied the request: ${denial}`);
};
/** Why it denies one, in its words. */
export const admissionDenial = (known: readonly string[], cluster: Json): string | undefined => {
  const { datacenters, storageConfig } = record(record(cluster['spec'])['cassandra']);
  for (const one of (Array.isArray(datacenters) ? datacenters : []).map(record)) {
    const context = String(one['k8sContext'] ?? '');
    // Without a name it is the control plane's own.
    const denial =
      context !== '' && !known.includes(context)
        ? `unable to find k8sContext ${context} from ClientConfigs: No known client for context-name ${context}`
        : (one['storageConfig'] ?? storageConfig) === undefined
          ? 'storageConfig must be defined at cluster level or dc level'
          : undefined;
    if (denial !== undefined) return denial;
  }
  return undefined;
};
