import { type Credential, credentialOf } from './credential.ts';
import { isFields } from './fields.ts';
import { withoutSecrets, withoutUser } from './shown.ts';

/** How a value is written to a document, and read from one that nobody has validated. Fields that are not listed do neither. */
export interface Codec<T> {
  readonly write: (value: T) => unknown;
  /** throws Malformed */
  readonly read: (value: unknown, path: string) => T;
}
interface OptionalCodec<T> extends Codec<T> {
  readonly optional: true;
}
/** A value of another type than its field has. The value is not quoted: it may be a secret. */
export class Malformed extends Error {
  /** as `spec.cassandra.datacenters[1].k8sContext` */
  readonly path: string;
  constructor(path: string, wanted: string) {
    super(`${path === '' ? 'it' : path} is not ${wanted}`);
    this.name = 'Malformed';
    this.path = path;
  }
}

const inside = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
const entriesAt = (value: unknown, path: string): [string, unknown][] => {
  if (!isFields(value)) throw new Malformed(path, 'an object');
  return Object.entries(value);
};

const plain = <T>(wanted: string, is: (value: unknown) => value is T, write: (value: T) => unknown = value => value): Codec<T> => ({
  write,
  read: (value, path) => {
    if (!is(value)) throw new Malformed(path, wanted);
    return value;
  },
});
const isText = (value: unknown): value is string => typeof value === 'string';
/** Written without the user name and password that some put into a URL. */
export const text: Codec<string> = plain('a text', isText, withoutUser);
/** A text of which no more is written than may be shown. */
export const shownBy = (show: (text: string) => string): Codec<string> => ({ ...text, write: show });
/** Read, and never written. */
export const secretText: Codec<string> = plain('a text', isText, () => '');
/** The certificates of a PEM bundle; a private key that stands beside them is not written. */
export const certificates: Codec<string> = plain('a text', isText, value =>
  [...value.matchAll(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g)].map(([block]) => `${block}\n`).join(''),
);
export const flag = plain('true or false', (value): value is boolean => typeof value === 'boolean');
/** Whether a path of the API can carry it: apimachinery api/validation/path IsValidPathSegmentName. */
export const isSegment = (name: string): boolean => name.length <= 253 && /^[^/%]+$/.test(name) && name !== '.' && name !== '..';
export const segment: Codec<string> = plain('a name', (value): value is string => isText(value) && isSegment(value));
export const number = plain('a number', (value): value is number => typeof value === 'number' && Number.isFinite(value));
/** Neither written nor read. */
export const omitted = <T>(): OptionalCodec<T> => ({ write: () => undefined, read: () => undefined as T, optional: true });
/** Of which only the presence matters. */
export const opaque: Codec<unknown> = { write: () => ({}), read: value => value };
/** A text of somebody else for people to read, written without what looks like a credential. */
export const foreignText = shownBy(withoutSecrets);
/** Its fingerprint, and nothing more, in both directions. */
export const fingerprint: Codec<Credential> = {
  write: value => value.fingerprint,
  read: (value, path) => credentialOf(text.read(value, path)),
};

export const is = <const T extends string | boolean>(only: T): Codec<T> => plain(`${only}`, (value): value is T => value === only);
/** Every member of a union of texts, as the keys of an object. */
export const oneOf = <T extends string>(members: Readonly<Record<T, unknown>>): Codec<T> =>
  plain(`one of ${Object.keys(members).join(', ')}`, (value): value is T => isText(value) && Object.hasOwn(members, value));

