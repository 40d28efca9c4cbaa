import { hexDigit, markOf, skip } from './characters.ts';
import { faultAt, type Position } from './fault.ts';
import { need, peek, type YamlSource } from './source.ts';

const fault = (source: YamlSource, problem: string, start: Position) => faultAt('scanner', problem, markOf(source), start);

/** What a backslash in double quotes stands for; scannerc.go yaml_parser_scan_flow_scalar. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const codeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
/** Takes a backslash and what belongs to it; `start` is where the scalar begins. */
export const scanEscape = (source: YamlSource, start: Position): string => {
  const sign = String.fromCodePoint(peek(source, 1));
  const text = escapes.get(sign);
  const length = codeLengths[sign];
  if (text === undefined && length === undefined) throw fault(source, 'found unknown escape character', start);
  skip(source);
  skip(source);
  if (length === undefined) return text ?? '';
  need(source, length);
  let code = 0;
  for (let index = 0; index < length; index++) {
    const digit = hexDigit(peek(source, index));
    if (digit === undefined) throw fault(source, 'did not find expected hexdecimal number', start);
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw fault(source, 'found invalid Unicode character escape code', start);
  for (let index = 0; index < length; index++) skip(source);
  return String.fromCodePoint(code);
};
