/** What may come next, and how Go says that it did not; encoding/json scanner.go. */
type State = keyof typeof expectations;
const expectations = {
  value: 'looking for beginning of value',
  valueOrEnd: 'looking for beginning of value',
  key: 'looking for beginning of object key string',
  keyOrEnd: 'looking for beginning of object key string',
  colon: 'after object key',
  nextKey: 'after object key:value pair',
  nextItem: 'after array element',
  end: 'after top-level value',
} as const;
const unexpectedEnd = 'unexpected end of JSON input';
/** encoding/json goes as deep as this. */
export const mostDepth = 10_000;
export const depthWords = 'exceeded max depth';

/** The words of encoding/json about a text that is no JSON, `undefined` when it is. Linear in the size of the text. */
export const jsonSyntaxFault = (text: string): string | undefined => {
  const bytes = new TextEncoder().encode(text);
  const open: ('object' | 'array')[] = [];
  let state: State = 'value';
  const close = (): void => {
    open.pop();
    state = afterValue(open);
  };
  for (let at = 0; at < bytes.length; at++) {
    const char = String.fromCharCode(bytes[at] ?? 0);
    if (' \t\r\n'.includes(char)) continue;
    if (char === '"' && (isValue(state) || isKey(state))) {
      const string = stringEnd(bytes, at);
      if (typeof string === 'string') return string;
      at = string;
      state = isKey(state) ? 'colon' : afterValue(open);
    } else if ('{['.includes(char) && isValue(state)) {
      open.push(char === '{' ? 'object' : 'array');
      if (open.length > mostDepth) return invalid(bytes[at] ?? 0, depthWords);
      state = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
    } else if (char === '}' && (state === 'keyOrEnd' || state === 'nextKey')) close();
    else if (char === ']' && (state === 'valueOrEnd' || state === 'nextItem')) close();
    else if (char === ':' && state === 'colon') state = 'value';
    else if (char === ',' && state === 'nextKey') state = 'key';
    else if (char === ',' && state === 'nextItem') state = 'value';
    else if (isValue(state) && /[-\dtfn]/.test(char)) {
      const scalar = scalarEnd(bytes, at);
      if (typeof scalar === 'string') return scalar;
      at = scalar;
      state = afterValue(open);
    } else return invalid(bytes[at] ?? 0, expectations[state]);
  }
  return state === 'end' ? undefined : unexpectedEnd;
};
const isValue = (state: State): boolean => state === 'value' || state === 'valueOrEnd';
const isKey = (state: State): boolean => state === 'key' || state === 'keyOrEnd';
const afterValue = (open: readonly string[]): State => (open.length === 0 ? 'end' : open.at(-1) === 'object' ? 'nextKey' : 'nextItem');

const invalid = (byte: number, where: string): string => `invalid character ${quotedByte(byte)} ${where}`;
/** A byte is shown as the character of that number. */
const quotedByte = (byte: number): string => {
  const char = String.fromCharCode(byte);
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const quotedChar = JSON.stringify(char).slice(1, -1);
  return `'${byte < 0x20 || byte === 0x7f ? (goEscapes[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`) : quotedChar}'`;
};
const goEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** At the end of the text Go takes a blank for what comes next, to end a number. */
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0x20;

/** The index of the quote that ends the string which begins at `from`, or what is wrong in it. */
const stringEnd = (bytes: Uint8Array, from: number): number | string => {
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) return at;
    if (byte < 0x20) return invalid(byte, 'in string literal');
    if (byte !== 0x5c) continue;
    const escapeByte = byteAt(bytes, ++at);
    const char = String.fromCharCode(escapeByte);
    if (char !== 'u' && !'bfnrt\\/"'.includes(char)) return invalid(escapeByte, 'in string escape code');
    for (let left = char === 'u' ? 4 : 0; left > 0; left--) {
      const digit = byteAt(bytes, ++at);
      if (!/[\da-fA-F]/.test(String.fromCharCode(digit))) return invalid(digit, 'in \\u hexadecimal character escape');
    }
  }
  return unexpectedEnd;
};

/** The index of the last byte of a number, `true`, `false` or `null`, or what is wrong in it. */
const scalarEnd = (bytes: Uint8Array, from: number): number | string => {
  const first = String.fromCharCode(bytes[from] ?? 0);
  const word = ['true', 'false', 'null'].find(one => one.startsWith(first));
  if (word === undefined) return numberEnd(bytes, from);
  for (let at = 1; at < word.length; at++) {
    const byte = byteAt(bytes, from + at);
    if (byte !== word.charCodeAt(at)) return invalid(byte, `in literal ${word} (expecting '${word[at]}')`);
  }
  return from + word.length - 1;
};
const numberEnd = (bytes: Uint8Array, from: number): number | string => {
  let at = from;
  const digits = (where: string): string | undefined => {
    const byte = byteAt(bytes, at);
    if (!isDigit(byte)) return invalid(byte, where);
    while (isDigit(bytes[at])) at++;
    return undefined;
  };
  if (bytes[at] === 0x2d) at++;
  if (bytes[at] === 0x30) at++;
  else {
    const fault = digits('in numeric literal');
    if (fault !== undefined) return fault;
  }
  if (bytes[at] === 0x2e) {
    at++;
    const fault = digits('after decimal point in numeric literal');
    if (fault !== undefined) return fault;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    const fault = digits('in exponent of numeric literal');
    if (fault !== undefined) return fault;
  }
  return at - 1;
};
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
