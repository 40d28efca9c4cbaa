import type { Reply } from '../../../sandbox/api/reply.ts';
import { absent, changedAt, type Path, pathsIn, written } from './paths.ts';
import type { Random } from './random.ts';

export interface Mutation {
  readonly name: string;
  /** whether nothing of the answer can be used after it */
  readonly unreadable: boolean;
  readonly apply: (reply: Reply) => Reply;
}

const nested = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};
const poisoned = (): unknown => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
/** What a field becomes. Each is a value that JSON can carry. */
const values: Readonly<Record<string, (old: unknown) => unknown>> = {
  missing: () => absent,
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  negative: () => -1,
  'huge number': () => 1e20,
  fraction: () => 0.1,
  'empty text': () => '',
  text: () => 'x',
  'text of a number': () => '12',
  'huge text': () => 'x'.repeat(200_000),
  'huge blank': () => ' '.repeat(200_000),
  'text of lines': () => 'a\nb\r\nc',
  control: () => '\u001b[2J\u0000\u202e',
  surrogate: () => '\ud800',
  'proto name': () => '__proto__',
  'constructor name': () => 'constructor',
  url: () => 'https://[::1]:99999/\\x',
  slashes: () => '../../a/b',
  'no base64': () => '%%%',
  'no date': () => '2026-99-99T99:99:99Z',
  list: () => [],
  'list of null': () => [null],
  'list of lists': () => [[]],
  'list of texts': () => ['x'],
  object: () => ({}),
  'object in object': () => ({ x: {} }),
  poisoned,
  deep: () => nested(2000),
  wrapped: old => [old],
  keyed: old => ({ value: old }),
  'as text': old => JSON.stringify(old) ?? '',
  twice: old => (Array.isArray(old) ? [...old, ...old] : typeof old === 'string' ? `${old}${old}` : [old, old]),
  many: old => (Array.isArray(old) && old.length > 0 ? Array.from({ length: 3000 }, (_, index) => old[index % old.length]) : old),
};
/** What is put beside the fields of an object. */
const additions: Readonly<Record<string, unknown>> = {
  __proto__x: poisoned(),
  continue: 'again',
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: ['example.com/stay'],
  annotations: null,
  labels: { 'control-plane': null },
  ownerReferences: [null],
  status: null,
  data: null,
  items: [null],
  spec: 'x',
};
const statuses = [
  204, 205, 301, 302, 304, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 418, 422, 423, 429, 451, 500, 501, 502, 503,
  504, 507, 511, 599,
];
const page = '<!DOCTYPE html><html><head><title>Log in</title></head><body>Please log in</body></html>';
const html = { 'Content-Type': 'text/html; charset=utf-8' };
const json = { 'Content-Type': 'application/json' };
/** How soon a throttled request may come again. */
const retryAfter = ['0', '0', '0', '0', '', 'soon', '-1', '1e9', 'Wed, 21 Oct 2099 07:28:00 GMT'];

const bodies: Readonly<Record<string, (reply: Reply) => Reply>> = {
  'web page': ({ status }) => ({ status, body: page, headers: html }),
  'web page as JSON': ({ status }) => ({ status, body: page, headers: json }),
  'plain text': ({ status }) => ({ status, body: '404 page not found\n' }),
  empty: ({ status }) => ({ status, body: '', headers: json }),
  'empty text': ({ status }) => ({ status, body: '' }),
  null: ({ status }) => ({ status, body: 'null', headers: json }),
  number: ({ status }) => ({ status, body: '42', headers: json }),
  'JSON text': ({ status }) => ({ status, body: '"x"', headers: json }),
  list: ({ status }) => ({ status, body: '[]', headers: json }),
  'list of null': ({ status }) => ({ status, body: '[null]', headers: json }),
  object: ({ status }) => ({ status, body: '{}', headers: json }),
  half: ({ status, body }) => ({ status, body: halfOf(body), headers: json }),
  cut: reply => ({ ...reply, cut: true }),
  'a Status': ({ status }) => ({ status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'x', code: 500 } }),
};
const halfOf = (body: unknown): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return text.slice(0, Math.floor(text.length / 2));
};
const messages: Readonly<Record<string, unknown>> = {
  'a Status': { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'refused', reason: 'Refused' },
  'no message': { kind: 'Status', status: 'Failure' },
  'a wrong message': { kind: 'Status', message: { text: ['x'] } },
  'a huge message': { kind: 'Status', message: 'x '.repeat(100_000) },
  null: null,
  text: 'upstream connect error or disconnect/reset before headers',
  'a web page': page,
};

