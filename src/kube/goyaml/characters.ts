import type { Position } from './fault.ts';
import { need, peek, textBetween, type YamlSource } from './source.ts';

/** The characters that YAML 1.1 has names for; go-yaml yamlprivateh.go. Each is given as a code point, 0 for the end of the text. */
export const isBreak = (code: number): boolean => code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
export const isBreakOrEnd = (code: number): boolean => code === 0 || isBreak(code);
export const isBlankOrEnd = (code: number): boolean => isBlank(code) || isBreakOrEnd(code);
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
export const isWord = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code === 0x2d;
export const hexDigit = (code: number): number | undefined =>
  isDigit(code) ? code - 0x30 : code >= 0x41 && code <= 0x46 ? code - 0x37 : code >= 0x61 && code <= 0x66 ? code - 0x57 : undefined;
export const codeOf = (character: string): number => character.charCodeAt(0);
/** Printable ASCII but for some, by code: what a scan may run over without a look at each. */
export const printableBut = (others: string): Uint8Array =>
  Uint8Array.from({ length: 0x7f }, (_, code) => (code >= 0x20 && !others.includes(String.fromCharCode(code)) ? 1 : 0));
/** Steps over those that were read, and reads no further. */
export const skipRun = (source: YamlSource, run: Uint8Array): void => {
  const { codes, read, at } = source;
  let end = at;
  while (end < read && run[codes[end] ?? 0] === 1) end++;
  source.at = end;
  source.column += end - at;
};
/** Whether the next character is this one of ASCII. */
export const isNext = (source: YamlSource, character: string, ahead = 0): boolean => peek(source, ahead) === character.charCodeAt(0);
export const isAnyOf =
  (characters: string) =>
  (code: number): boolean =>
    code !== 0 && code < 0x80 && characters.includes(String.fromCharCode(code));

export const markOf = (source: YamlSource): Position => ({ index: source.at, line: source.line, column: source.column });

/** Steps over one character. */
export const skip = (source: YamlSource): void => {
  source.at++;
  source.column++;
};
/** Steps over one line break, CR LF being one. */
export const skipBreak = (source: YamlSource): void => {
  need(source, 2);
  const pair = peek(source) === 0x0d && peek(source, 1) === 0x0a;
  if (!pair && !isBreak(peek(source))) return;
  source.at += pair ? 2 : 1;
  source.column = 0;
  source.line++;
};
/** Takes one character as text. */
export const take = (source: YamlSource): string => {
  const code = peek(source);
  skip(source);
  return String.fromCodePoint(code);
};
/** Takes one line break as the text that YAML makes of it; '' when there is none. */
export const takeBreak = (source: YamlSource): string => {
  need(source, 2);
  const code = peek(source);
  if (!isBreak(code)) return '';
  skipBreak(source);
  return code === 0x2028 || code === 0x2029 ? String.fromCodePoint(code) : '\n';
};
/** Takes characters as long as they are of a kind. */
export const takeWhile = (source: YamlSource, isOne: (code: number) => boolean): string => {
  const from = source.at;
  skipWhile(source, isOne);
  return textBetween(source, from, source.at);
};
export const skipWhile = (source: YamlSource, isOne: (code: number) => boolean): void => {
  for (need(source, 1); isOne(peek(source)); need(source, 1)) skip(source);
};
const isInComment = (code: number): boolean => !isBreakOrEnd(code);
export const skipComment = (source: YamlSource): void => {
  if (isNext(source, '#')) skipWhile(source, isInComment);
};
/** Whether `---` or `...` stands at the beginning of a line here. */
export const isAtDocumentMark = (source: YamlSource): boolean =>
  source.column === 0 && (isThrice(source, '-') || isThrice(source, '.')) && isBlankOrEnd(peek(source, 3));
const isThrice = (source: YamlSource, character: string): boolean => [0, 1, 2].every(ahead => isNext(source, character, ahead));
