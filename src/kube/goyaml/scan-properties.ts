import {
  hexDigit,
  isAnyOf,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isNext,
  isWord,
  markOf,
  skip,
  skipBreak,
  skipComment,
  skipWhile,
  take,
  takeWhile,
} from './characters.ts';
import { faultAt, type Position } from './fault.ts';
import { need, peek, utf8Width, type YamlSource } from './source.ts';
import { type Token, token } from './token.ts';

const fault = (source: YamlSource, problem: string, start: Position) => faultAt('scanner', problem, markOf(source), start);

/** `%YAML 1.1` or `%TAG !e! prefix`, with the rest of its line. */
export const scanDirective = (source: YamlSource): Token => {
  const start = markOf(source);
  skip(source);
  const name = takeWhile(source, isWord);
  if (name === '') throw fault(source, 'could not find expected directive name', start);
  if (!isBlankOrEnd(peek(source))) throw fault(source, 'found unexpected non-alphabetical character', start);
  if (name !== 'YAML' && name !== 'TAG') throw fault(source, 'found unknown directive name', start);
  const valueToken = name === 'YAML' ? scanVersion(source, start) : scanTagPrefix(source, start);
  skipWhile(source, isBlank);
  skipComment(source);
  if (!isBreakOrEnd(peek(source))) throw fault(source, 'did not find expected comment or line break', start);
  if (isBreak(peek(source))) skipBreak(source);
  return valueToken;
};
const scanVersion = (source: YamlSource, start: Position): Token => {
  skipWhile(source, isBlank);
  const majorVersion = scanVersionNumber(source, start);
  if (!isNext(source, '.')) throw fault(source, "did not find expected digit or '.' character", start);
  skip(source);
  const minorVersion = scanVersionNumber(source, start);
  return token('version directive', start, markOf(source), `${majorVersion}.${minorVersion}`);
};
const scanVersionNumber = (source: YamlSource, start: Position): number => {
  let digits = '';
  for (need(source, 1); isDigit(peek(source)); need(source, 1)) {
    if (digits.length === 2) throw fault(source, 'found extremely long version number', start);
    digits += take(source);
  }
  if (digits === '') throw fault(source, 'did not find expected version number', start);
  return Number(digits);
};
const scanTagPrefix = (source: YamlSource, start: Position): Token => {
  skipWhile(source, isBlank);
  const handle = scanHandle(source, true, start);
  need(source, 1);
  if (!isBlank(peek(source))) throw fault(source, 'did not find expected whitespace', start);
  skipWhile(source, isBlank);
  const prefix = scanTagUri(source, '', start);
  need(source, 1);
  if (!isBlankOrEnd(peek(source))) throw fault(source, 'did not find expected whitespace or line break', start);
  return token('tag directive', start, markOf(source), handle, prefix);
};

const mayFollowName = isAnyOf('?:,]}%@`');
/** `&name` or `*name`. */
export const scanAnchor = (source: YamlSource, kind: 'alias' | 'anchor'): Token => {
  const start = markOf(source);
  skip(source);
  const name = takeWhile(source, isWord);
  if (name === '' || !(isBlankOrEnd(peek(source)) || mayFollowName(peek(source))))
    throw fault(source, 'did not find expected alphabetic or numeric character', start);
  return token(kind, start, markOf(source), name);
};

/** `!<uri>`, `!handle!suffix`, `!suffix` or `!`. */
export const scanTag = (source: YamlSource): Token => {
  const start = markOf(source);
  need(source, 2);
  const { handle, suffix } = isNext(source, '<', 1) ? scanVerbatimTag(source, start) : scanShortTag(source, start);
  need(source, 1);
  if (!isBlankOrEnd(peek(source))) throw fault(source, 'did not find expected whitespace or line break', start);
  return token('tag', start, markOf(source), handle, suffix);
};
interface TagParts {
  readonly handle: string;
  readonly suffix: string;
}
const scanVerbatimTag = (source: YamlSource, start: Position): TagParts => {
  skip(source);
  skip(source);
  const suffix = scanTagUri(source, '', start);
  if (!isNext(source, '>')) throw fault(source, "did not find the expected '>'", start);
  skip(source);
  return { handle: '', suffix };
};
const scanShortTag = (source: YamlSource, start: Position): TagParts => {
  const handle = scanHandle(source, false, start);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanTagUri(source, '', start) };
  const suffix = scanTagUri(source, handle, start);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
};
const scanHandle = (source: YamlSource, isDirective: boolean, start: Position): string => {
  need(source, 1);
  if (!isNext(source, '!')) throw fault(source, "did not find expected '!'", start);
  const handle = take(source) + takeWhile(source, isWord);
  if (isNext(source, '!')) return handle + take(source);
  if (isDirective && handle !== '!') throw fault(source, "did not find expected '!'", start);
  return handle;
};

const isUriSign = isAnyOf(";/?:@&=+$,.!~*'()[]%");
/** What stands behind a handle; `head` is what was taken for a handle and is none, without its `!`. */
const scanTagUri = (source: YamlSource, head: string, start: Position): string => {
  const bytes = [...Buffer.from(head.slice(1))];
  let found = head !== '';
  for (need(source, 1); isWord(peek(source)) || isUriSign(peek(source)); need(source, 1)) {
    found = true;
    if (isNext(source, '%')) scanUriEscapes(source, bytes, start);
    else bytes.push(take(source).charCodeAt(0));
  }
  if (!found) throw fault(source, 'did not find expected tag URI', start);
  return Buffer.from(bytes).toString('utf8');
};
/** `%xx` for each byte of one character. */
const scanUriEscapes = (source: YamlSource, bytes: number[], start: Position): void => {
  let left: number | undefined;
  do {
    need(source, 3);
    const [high, low] = [hexDigit(peek(source, 1)), hexDigit(peek(source, 2))];
    if (!isNext(source, '%') || high === undefined || low === undefined) throw fault(source, 'did not find URI escaped octet', start);
    const octet = high * 16 + low;
    if (left === undefined) {
      left = utf8Width(octet);
      if (left === 0) throw fault(source, 'found an incorrect leading UTF-8 octet', start);
    } else if ((octet & 0xc0) !== 0x80) throw fault(source, 'found an incorrect trailing UTF-8 octet', start);
    bytes.push(octet);
    for (let index = 0; index < 3; index++) skip(source);
    left--;
  } while (left > 0);
};
