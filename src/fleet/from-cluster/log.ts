import { known, type Read } from '../../base/read.ts';
import { refusalOf, statusIn, unreadOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';

/** The last lines that an operator's container wrote before it last ended; empty when it never did. They may hold credentials: `lastExit` shows of them what it knows. */
export const readPreviousLog = async (connection: Connection, namespace: string, pod: string): Promise<Read<readonly string[]>> => {
  const answer = await send(connection, {
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?container=k8ssandra-operator&previous=true&tailLines=50&limitBytes=262144`,
    accept: 'text/plain, */*',
  });
  if (!answer.ok) return unreadOf(answer);
  const { status, body } = answer.value;
  // The API server answers so for a pod that no node has.
  if (status === 204) return known([]);
  // 400: there is no previous container.
  if ((status === 400 || status === 404) && statusIn(answer.value) !== undefined) return known([]);
  if (status !== 200) return unreadOf(refusalOf(answer.value));
  // A log of one JSON line may be taken for JSON on its way.
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return known(
    text
      .slice(-maxText)
      .split('\n')
      .filter(line => line.trim() !== '')
      .slice(-50)
      .map(line => printableLine(line).slice(0, longest)),
  );
};
const maxText = 256 * 1024;
const longest = 1000;

/** Its fields stand between tabs, and some loggers colour them. */
const printableLine = (line: string): string => line.replace(colour, '').replace(control, ' ');
const [colour, control] = [/\u001b\[[\d;]*[A-Za-z]/g, /\p{Cc}+/gu];
