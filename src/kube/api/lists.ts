import { isSegment, list, Malformed, object, opaque, optional, type TypeOf, text } from '../../base/codec.ts';
import { printable } from '../../base/errors.ts';
import { known, type Read, unreadable } from '../../base/read.ts';
import { apiPath, type Kind, type KubeObject } from '../kinds.ts';
import { decoded, isUnserved, refusalOf, unreadOf } from './answer.ts';
import { refusalIn } from './ask.ts';
import type { Connection } from './connection.ts';
import { nameIn, objectOf } from './objects.ts';
import type { Answer } from './request.ts';

/** Objects that one list may have: more than any fleet has, and few enough to hold. */
const maxItems = 100_000;
/** Pages of one list: 500 objects each, as asked for, or fewer where the server makes them smaller. */
const maxPages = 1000;
/** How often a list is begun again whose continue token has expired. */
const maxStarts = 4;
const listPage = object({ kind: text, metadata: object({ continue: optional(text) }), items: list(opaque) });

/**
 * All objects of a kind, page by page: all of one state, or none; those that are not of the kind's shape are told apart. `not-installed` when the API does not serve the kind. An expired
 * continue token (410) begins the list again, a few times: what was read so far is no longer one state; client-go tools/pager/pager.go.
 */
export const listObjects = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  namespace?: string,
  labelSelector?: string,
  pageSize = 500,
): Promise<Read<readonly T[]>> => {
  if (namespace !== undefined && !isSegment(namespace)) return known([]);
  try {
    for (let start = 0; start < maxStarts; start++) {
      const list = await listOnce<T>(connection, kind, namespace, labelSelector, pageSize);
      if (list !== 'expired') return list;
    }
    return unreadable('failed', `the list of ${kind.plural} expired ${maxStarts} times before it was read whole`);
  } catch (error) {
    return unreadOf(refusalIn(error));
  }
};
const listOnce = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  namespace: string | undefined,
  labelSelector: string | undefined,
  pageSize: number,
): Promise<Read<readonly T[]> | 'expired'> => {
  const items: T[] = [];
  const unfit: string[] = [];
  const tokens = new Set<string>();
  for (let next: string | undefined = ''; next !== undefined; ) {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(next === '' ? {} : { continue: next }),
    });
    const answer = await connection.request({ path: `${apiPath(kind, namespace)}?${query}` });
    // On a later page the kind was served a moment ago.
    if (next === '' && isUnserved(answer)) return unreadable('not-installed', `${kind.plural}.${kind.group} is not served`);
    if (next !== '' && answer.status === 410) return 'expired';
    if (answer.status !== 200) return unreadOf(refusalOf(answer));
    const page = pageOf(answer, kind);
    if (!page.ok) return page;
    for (const item of page.value.items) {
      const member = memberOf(item, kind);
      if ('unfit' in member) unfit.push(member.unfit);
      else if (isAskedFor(member.object, labelSelector)) items.push(member.object);
      else
        return unreadable('malformed', `the list of ${kind.plural}: it holds some without the label ${labelSelector}, which was asked for`);
    }
    next = page.value.metadata.continue || undefined;
    if (next !== undefined && (tokens.has(next) || tokens.size >= maxPages || items.length > maxItems))
      return unreadable('failed', `the list of ${kind.plural} does not end: ${items.length} objects in ${tokens.size + 1} pages`);
    if (next !== undefined) tokens.add(next);
  }
  return unfit.length === 0 ? known(items) : { ok: true, value: items, unfit };
};
/** Whether it has the label that was asked for, a `name=value`. What answers with others than those does not filter, and may give Secrets away that nobody wants. */
const isAskedFor = ({ metadata: { labels = {} } }: KubeObject, label: string | undefined): boolean =>
  label === undefined || Object.entries(labels).some(([name, value]) => `${name}=${value}` === label);
/** One object of a list, or what is wrong with it: the others are read all the same. */
const memberOf = <T extends KubeObject>(item: unknown, kind: Kind<T>): { readonly object: T } | { readonly unfit: string } => {
  try {
    return { object: objectOf(item, kind) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { unfit: `${nameIn(item, kind)}: ${printable(error.message).slice(0, 200)}` };
  }
};
/** A page of a list of that kind: an answer that is something else is no empty list. */
const pageOf = (answer: Answer, kind: Kind): Read<TypeOf<typeof listPage>> => {
  const what = `the list of ${kind.plural}`;
  const page = decoded(answer, listPage, what);
  if (!page.ok) return unreadOf(page);
  const pageKind = page.value.kind;
  return pageKind === `${kind.kind}List`
    ? known(page.value)
    : unreadable('malformed', `${what}: its kind is ${printable(pageKind).slice(0, 60)}`);
};

/** A kind over several namespaces, or cluster-wide for `'all'`. The first unreadable namespace decides. */
export const listWatched = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  watches: readonly string[] | 'all',
  labelSelector?: string,
): Promise<Read<readonly T[]>> => {
  if (watches === 'all') return listObjects<T>(connection, kind, undefined, labelSelector);
  const reads = await Promise.all(watches.map(namespace => listObjects<T>(connection, kind, namespace, labelSelector)));
  const failure = reads.find(read => !read.ok);
  if (failure !== undefined) return failure;
  const unfit = reads.flatMap(read => (read.ok ? (read.unfit ?? []) : []));
  const value = reads.flatMap(read => (read.ok ? read.value : []));
  return unfit.length === 0 ? known(value) : { ok: true, value, unfit };
};
