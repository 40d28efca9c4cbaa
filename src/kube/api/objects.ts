import { kubectl, sentence } from '../../base/advice.ts';
import { list, Malformed, object, opaque, optional, text } from '../../base/codec.ts';
import { printable, UserError } from '../../base/errors.ts';
import { known, type Read, unreadable } from '../../base/read.ts';
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

/** Objects that one list may have: more than any fleet has, and few enough to hold. */
const maxItems = 100_000;
/** Pages of one list: 500 objects each, as asked for, or fewer where the server makes them smaller. */
const maxPages = 1000;
/** How often a list is begun again whose continue token has expired. */
const maxStarts = 4;
const listPage = object<{ readonly kind: string; readonly metadata: { readonly continue?: string }; readonly items: readonly unknown[] }>({
  kind: text,
  metadata: object<{ readonly continue?: string }>({ continue: optional(text) }),
  items: list(opaque),
});

/**
 * All objects of a kind, page by page: all of one state, or none. `not-installed` when the API does not serve the kind. An expired
 * continue token (410) begins the list again, a few times: what was read so far is no longer one state; client-go tools/pager/pager.go.
 */
export const listObjects = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind,
  namespace?: string,
  labelSelector?: string,
): Promise<Read<readonly T[]>> => {
  try {
    for (let start = 0; start < maxStarts; start++) {
      const read = await listOnce<T>(connection, kind, namespace, labelSelector);
      if (read !== 'expired') return read;
    }
    return unreadable('failed', `the list of ${kind.plural} expired ${maxStarts} times before it was read whole`);
  } catch (error) {
    return unreadableBecause(error);
  }
};
const listOnce = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind,
  namespace: string | undefined,
  labelSelector: string | undefined,
): Promise<Read<readonly T[]> | 'expired'> => {
  const items: T[] = [];
  const passed = new Set<string>();
  for (let next: string | undefined = ''; next !== undefined; ) {
    const query = new URLSearchParams({
      limit: '500',
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(next === '' ? {} : { continue: next }),
    });
    const answer = await connection.request({ path: `${apiPath(kind, namespace)}?${query}` });
    // On a later page the kind was served a moment ago.
    if (answer.status === 404 && next === '') return unreadable('not-installed', `${kind.plural}.${kind.group} is not served`);
    if (answer.status === 410) return next === '' ? refused(answer) : 'expired';
    if (answer.status !== 200) return refused(answer);
    const page = pageOf(answer, kind);
    if (!page.ok) return page;
    for (const item of page.value.items) items.push(item as T);
    next = page.value.metadata.continue || undefined;
    if (next !== undefined && (passed.has(next) || passed.size >= maxPages || items.length > maxItems))
      return unreadable('failed', `the list of ${kind.plural} does not end: ${items.length} objects in ${passed.size + 1} pages`);
    if (next !== undefined) passed.add(next);
  }
  return known(items);
};
/** A page of a list of that kind: an answer that is something else is no empty list. */
const pageOf = ({ body }: Answer, kind: Kind): Read<ReturnType<typeof listPage.read>> => {
  const what = `the list of ${kind.plural}`;
  try {
    const page = listPage.read(body, '');
    return page.kind === `${kind.kind}List`
      ? known(page)
      : unreadable('failed', `${what} is malformed: its kind is ${printable(page.kind).slice(0, 60)}`);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return unreadable('failed', `${what} is malformed: ${error.message}`);
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
      sentence`check that ${kubectl(connection.context, 'version')} answers, then run this again`,
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
        : sentence`check that ${kubectl(context, 'version')} answers`,
  );
};
