import { known, type Read, unreadable } from '../../base/read.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { statusMessage, unreadableBecause } from '../../kube/api/objects.ts';
import { apiPath, apiVersion, kinds } from '../../kube/kinds.ts';

/** One request for all names that are known, and one more for each that is not. */
const maxRequests = 10;

/**
 * Whether the RUNNING operator knows each context: its webhook is asked to admit a K8ssandraCluster that it can only refuse. It checks
 * the datacenters in order, each context before its storage, so the last one alone goes without storage: every answer is a denial.
 * Nothing is created, since the request is a dry run. Source: operator apis/k8ssandra/v1alpha1/k8ssandracluster_webhook.go:90-110.
 */
export const askWebhook = async (
  connection: Connection,
  namespace: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Read<boolean>>> => {
  const answers = new Map<string, Read<boolean>>();
  let open = names;
  for (let asked = 0; open.length > 0; asked++) {
    const rest = (read: Read<boolean>): ReadonlyMap<string, Read<boolean>> => {
      for (const name of open) answers.set(name, read);
      return answers;
    };
    if (asked === maxRequests) return rest(unreadable('skipped', `not asked: ${maxRequests} contexts before it are not loaded`));
    const answer = await deny(connection, namespace, open);
    if (answer === 'all-known') return rest(known(true));
    if ('reason' in answer) return rest(answer);
    const at = open.indexOf(answer.unknown);
    if (at === -1) return rest(unreadable('failed', `the webhook denies a context that was not asked for: ${answer.unknown}`));
    for (const name of open.slice(0, at)) answers.set(name, known(true));
    answers.set(answer.unknown, known(false));
    open = open.slice(at + 1);
  }
  return answers;
};

type Denial = 'all-known' | { readonly unknown: string } | (Read<never> & { readonly ok: false });
const deny = async (connection: Connection, namespace: string, names: readonly string[]): Promise<Denial> => {
  const datacenters = names.map((k8sContext, index) => ({
    metadata: { name: `dc${index + 1}` },
    size: 1,
    k8sContext,
    ...(index === names.length - 1 ? {} : { storageConfig: {} }),
  }));
  const body = {
    apiVersion: apiVersion(kinds.k8ssandraCluster),
    kind: kinds.k8ssandraCluster.kind,
    metadata: { generateName: 'kubectl-k8ssandra-dry-run-', namespace },
    spec: { cassandra: { datacenters } },
  };
  try {
    // Without dryRun=All this would create a cluster wherever no webhook is installed.
    const answer = await connection.request({
      method: 'POST',
      path: `${apiPath(kinds.k8ssandraCluster, namespace)}?dryRun=All`,
      body,
    });
    const said = messageOf(answer.body);
    const unknown = /unable to find k8sContext (.*?) from ClientConfigs: No known client/s.exec(said)?.[1];
    if (unknown !== undefined) return { unknown };
    if (said.includes('storageConfig must be defined at cluster level or dc level')) return 'all-known';
    const detail = statusMessage(answer);
    if (said.includes('failed calling webhook')) return unreadableDenial('unreachable', detail);
    if (answer.status === 201) return unreadableDenial('not-installed', "the operator's webhook for K8ssandraClusters is not installed");
    if (answer.status === 404) return unreadableDenial('not-installed', detail);
    return unreadableDenial(answer.status === 401 || answer.status === 403 ? 'forbidden' : 'failed', `${answer.status}: ${detail}`);
  } catch (error) {
    return unreadableBecause(error) as Denial;
  }
};
const unreadableDenial = (...of: Parameters<typeof unreadable>): Denial => unreadable(...of) as Denial;
const messageOf = (body: unknown): string => {
  const message = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)['message'] : undefined;
  return typeof message === 'string' ? message : '';
};
