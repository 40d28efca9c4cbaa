import { looksSecret } from '../../base/shown.ts';
import { formatFloat, inByteOrder, quoted } from '../golang/format.ts';

/** A decoded YAML value as Go holds it. Lists and maps that an alias names are shared, not copied. */
export type YamlValue = null | boolean | string | YamlNumber | YamlList | YamlMap;

/** Go tells whole numbers, whole numbers above the range of int64, and all others apart. */
export type YamlNumber =
  | { readonly kind: 'number'; readonly type: 'int' | 'uint64'; readonly value: bigint }
  | { readonly kind: 'number'; readonly type: 'float64'; readonly value: number };

/** What decides whether JSON can hold a value, known when the value is made: nothing walks into it again. */
interface Nested {
  /** how many lists and maps stand in one another, this one counted */
  readonly depth: number;
  /** the first number in it that JSON has no form for, in encoding/json's words */
  readonly unsupported: string | undefined;
  /** the first key in it that is no text and cannot be made one, in the words of sigs.k8s.io/yaml */
  readonly badKey: string | undefined;
}
export interface YamlList extends Nested {
  readonly kind: 'list';
  readonly items: readonly YamlValue[];
  /** where each of them begins, from 1 */
  readonly lines: readonly number[];
}
export interface YamlEntry {
  /** the key as it was written; the map has it as JSON does */
  readonly key: YamlValue;
  readonly value: YamlValue;
  /** of the key, from 1 */
  readonly line: number;
}
export interface YamlMap extends Nested {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, YamlEntry>;
  /** keys that it sets once more itself, merges not counted, with the line of that */
  readonly repeated: readonly (readonly [key: string, line: number])[];
}

const isObject = (value: YamlValue | undefined): value is YamlNumber | YamlList | YamlMap => typeof value === 'object' && value !== null;
export const isList = (value: YamlValue | undefined): value is YamlList => isObject(value) && value.kind === 'list';
export const isMap = (value: YamlValue | undefined): value is YamlMap => isObject(value) && value.kind === 'map';
export const isNumber = (value: YamlValue | undefined): value is YamlNumber => isObject(value) && value.kind === 'number';

const nested = (values: readonly YamlValue[], ownBadKey?: string): Nested => {
  let depth = 0;
  let unsupportedText: string | undefined;
  let badKey = ownBadKey;
  for (const value of values) {
    if (isNumber(value)) unsupportedText ??= unsupportedNumber(value);
    else if (isObject(value)) {
      depth = Math.max(depth, value.depth);
      unsupportedText ??= value.unsupported;
      badKey ??= value.badKey;
    }
  }
  return { depth: depth + 1, unsupported: unsupportedText, badKey };
};
const unsupportedNumber = (number: YamlNumber): string | undefined =>
  number.type !== 'float64' || Number.isFinite(number.value) ? undefined : `json: unsupported value: ${formatFloat(number.value, 64)}`;

export const listOf = (items: readonly YamlValue[], lines: readonly number[]): YamlList => ({
  kind: 'list',
  items,
  lines,
  ...nested(items),
});

/** A map of pairs in the order in which they are set: the last of a key wins. */
export const mapOf = (pairs: Iterable<YamlEntry & { readonly merged: boolean }>): YamlMap => {
  const entries = new Map<string, YamlEntry>();
  const own = new Set<string>();
  const duplicates: [string, number][] = [];
  let badKey: string | undefined;
  for (const { key, value, line, merged } of pairs) {
    badKey ??= keyFault(key);
    const text = keyText(key);
    if (!merged && own.has(text)) duplicates.push([text, line]);
    if (!merged) own.add(text);
    entries.set(text, { key, value, line });
  }
  const inOrder = nested(
    [...entries.values()].map(entry => entry.value),
    badKey,
  );
  // JSON is written in the order of the keys, which only matters when there are several such numbers.
  const first =
    inOrder.unsupported === undefined ? inOrder : nested(inByteOrder(entries.keys()).map(key => entries.get(key)?.value ?? null));
  return { kind: 'map', entries, repeated: duplicates, ...inOrder, unsupported: first.unsupported };
};
/** A key as JSON has it; sigs.k8s.io/yaml yaml.go convertToJSONableObject. */
const keyText = (key: YamlValue): string => {
  if (typeof key === 'string') return key;
  if (!isNumber(key)) return String(key);
  if (key.type !== 'float64') return String(key.value);
  const text = formatFloat(key.value, 32);
  return floatKeys[text] ?? text;
};
const floatKeys: Readonly<Record<string, string>> = { '+Inf': '.inf', '-Inf': '-.inf', NaN: '.nan' };
/** What go-yaml says of it ends with the value, which may be a secret. */
const keyFault = (key: YamlValue): string | undefined => {
  if (key === null) return 'unsupported map key of type: %!s(<nil>), key: <nil>';
  if (isNumber(key) && key.type === 'uint64') return `unsupported map key of type: uint64, key: 0x${key.value.toString(16)}`;
  return undefined;
};

/** A list or map as Go's %#v prints it; it stands in a message when it was taken for a key. Bounded, and without long texts. */
export const goSyntax = (value: YamlValue): string => {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return value.length > 64 || looksSecret(value) ? '"..."' : quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (isNumber(value)) return value.type === 'float64' ? formatFloat(value.value, 64) : goInteger(value);
  if (value.depth > 8) return '...';
  if (isList(value)) return `[]interface {}{${value.items.slice(0, 8).map(goSyntax).join(', ')}}`;
  const entries = inByteOrder(value.entries.keys()).slice(0, 8);
  return `map[interface {}]interface {}{${entries.map(key => entrySyntax(value.entries.get(key))).join(', ')}}`;
};
const goInteger = ({ type, value }: YamlNumber): string => (type === 'uint64' ? `0x${value.toString(16)}` : String(value));
const entrySyntax = (entry: YamlEntry | undefined): string =>
  entry === undefined ? '' : `${goSyntax(entry.key)}:${goSyntax(entry.value)}`;

/** The same as JSON.parse would give it. */
export const plainValue = (value: YamlValue): unknown => {
  if (isNumber(value)) return Number(value.value);
  if (isList(value)) return value.items.map(plainValue);
  return isMap(value) ? Object.fromEntries([...value.entries].map(([key, { value: one }]) => [key, plainValue(one)])) : value;
};
