import { type Read, unreadable } from '../../base/read.ts';
import { type Connection, TransportError } from '../../kube/api/connection.ts';
import { statusMessage } from '../../kube/api/objects.ts';

/** The last lines that an operator's container wrote before it last ended; empty when it never did. Nothing in them is a credential. */
export const readPreviousLog = async (connection: Connection, namespace: string, pod: string): Promise<Read<readonly string[]>> => {
  try {
    const answer = await connection.request({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?container=k8ssandra-operator&previous=true&tailLines=50`,
      accept: 'text/plain, */*',
    });
    // 400: there is no previous container.
    if (answer.status === 400 || answer.status === 404) return { ok: true, value: [] };
    if (answer.status !== 200)
      return unreadable(answer.status === 403 || answer.status === 401 ? 'forbidden' : 'failed', statusMessage(answer));
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return {
      ok: true,
      value: text
        .split('\n')
        .filter(line => line.trim() !== '')
        .map(withoutCredentials),
    };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return unreadable(error.reason === 'timeout' ? 'timed-out' : 'unreachable', error.message);
  }
};

/** The operator logs a kubeconfig's whole user entry, token included, when it names a user twice: what follows such a list is cut off. */
const withoutCredentials = (line: string): string =>
  line
    .replace(/(duplicate name .*? in list:).*/, '$1 REDACTED')
    .replace(/eyJ[\w-]{10,}(\.[\w-]+){0,2}/g, 'REDACTED')
    .replace(/(bearer|token|password)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, '$1$2REDACTED')
    .slice(0, 1000);