export const optional = <T>(codec: Codec<T>): OptionalCodec<T> => ({ ...codec, optional: true });
/** A field that is always there and may be undefined; null in the document. */
export const maybe = <T>(codec: Codec<T>): Codec<T | undefined> => ({
  write: value => (value === undefined ? null : codec.write(value)),
  read: (value, path) => (value === undefined || value === null ? undefined : codec.read(value, path)),
});
export const list = <T>(codec: Codec<T>): Codec<readonly T[]> => ({
  write: value => value.map(codec.write),
  read: (value, path) => {
    if (!Array.isArray(value)) throw new Malformed(path, 'a list');
    return value.map((item, index) => codec.read(item, `${path}[${index}]`));
  },
});
/** Keys are data; those that `kept` refuses are read and not written. */
export const record = <T>(codec: Codec<T>, kept: RegExp = /./s): Codec<Readonly<Record<string, T>>> => ({
  write: value =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => kept.test(key))
        .map(([key, item]) => [key, codec.write(item)]),
    ),
  read: (value, path) =>
    Object.fromEntries(
      entriesAt(value, path)
        .filter(([, item]) => item !== null && item !== undefined)
        .map(([key, item]) => [key, codec.read(item, inside(path, key))]),
    ),
});
export const map = <T>(codec: Codec<T>): Codec<ReadonlyMap<string, T>> => ({
  write: value => Object.fromEntries([...value].map(([key, item]) => [key, codec.write(item)])),
  read: (value, path) => new Map(entriesAt(value, path).map(([key, item]) => [key, codec.read(item, inside(path, key))])),
});
/** Any codec, of which only what it reads matters. */
interface Reader {
  readonly read: (value: unknown, path: string) => unknown;
  readonly write: (value: never) => unknown;
  readonly optional?: true;
}
type Fields = Readonly<Record<string, Reader>>;
type Shape<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { readonly optional: true } ? never : K]: ReturnType<F[K]['read']>;
} & { readonly [K in keyof F as F[K] extends { readonly optional: true } ? K : never]?: ReturnType<F[K]['read']> };
type Flat<T> = { [K in keyof T]: T[K] };
/** The type that a codec reads. */
export type TypeOf<C extends Pick<Reader, 'read'>> = ReturnType<C['read']>;
/** An object of exactly these fields, with the type that they make up; what else it has is neither read nor written. */
export const object = <const F extends Fields>(fields: F): Codec<Flat<Shape<F>>> => {
  const all = Object.entries(fields) as [string, Codec<unknown> & { readonly optional?: true }][];
  return {
    write: value =>
      Object.fromEntries(
        all.flatMap(([key, codec]) => {
          const item = (value as Readonly<Record<string, unknown>>)[key];
          return item === undefined && codec.optional ? [] : [[key, codec.write(item)]];
        }),
      ),
    read: (value, path) => {
      if (!isFields(value)) throw new Malformed(path, 'an object');
      const record: Record<string, unknown> = {};
      for (const [key, codec] of all) {
        const item = Object.hasOwn(value, key) ? value[key] : undefined;
        if (codec.optional && (item === undefined || item === null)) continue;
        record[key] = codec.read(item, inside(path, key));
      }
      return record as Flat<Shape<F>>;
    },
  };
};
/**
 * An object of somebody else, with the type that its fields make up. What has no codec is read as it is, so that the object can be given
 * back whole, and not written.
 */
export const open = <const F extends Fields>(fields: F): Codec<Flat<Shape<F>>> => {
  const codec = object(fields);
  return {
    write: codec.write,
    read: (value, path) => {
      const fieldValues = codec.read(value, path);
      if (!isFields(value)) return fieldValues;
      const others = Object.entries(value).filter(([key]) => !Object.hasOwn(fields, key));
      return others.length === 0 ? fieldValues : { ...Object.fromEntries(others), ...fieldValues };
    },
  };
};
type Tag<V> = V extends 'true' ? true : V extends 'false' ? false : V;
/** A union told apart by one field: a codec for each of its values. */
export const union = <
  const K extends string,
  const C extends { readonly [V in keyof C]: Reader & { readonly read: (value: unknown, path: string) => { readonly [P in K]: Tag<V> } } },
>(
  tag: K,
  cases: C,
): Codec<TypeOf<C[keyof C]>> => {
  const all = cases as unknown as Readonly<Record<string, Codec<TypeOf<C[keyof C]>>>>;
  const of = (value: unknown, path: string): Codec<TypeOf<C[keyof C]>> => {
    const key = isFields(value) ? String(value[tag]) : '';
    const codec = Object.hasOwn(all, key) ? all[key] : undefined;
    if (codec === undefined) throw new Malformed(inside(path, tag), `one of ${Object.keys(all).join(', ')}`);
    return codec;
  };
  return { write: value => of(value, '').write(value), read: (value, path) => of(value, path).read(value, path) };
};
