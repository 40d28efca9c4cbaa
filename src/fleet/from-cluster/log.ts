import { known, type Read } from '../../base/read.ts';
import { refusalOf, statusIn, unreadOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';

/** The last lines that an operator's container wrote before it last ended; empty when it never did. Nothing in them is a credential. */
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
      .map(line => withoutCredentials(printableLine(line))),
  );
};
const maxText = 256 * 1024;

/** Its fields stand between tabs, and some loggers colour them. */
const printableLine = (line: string): string => line.replace(colour, '').replace(control, ' ');
const [colour, control] = [/\u001b\[[\d;]*[A-Za-z]/g, /\p{Cc}+/gu];

/** The operator logs a kubeconfig's whole user entry, token included, when it names a user twice: what follows such a list is cut off. */
const withoutCredentials = (line: string): string =>
  line
    .replace(/(duplicate name .*? in list:).*/, '$1 REDACTED')
    .replace(/eyJ[\w-]{10,}(\.[\w-]+){0,2}/g, 'REDACTED')
    .replace(/(bearer|token|password)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, '$1$2REDACTED')
    .slice(0, 1000);
