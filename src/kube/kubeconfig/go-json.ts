import { corruptMessage, decodeBase64, isCorrupt } from '../golang/base64.ts';
import { inByteOrder } from '../golang/format.ts';
import { isList, isMap, isNumber, type YamlNumber, type YamlValue } from '../goyaml/value.ts';

/** The first fault of a decoding, in Go's words; what follows is decoded all the same, as Go does. */
export interface Decoding {
  fault: string | undefined;
}
/** Where a value stands: the Go struct around it, and the path of fields from the root. */
interface Place {
  readonly struct: string;
  readonly path: readonly string[];
}
/** A Go type that JSON is decoded into: its name, its zero value, and how a value is set over what is there. */
export interface GoType<V> {
  readonly name: string;
  readonly zero: V;
  readonly decode: (value: YamlValue, into: V, place: Place, state: Decoding) => V;
}

/** The type that a Go type is decoded to. */
export type GoValue<T> = T extends GoType<infer V> ? Readonly<V> : never;

const jsonKind = (value: YamlValue): string =>
  isList(value) ? 'array' : isMap(value) ? 'object' : isNumber(value) ? 'number' : typeof value === 'boolean' ? 'bool' : 'string';
/** encoding/json decode.go UnmarshalTypeError, as sigs.k8s.io/json has it. */
const mistyped = (kind: string, type: string, { struct, path }: Place): string =>
  path.length === 0
    ? `json: cannot unmarshal ${kind} into Go value of type ${type}`
    : `json: cannot unmarshal ${kind} into Go struct field ${struct}.${path.join('.')} of type ${type}`;
const refuse = <V>(value: YamlValue, type: string, into: V, place: Place, state: Decoding): V => {
  state.fault ??= mistyped(jsonKind(value), type, place);
  return into;
};

/** `null` leaves what is there. */
const scalar = <V extends YamlValue>(name: string, zero: V, is: (value: YamlValue) => value is V): GoType<V> => ({
  name,
  zero,
  decode: (value, into, place, state) => (value === null ? into : is(value) ? value : refuse(value, name, into, place, state)),
});
export const goText = (name = 'string'): GoType<string> => scalar<string>(name, '', (value): value is string => typeof value === 'string');
export const goBool: GoType<boolean> = scalar<boolean>('bool', false, (value): value is boolean => typeof value === 'boolean');

const noBytes = new Uint8Array();
/** Bytes are base64; a list of small numbers is one too. */
export const goBytes: GoType<Uint8Array> = {
  name: '[]uint8',
  zero: noBytes,
  decode: (value, into, place, state) => {
    if (value === null) return noBytes;
    if (isList(value)) return Uint8Array.from(value.items, item => byteOf(item, place, state));
    if (typeof value !== 'string') return refuse(value, '[]uint8', into, place, state);
    const bytes = decodeBase64(value);
    if (!isCorrupt(bytes)) return bytes;
    state.fault ??= corruptMessage(bytes);
    return into;
  },
};
const byteOf = (value: YamlValue, place: Place, state: Decoding): number => {
  if (value === null) return 0;
  if (!isNumber(value)) return refuse(value, 'uint8', 0, place, state);
  if (value.type !== 'float64' && value.value >= 0n && value.value < 256n) return Number(value.value);
  state.fault ??= mistyped(`number ${literal(value)}`, 'uint8', place);
  return 0;
};
const literal = ({ value }: YamlNumber): string => (Object.is(value, -0) ? '-0' : String(value));

export const goList = <V>(of: GoType<V>): GoType<readonly V[]> => ({
  name: `[]${of.name}`,
  zero: [],
  decode: (value, into, place, state) => {
    if (value === null) return [];
    if (!isList(value)) return refuse(value, `[]${of.name}`, into, place, state);
    return value.items.map(item => of.decode(item, of.zero, place, state));
  },
});
export const goMap = <V>(of: GoType<V>, name = `map[string]${of.name}`): GoType<ReadonlyMap<string, V>> => ({
  name,
  zero: new Map(),
  decode: (value, into, place, state) => {
    if (value === null) return new Map();
    if (!isMap(value)) return refuse(value, name, into, place, state);
    const entries = inByteOrder(value.entries.keys()).map(
      key => [key, of.decode(value.entries.get(key)?.value ?? null, of.zero, place, state)] as const,
    );
    return new Map([...into, ...entries]);
  },
});
export const goPointer = <V>(to: GoType<V>): GoType<V | undefined> => ({
  name: to.name,
  zero: undefined,
  decode: (value, into, place, state) => (value === null ? undefined : to.decode(value, into ?? to.zero, place, state)),
});
/** A value that is kept as it is. */
export const goRaw: GoType<YamlValue> = { name: 'runtime.RawExtension', zero: null, decode: value => value };

/** The fields of a Go struct, each with its name in JSON and its type. */
export type GoFields<V> = { readonly [K in keyof V]: readonly [json: string, type: GoType<V[K]>] };
/** A Go struct of `packageName`; fields that it does not have are passed over, and names are told apart by case. */
export const goStruct = <V extends object>(name: string, fields: GoFields<V>, packageName = 'v1'): GoType<V> => {
  const all = Object.entries(fields) as [keyof V & string, readonly [string, GoType<unknown>]][];
  const byName = new Map(all.map(([key, [json, type]]) => [json, { key, type }]));
  const inOrder = inByteOrder(byName.keys());
  const zero = Object.fromEntries(all.map(([key, [, type]]) => [key, type.zero])) as V;
  const typeName = `${packageName}.${name}`;
  return {
    name: typeName,
    zero,
    decode: (value, into, around, state) => {
      if (value === null) return into;
      if (!isMap(value)) return refuse(value, typeName, into, around, state);
      const set = inOrder.flatMap(json => {
        const [entry, field] = [value.entries.get(json), byName.get(json)];
        if (entry === undefined || field === undefined) return [];
        const place = { struct: name, path: [...around.path, json] };
        return [[field.key, field.type.decode(entry.value, into[field.key], place, state)]];
      });
      return { ...into, ...Object.fromEntries(set) };
    },
  };
};