/** The kinds of answers that tell nothing, be they refused, broken or another server's. */
export const unreadable = (reply: Reply): readonly Mutation[] =>
  Object.entries({
    forbidden: (): Reply => ({ status: 403, body: messages['a Status'] }),
    broken: (): Reply => ({ status: 500, body: messages['a Status'] }),
    'web page': bodies['web page'] as (from: Reply) => Reply,
    object: bodies['object'] as (from: Reply) => Reply,
  }).map(([name, apply]) => ({
    name,
    // Where text is asked for, any text with 200 can be read.
    unreadable: typeof reply.body !== 'string' || name === 'forbidden' || name === 'broken',
    apply,
  }));

/** One change of one answer, drawn for that answer. */
export const mutationFor = (random: Random, reply: Reply): Mutation => {
  const draw = random.below(10);
  if (draw < 2) return statusMutation(random);
  if (draw < 3) return bodyMutation(random, reply);
  if (draw < 4) return additionMutation(random, reply);
  return fieldMutation(random, reply);
};

const statusMutation = (random: Random): Mutation => {
  const status = random.pick(statuses);
  const [name, body] = random.pick(Object.entries(messages));
  const wait = random.pick(retryAfter);
  const headers = {
    ...(typeof body === 'string' ? html : json),
    ...(status < 400 ? { Location: 'https://elsewhere.example.com/' } : {}),
    'Retry-After': wait,
  };
  // 404 says that there is none, and 409 and 410 tell what is there: none of them is unreadable.
  const unreadable = ![404, 409, 410, 304].includes(status);
  const silent = status === 204 || status === 205 || status === 304;
  return {
    name: `status ${status} with ${name}, Retry-After ${wait}`,
    unreadable,
    apply: () => ({ status, body: silent ? '' : body, headers }),
  };
};
const bodyMutation = (random: Random, reply: Reply): Mutation => {
  const [name, apply] = random.pick(Object.entries(bodies));
  // Where text is asked for, any text can be read.
  const unreadable = typeof reply.body !== 'string' || name === 'cut';
  return { name: `body ${name}`, unreadable, apply };
};
const fieldMutation = (random: Random, reply: Reply): Mutation => {
  const path: Path = random.pick(pathsIn(reply.body));
  const [name, change] = random.pick(Object.entries(values));
  return {
    name: `${written(path)} = ${name}`,
    unreadable: false,
    apply: ({ body, ...rest }) => ({ ...rest, body: jsonOr(changedAt(body, path, change)) }),
  };
};
const additionMutation = (random: Random, reply: Reply): Mutation => {
  const objects = pathsIn(reply.body);
  const path = random.pick(objects);
  const [key, value] = random.pick(Object.entries(additions));
  const name = key === '__proto__x' ? '__proto__' : key;
  const add = (old: unknown): unknown =>
    typeof old === 'object' && old !== null && !Array.isArray(old) ? Object.fromEntries([...Object.entries(old), [name, value]]) : old;
  return {
    name: `${written(path)} + ${name}`,
    unreadable: false,
    apply: ({ body, ...rest }) => ({ ...rest, body: changedAt(body, path, add) }),
  };
};
/** An answer that is nothing is still sent as JSON. */
const jsonOr = (body: unknown): unknown => (body === absent ? {} : body);
