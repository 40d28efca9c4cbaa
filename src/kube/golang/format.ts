/** A text as Go's %q prints it; strconv/quote.go. */
export const quoted = (text: string): string => {
  let result = '"';
  for (const character of text) result += escapes.get(character) ?? (printableCharacter.test(character) ? character : escaped(character));
  return `${result}"`;
};
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);
const printableCharacter = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u;
const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
};
const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** A number as strconv.FormatFloat(value, 'g', -1, 32 or 64) prints it: the fewest digits that read back as the same number. */
export const formatFloat = (value: number, bits: 32 | 64): string => {
  const number = bits === 32 ? Math.fround(value) : value;
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? '+Inf' : '-Inf';
  if (number === 0) return Object.is(number, -0) ? '-0' : '0';
  const sign = number < 0 ? '-' : '';
  const [mantissa = '', exponent = '0'] = fewestDigits(Math.abs(number), bits).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const digits = mantissa.replace('.', '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const integerPart = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const fraction = digits.slice(power + 1);
  return `${sign}${integerPart}${fraction === '' ? '' : `.${fraction}`}`;
};
const fewestDigits = (value: number, bits: 32 | 64): string => {
  if (bits === 64) return value.toExponential();
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential(9);
};

/** Texts in the order of their UTF-8 bytes, as Go compares them. */
export const inByteOrder = (texts: Iterable<string>): string[] =>
  [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
