import { printable, UserError } from '../../base/errors.ts';
import { type Read, unreadable } from '../../base/read.ts';
import { apiPath, type Kind, type KubeObject } from '../kinds.ts';
import { type Answer, type Connection, type Request, TransportError } from './connection.ts';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
/** The message of a Kubernetes Status, safe to print; never a whole body, which may quote a Secret. */
export const statusMessage = ({ status, body }: Answer): string => {
  const message = record(body)['message'];
  return typeof message === 'string' ? printable(message).slice(0, 300) : `HTTP ${status}`;
};

/** Why a request failed, as a fact: forbidden, unreachable, timed out, not installed, or failed. */
export const unreadableBecause = (error: unknown): Read<never> => {
  if (!(error instanceof TransportError)) throw error;
  return unreadable(
    error.reason === 'timeout' ? 'timed-out' : error.reason === 'malformed' || error.reason === 'http' ? 'failed' : 'unreachable',
    error.message,
  );
};
const refused = (answer: Answer): Read<never> =>
  answer.status === 401 || answer.status === 403
    ? unreadable('forbidden', statusMessage(answer))
    : unreadable('failed', `${answer.status}: ${statusMessage(answer)}`);

/** One object; `ok` with `undefined` when the API says it does not exist. */
export const getObject = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind,
  namespace: string | undefined,
  name: string,
): Promise<Read<T | undefined>> => {
  try {
    const answer = await connection.request({ path: apiPath(kind, namespace, name) });
    if (answer.status === 404) return { ok: true, value: undefined };
    return answer.status === 200 ? { ok: true, value: answer.body as T } : refused(answer);
  } catch (error) {
    return unreadableBecause(error);
  }
};

/** All objects of a kind, page by page; `not-installed` when the API does not serve the kind. */
export const listObjects = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind,
  namespace?: string,
  labelSelector?: string,
): Promise<Read<readonly T[]>> => {
  const items: T[] = [];
  let next = '';
  try {
    do {
      const query = new URLSearchParams({
        limit: '500',
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(next === '' ? {} : { continue: next }),
      });
      const answer = await connection.request({ path: `${apiPath(kind, namespace)}?${query}` });
      if (answer.status === 404) return unreadable('not-installed', `${kind.plural}.${kind.group} is not served`);
      // An expired continue token: what was read so far is no longer one state, so the list starts again.
      if (answer.status === 410 && next !== '') {
        items.length = 0;
        next = '';
        continue;
      }
      if (answer.status !== 200) return refused(answer);
      const page = record(answer.body);
      items.push(...((page['items'] ?? []) as T[]));
      next = String(record(page['metadata'])['continue'] ?? '');
    } while (next !== '');
    return { ok: true, value: items };
  } catch (error) {
    return unreadableBecause(error);
  }
};

/** A kind over several namespaces, or cluster-wide for `'all'`. The first unreadable namespace decides. */
export const listWatched = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind,
  watches: readonly string[] | 'all',
  labelSelector?: string,
): Promise<Read<readonly T[]>> => {
  if (watches === 'all') return listObjects<T>(connection, kind, undefined, labelSelector);
  const reads = await Promise.all(watches.map(namespace => listObjects<T>(connection, kind, namespace, labelSelector)));
  const broken = reads.find(read => !read.ok);
  return broken ?? { ok: true, value: reads.flatMap(read => (read.ok ? read.value : [])) };
};

/** A write, or a read that must succeed. Every refusal becomes one line that says what was refused and by whom. */
export const demand = async <T>(
  connection: Connection,
  what: string,
  request: Request,
  accept: readonly number[] = [200, 201, 202],
): Promise<T> => {
  let answer: Answer;
  try {
    answer = await connection.request(request);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new UserError(
      `cannot ${what} in ${connection.context}: ${error.message}`,
      `check that kubectl --context ${connection.context} version answers, then run this again`,
    );
  }
  if (accept.includes(answer.status)) return answer.body as T;
  throw new UserError(
    `cannot ${what} in ${connection.context}: ${answer.status} ${statusMessage(answer)}`,
    cure[answer.status] ?? 'run this again; add -v 2 to see each request',
    4,
    String(answer.status),
  );
};
const cure: Readonly<Record<number, string>> = {
  401: 'log in to that cluster again: its API does not accept the credentials of the kubeconfig',
  403: 'use a context whose user has this right, or ask for it',
  404: 'check the name and the namespace',
  409: 'someone else changed it at the same time: look at it, then run this again',
  422: 'the API server refuses the object: correct what its message names',
  429: 'the API server is overloaded: wait a moment, then run this again',
};
/** The value of a read that must succeed before anything can be done. */
export const required = <T>(read: Read<T>, what: string, context: string): T => {
  if (read.ok) return read.value;
  throw new UserError(
    `cannot read ${what} in ${context}: ${read.reason}: ${read.detail}`,
    read.reason === 'forbidden'
      ? 'use a context whose user has this right, or ask for it'
      : read.reason === 'not-installed'
        ? 'install the K8ssandra Operator and its CRDs there first'
        : `check that kubectl --context ${context} version answers`,
  );
};
