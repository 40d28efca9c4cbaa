import { type Exchange, exchanges } from './exchanges.ts';

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}
/** Puts a request to a server, as the user of that token. */
export type Put = (request: Exchange & { readonly token: string | undefined }) => Promise<Answered>;

/** All exchanges in their order, with what each was answered. */
export const answersOf = async (put: Put, adminToken: string): Promise<ReadonlyMap<string, Answered>> => {
  const kept = new Map<string, string>();
  const filled = (text: string): string => text.replace(/\$(\w+)/g, (whole, name: string) => kept.get(name) ?? whole);
  const tokenOf = (as: string): string | undefined =>
    as === 'admin' ? adminToken : as === 'nobody' ? undefined : (kept.get(as) ?? 'a-token-of-nobody');
  const answers = new Map<string, Answered>();
  for (const [part, list] of exchanges)
    for (const one of list) {
      const body = one.body === undefined ? {} : { body: JSON.parse(filled(JSON.stringify(one.body))) as unknown };
      const request = { ...one, path: filled(one.path), ...body, token: tokenOf(one.as ?? 'admin') };
      let answer = await put(request);
      for (let tries = 0; one.until?.(answer) === false && tries < 100; tries++) {
        await new Promise(later => setTimeout(later, 100));
        answer = await put(request);
      }
      for (const [name, path] of Object.entries(one.keep ?? {})) kept.set(name, String(at(answer.body, path)));
      answers.set(`${part}: ${one.name}`, answer);
    }
  return answers;
};
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);

/** What is drawn, counted or timed, by the name of its field: only that it is there is compared. */
const drawn: Readonly<Record<string, RegExp>> = {
  uid: /^[0-9a-f-]{36}$/,
  resourceVersion: /^\d+$/,
  creationTimestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  deletionTimestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  expirationTimestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  continue: /^[\w-]{40,}$/,
  token: /^\S{100,}$/,
  'ca.crt': /^\S{100,}$/,
};
const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** A value with all that differs from run to run replaced by what it is. */
export const settled = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') {
    if (drawn[key]?.test(value) === true) return `a ${key}`;
    return value
      .replace(ids, 'ID')
      .replace(/\b(drawn-)\w{5}\b/g, '$1DRAWN')
      .replace(/(ResourceVersion in record \()\d+/g, '$1NUMBER')
      .replace(/127\.0\.0\.1:\d+/g, 'SERVER');
  }
  if (Array.isArray(value)) return value.map(item => settled(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'managedFields' && name !== 'storageVersionHash')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, settled(item, name)]),
  );
};
/** Whether every field and item of the one is in the other; texts need only both be texts. */
export const within = (less: unknown, more: unknown): boolean => {
  if (Array.isArray(less)) return Array.isArray(more) && less.every(item => more.some(other => within(item, other)));
  if (typeof less === 'object' && less !== null)
    return (
      typeof more === 'object' &&
      more !== null &&
      Object.entries(less).every(([key, item]) => within(item, (more as Record<string, unknown>)[key]))
    );
  return less === more;
};
