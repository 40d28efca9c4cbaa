import { known, type Read, unreadable } from '../../base/read.ts';
import { refusalOf, unreadOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { noneChosen } from '../../operator/control-plane.ts';
import { addedCounts, type Counts, requestCounts, sumCounts } from '../../operator/counters.ts';
import type { ControlPlane, OperatorView } from '../inventory.ts';

type Counted = Read<ReadonlyMap<string, Counts>>;
const maxText = 16 * 1024 * 1024;

/**
 * The request counters of the operator's running pods, each through the API server's pod proxy (right: get pods/proxy). Plain http:
 * the operator serves its metrics on :8080 without TLS or authentication; operator main.go:108.
 */
export const readCounters = async (connection: Connection, { operator, operators, pods }: ControlPlane): Promise<Counted> => {
  if (operator === undefined) return unreadable('skipped', noneChosen(operators));
  if (!pods.ok) return pods;
  if (operator.metricsPort === 0) return unreadable('not-installed', 'the operator is told to serve no metrics');
  const runningPods = pods.value.filter(({ startedAt }) => startedAt !== undefined);
  if (runningPods.length === 0) return unreadable('skipped', 'no pod of the operator is running');
  const reads = await Promise.all(
    runningPods.map(async ({ name }): Promise<Counted> => {
      const pod = `${encodeURIComponent(name)}:${operator.metricsPort}`;
      const path = `/api/v1/namespaces/${encodeURIComponent(operator.namespace)}/pods/${pod}/proxy/metrics`;
      const answer = await send(connection, { path, accept: 'text/plain' });
      if (!answer.ok) return unreadOf(answer);
      const { status, body } = answer.value;
      if (status !== 200 || typeof body !== 'string') return unreadOf(refusalOf(answer.value));
      return body.length > maxText
        ? unreadable('malformed', `the operator's metrics are larger than ${maxText} bytes`)
        : known(requestCounts(body));
    }),
  );
  const [first] = reads;
  const podCounts = reads.flatMap(read => (read.ok ? [read.value] : []));
  return podCounts.length === 0 && first !== undefined ? first : known(sumCounts(podCounts));
};

/** One reading, or two with what the second added within `ms`. */
export const viewFrom = (first: Counted, { pods }: ControlPlane, second?: Counted, ms = 0): Read<ReadonlyMap<string, OperatorView>> => {
  if (!first.ok) return first;
  const latestCounts = second?.ok === true ? second : first;
  const [since] = pods.ok ? pods.value.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt])).sort() : [];
  return known(
    new Map(
      [...latestCounts.value].map(([host, counts]) => {
        const increase = latestCounts === second ? addedCounts(first.value.get(host) ?? {}, counts) : undefined;
        return [
          host,
          { counts, ...(since === undefined ? {} : { since }), ...(increase === undefined ? {} : { recent: { counts: increase, ms } }) },
        ];
      }),
    ),
  );
};
