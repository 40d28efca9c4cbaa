/** Why a YAML text holds no value that JSON could hold; without a word of the text, which may be a token. */
export class UnfitYaml extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitYaml';
  }
}

const yes: ReadonlySet<string> = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const no: ReadonlySet<string> = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const none: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const endless = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const wholeNumber = /^([-+]?)(0[bB][01]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const largest = 2n ** 64n - 1n;
const smallest = -(2n ** 63n);

type Resolved = { readonly tag: 'bool' | 'null' | 'float' | 'int' | 'str'; readonly value: boolean | null | number | string };
const float = (text: string): Resolved | undefined => {
  const value = Number(text);
  return Number.isFinite(value) ? { tag: 'float', value } : undefined;
};
/** strconv.ParseInt and ParseUint with base 0, where `017` is octal. */
const whole = (text: string): Resolved | undefined => {
  const [, sign = '', digits = ''] = wholeNumber.exec(text) ?? [];
  if (digits === '') return undefined;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === '-' ? -magnitude : magnitude;
  return value > largest || value < smallest ? undefined : { tag: 'int', value: Number(value) };
};
const endlessNumber = (source: string): number =>
  /nan/i.test(source) ? Number.NaN : source.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
const implied = (source: string): Resolved => {
  if (yes.has(source)) return { tag: 'bool', value: true };
  if (no.has(source)) return { tag: 'bool', value: false };
  if (none.has(source)) return { tag: 'null', value: null };
  if (endless.test(source)) return { tag: 'float', value: endlessNumber(source) };
  const text: Resolved = { tag: 'str', value: source };
  const [first = ''] = source;
  if (first === '.') return (decimal.test(source) ? float(source) : undefined) ?? text;
  if (!/[-+0-9]/.test(first)) return text;
  const plain = source.replaceAll('_', '');
  return whole(plain) ?? (decimal.test(plain) ? float(plain) : undefined) ?? text;
};
const binary = (source: string): string => {
  const base64 = source.replace(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw new UnfitYaml('!!binary holds no base64');
  return Buffer.from(base64, 'base64').toString('utf8');
};
const prefix = 'tag:yaml.org,2002:';

/**
 * The value of a scalar as sigs.k8s.io/yaml reads it, which is YAML 1.1 without base 60: `no` is false, `0x10` is 16, a date is a text.
 * Throws UnfitYaml for what its tag forbids. Source: go.yaml.in/yaml/v2 resolve.go.
 */
export const scalarValue = (source: string, tag: string | undefined, plain: boolean): boolean | null | number | string => {
  if (tag === undefined && !plain) return source;
  if (tag === undefined) return implied(source).value;
  const known = tag.startsWith(prefix) ? tag.slice(prefix.length) : '';
  if (known === 'binary') return binary(source);
  if (!['bool', 'int', 'float', 'null'].includes(known)) return source;
  const { tag: own, value } = implied(source);
  if (own !== known && !(known === 'float' && own === 'int')) throw new UnfitYaml(`holds what is no !!${known}`);
  return value;
};
