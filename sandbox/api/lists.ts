import type { ServedKind } from './kinds.ts';
import { failure, type Reply } from './reply.ts';
import { selected } from './selectors.ts';
import type { Store, Stored } from './store.ts';

export interface Lists {
  readonly list: (kind: ServedKind, namespace: string | undefined, query: URLSearchParams) => Reply;
  /** Forgets the states that pages go on in, as etcd does after five minutes: their tokens then answer 410. */
  readonly compact: () => void;
}
const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

interface Token {
  readonly v: string;
  readonly rv: number;
  readonly start: string;
}
const written = (rv: number, last: Stored): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: `${last.metadata.namespace ?? ''}/${last.metadata.name}\0` })).toString(
    'base64url',
  );
const readToken = (text: string): Token | undefined => {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    return token.v === 'meta.k8s.io/v1' && typeof token.rv === 'number' && typeof token.start === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
};
const keyOf = ({ metadata }: Stored): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Lists in the order of etcd's keys, page by page of the state that the first page was read in. */
export const makeLists = (store: Store): Lists => {
  const states = new Map<string, readonly Stored[]>();
  const stateOf = (kind: ServedKind, token: Token | undefined, limit: number): { rv: number; objects: readonly Stored[] } | undefined => {
    const name = (rv: number): string => `${kind.group}/${kind.plural}@${rv}`;
    if (token !== undefined && token.rv >= 0) {
      const objects = states.get(name(token.rv));
      return objects === undefined ? undefined : { rv: token.rv, objects };
    }
    const rv = store.revision();
    const objects = [...store.list(kind.group, kind.plural)].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    if (objects.length > limit) states.set(name(rv), objects);
    return { rv, objects };
  };
  return {
    compact: () => states.clear(),
    list: (kind, namespace, query) => {
      const given = query.get('continue') ?? '';
      const token = given === '' ? undefined : readToken(given);
      if (given !== '' && token === undefined)
        return failure(400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 4');
      const limit = Number(query.get('limit') ?? '0') || Number.POSITIVE_INFINITY;
      const state = stateOf(kind, token, limit);
      if (state === undefined) {
        const again = Buffer.from(JSON.stringify({ ...token, rv: -1 })).toString('base64url');
        return failure(410, tooOld, { metadata: { continue: again } });
      }
      const all = state.objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
      const matching = selected(all, query);
      if (!Array.isArray(matching)) return matching as Reply;
      const rest = token === undefined ? matching : matching.filter(object => `${keyOf(object)}\0` > token.start);
      return pageOf(kind, state.rv, rest, limit, query);
    },
  };
};

const pageOf = (kind: ServedKind, rv: number, rest: readonly Stored[], limit: number, query: URLSearchParams): Reply => {
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const more = rest.length - items.length;
  // With a selector nobody has counted the rest.
  const counted = query.get('labelSelector') === null && query.get('fieldSelector') === null;
  const metadata = {
    resourceVersion: String(rv),
    ...(more > 0 && last !== undefined
      ? { continue: written(rv, last), ...(counted ? { remainingItemCount: more } : {}) }
      : kind.custom
        ? { continue: '' }
        : {}),
  };
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  // The items of a built-in list do not say what they are.
  const plain = kind.custom ? items : items.map(({ apiVersion: _version, kind: _kind, ...item }) => item);
  return { status: 200, body: { kind: `${kind.kind}List`, apiVersion, metadata, items: plain } };
};
