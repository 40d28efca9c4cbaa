import { known, type Read, unreadable } from '../../base/read.ts';
import { isUnserved, refusalOf, statusIn, statusMessage, unreadOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Answer, Connection } from '../../kube/api/connection.ts';
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
  for (let requests = 0; open.length > 0; requests++) {
    const rest = (read: Read<boolean>): ReadonlyMap<string, Read<boolean>> => {
      for (const name of open) answers.set(name, read);
      return answers;
    };
    if (requests === maxRequests) return rest(unreadable('skipped', `not asked: ${maxRequests} contexts before it are not loaded`));
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
  // Without dryRun=All this would create a cluster wherever no webhook is installed.
  const path = `${apiPath(kinds.k8ssandraCluster, namespace)}?dryRun=All`;
  const answer = await send(connection, { method: 'POST', path, body });
  return answer.ok ? denialIn(answer.value) : unread(unreadOf(answer));
};
const unread = (read: Read<never>): Denial => (read.ok ? 'all-known' : read);
const denialIn = (answer: Answer): Denial => {
  const message = statusIn(answer)?.message ?? '';
  const unknown = between(message, 'unable to find k8sContext ', ' from ClientConfigs: No known client');
  if (unknown !== undefined) return { unknown };
  if (message.includes('storageConfig must be defined at cluster level or dc level')) return 'all-known';
  const detail = statusMessage(answer);
  if (message.includes('failed calling webhook')) return unread(unreadable('unreachable', detail));
  if (answer.status === 201) return unread(unreadable('not-installed', "the operator's webhook for K8ssandraClusters is not installed"));
  if (isUnserved(answer)) return unread(unreadable('not-installed', detail));
  return unread(unreadOf(refusalOf(answer)));
};
/** What stands behind the first of these and before the next of those. */
const between = (text: string, before: string, after: string): string | undefined => {
  const start = text.indexOf(before);
  const end = start < 0 ? -1 : text.indexOf(after, start + before.length);
  return end < 0 ? undefined : text.slice(start + before.length, end);
};
