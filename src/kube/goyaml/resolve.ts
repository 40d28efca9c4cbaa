import { decodeBase64, isCorrupt } from '../golang/base64.ts';
import { utf8Text } from '../golang/text.ts';
import { YamlFault } from './fault.ts';
import type { YamlValue } from './value.ts';

const prefix = 'tag:yaml.org,2002:';
type Kind = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'str';
interface Resolved {
  readonly kind: Kind;
  readonly value: YamlValue;
}

const words: ReadonlyMap<string, Resolved> = new Map(
  (
    [
      ['bool', true, 'y Y yes Yes YES true True TRUE on On ON'],
      ['bool', false, 'n N no No NO false False FALSE off Off OFF'],
      ['null', null, '~ null Null NULL'],
      ['float', { kind: 'number', type: 'float64', value: Number.NaN }, '.nan .NaN .NAN'],
      ['float', { kind: 'number', type: 'float64', value: Number.POSITIVE_INFINITY }, '.inf .Inf .INF +.inf +.Inf +.INF'],
      ['float', { kind: 'number', type: 'float64', value: Number.NEGATIVE_INFINITY }, '-.inf -.Inf -.INF'],
    ] as const
  ).flatMap(([kind, value, list]) => list.split(' ').map(word => [word, { kind, value }] as const)),
);

/** What an untagged scalar without quotes is. Source: go-yaml resolve.go, where YAML 1.1 is in force. */
const resolvePlain = (text: string, mayBeTimestamp: boolean): Resolved => {
  if (text === '') return { kind: 'null', value: null };
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charAt(0);
  if (first === '.') return floatOf(text) ?? { kind: 'str', value: text };
  if (!/[-+0-9]/.test(first)) return { kind: 'str', value: text };
  if (mayBeTimestamp && isTimestamp(text)) return { kind: 'timestamp', value: text };
  const digits = text.replaceAll('_', '');
  return integerOf(digits) ?? floatOf(digits) ?? { kind: 'str', value: text };
};

const int64 = { lowest: -(2n ** 63n), highest: 2n ** 63n - 1n };
const uint64Highest = 2n ** 64n - 1n;
/** strconv.ParseInt and ParseUint with base 0: a sign, and a prefix for the base. No such number has more digits than 64. */
const integerOf = (text: string): Resolved | undefined => {
  const match = /^([-+]?)(0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', literal = ''] = match;
  const digits = /^0[0-9]/.test(literal) ? `0o${literal.slice(1)}` : literal;
  const significantDigits = digits.replace(/^0[bBoOxX]0*(?=.)/, prefixed => prefixed.slice(0, 2));
  if (significantDigits.length > 66) return undefined;
  const magnitude = BigInt(significantDigits);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= int64.lowest && value <= int64.highest) return { kind: 'int', value: { kind: 'number', type: 'int', value } };
  if (sign !== '' || value > uint64Highest) return undefined;
  return { kind: 'int', value: { kind: 'number', type: 'uint64', value } };
};
const floatOf = (text: string): Resolved | undefined => {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value: { kind: 'number', type: 'float64', value } } : undefined;
};

/** The four forms that go-yaml tries, with Go's ranges; resolve.go parseTimestamp. */
const isTimestamp = (text: string): boolean => {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d{2}):(\d{2}))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/.exec(
      text,
    );
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...times] = match.slice(1).map(part => Number(part ?? 0));
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0, hour2 = 0, minute2 = 0, second2 = 0] = times;
  const days = month >= 1 && month <= 12 ? new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() : 0;
  const isTime = Math.max(hour, hour2) < 24 && Math.max(minute, minute2, second, second2, zoneMinute) < 60 && zoneHour <= 24;
  return day >= 1 && day <= days && isTime;
};

const resolvableTags = new Set(['', ...['str', 'bool', 'int', 'float', 'null', 'timestamp'].map(name => prefix + name)]);

/** The value of a scalar with its tag. Throws go-yaml's message, without the text, which may be a secret. */
export const resolveScalar = (tag: string, text: string, isImplicit: boolean): YamlValue => {
  if (tag === '' && !isImplicit) return text;
  if (tag === `${prefix}binary`) return binary(text);
  if (!resolvableTags.has(tag) || tag === `${prefix}str`) return text;
  const { kind, value } = resolvePlain(text, tag === '' || tag === `${prefix}timestamp`);
  if (tag === '' || tag === prefix + kind) return value;
  if (tag === `${prefix}float` && kind === 'int' && value !== null && typeof value === 'object' && value.kind === 'number') {
    if (value.type === 'int') return { kind: 'number', type: 'float64', value: Number(value.value) };
  }
  const tagName = tag.slice(prefix.length);
  throw new YamlFault(`yaml: cannot decode !!${kind} as a !!${tagName}`, { problem: `holds what is no !!${tagName}` });
};
const binary = (text: string): string => {
  const bytes = decodeBase64(text);
  if (isCorrupt(bytes)) throw new YamlFault('yaml: !!binary value contains invalid base64 data', { problem: '!!binary holds no base64' });
  return utf8Text(bytes);
};
