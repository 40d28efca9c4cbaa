import {
  codeOf,
  isAnyOf,
  isAtDocumentMark,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isNext,
  markOf,
  skip,
  skipBreak,
  skipComment,
} from './characters.ts';
import { faultAt } from './fault.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts';
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from './scan-scalars.ts';
import {
  append,
  depthFault,
  isStillPossible,
  maxDepth,
  mayBeKey,
  removeKey,
  rollIndent,
  type Scanner,
  saveKey,
  unrollIndent,
} from './scanner-state.ts';
import { isAtByteOrderMark, need, peek, type YamlSource } from './source.ts';
import { type Token, type TokenKind, token } from './token.ts';

/** The next token, which stays. */
export const peekToken = (scanner: Scanner): Token => {
  for (;;) {
    const next = scanner.queue[scanner.head];
    if (next !== undefined && !mayBeKey(scanner)) return next;
    fetch(scanner);
  }
};
export const skipToken = (scanner: Scanner): void => {
  scanner.passed = scanner.queue[scanner.head]?.start.line ?? scanner.passed;
  scanner.head++;
  scanner.parsed++;
  if (scanner.head === scanner.queue.length) {
    scanner.queue.length = 0;
    scanner.head = 0;
  }
};
const fetch = (scanner: Scanner): void => {
  const { source } = scanner;
  need(source, 1);
  if (!scanner.started) {
    scanner.started = true;
    scanner.keys.push({ possible: false, required: false, token: 0, mark: markOf(source) });
    append(scanner, token('stream start', markOf(source), markOf(source)));
    return;
  }
  skipToToken(scanner);
  unrollIndent(scanner, source.column);
  need(source, 4);
  if (peek(source) === 0) fetchEnd(scanner);
  else if (source.column === 0 && isNext(source, '%')) {
    closeBlocks(scanner);
    append(scanner, scanDirective(source));
  } else if (isAtDocumentMark(source)) {
    closeBlocks(scanner);
    fetchIndicator(scanner, isNext(source, '-') ? 'document start' : 'document end', 3);
  } else fetchContent(scanner);
};
const fetchEnd = (scanner: Scanner): void => {
  const { source } = scanner;
  if (source.column !== 0) {
    source.column = 0;
    source.line++;
  }
  closeBlocks(scanner);
  append(scanner, token('stream end', markOf(source), markOf(source)));
};
const closeBlocks = (scanner: Scanner): void => {
  unrollIndent(scanner, -1);
  removeKey(scanner);
  scanner.keyAllowed = false;
};

/** A tab may not indent: it is skipped where no key may begin. */
const skipToToken = (scanner: Scanner): void => {
  const { source } = scanner;
  for (;;) {
    need(source, 1);
    if (source.column === 0 && isAtByteOrderMark(source)) skip(source);
    need(source, 1);
    while (isNext(source, ' ') || ((scanner.flowLevel > 0 || !scanner.keyAllowed) && isNext(source, '\t'))) {
      skip(source);
      need(source, 1);
    }
    skipComment(source);
    if (!isBreak(peek(source))) return;
    skipBreak(source);
    if (scanner.flowLevel === 0) scanner.keyAllowed = true;
  }
};

const fetchContent = (scanner: Scanner): void => {
  const { source } = scanner;
  const isFlow = scanner.flowLevel > 0;
  const code = peek(source);
  const isFollowed = isBlankOrEnd(peek(source, 1));
  const indicator = code < 0x80 ? String.fromCharCode(code) : '';
  if (indicator === '[') openFlow(scanner, 'flow sequence start');
  else if (indicator === '{') openFlow(scanner, 'flow mapping start');
  else if (indicator === ']') closeFlow(scanner, 'flow sequence end');
  else if (indicator === '}') closeFlow(scanner, 'flow mapping end');
  else if (indicator === ',') fetchEntry(scanner, 'flow entry');
  else if (indicator === '-' && isFollowed) fetchBlockEntry(scanner);
  else if (indicator === '?' && (isFlow || isFollowed)) fetchKey(scanner);
  else if (indicator === ':' && (isFlow || isFollowed)) fetchValue(scanner);
  else if (indicator === '*' || indicator === '&') fetchScanned(scanner, () => scanAnchor(source, indicator === '*' ? 'alias' : 'anchor'));
  else if (indicator === '!') fetchScanned(scanner, () => scanTag(source));
  else if ((indicator === '|' || indicator === '>') && !isFlow) {
    removeKey(scanner);
    scanner.keyAllowed = true;
    append(scanner, scanBlockScalar(source, scanner.indent, indicator === '|'));
  } else if (indicator === "'" || indicator === '"') fetchScanned(scanner, () => scanQuotedScalar(source, indicator === "'"));
  else if (mayBeginPlain(source, isFlow)) {
    fetchScanned(scanner, () => {
      const { scalar, isBeforeLine } = scanPlainScalar(source, scanner.indent + 1, isFlow);
      if (isBeforeLine) scanner.keyAllowed = true;
      return scalar;
    });
  } else throw faultAt('scanner', 'found character that cannot start any token', markOf(source));
};
const isIndicator = isAnyOf('-?:,[]{}#&*!|>\'"%@`');
const mayBeginPlain = (source: YamlSource, isFlow: boolean): boolean => {
  const [code, next] = [peek(source), peek(source, 1)];
  if (!isBlankOrEnd(code) && !isIndicator(code)) return true;
  if (code === codeOf('-')) return !isBlank(next);
  return !isFlow && (code === codeOf('?') || code === codeOf(':')) && !isBlankOrEnd(next);
};

const fetchIndicator = (scanner: Scanner, kind: TokenKind, width = 1): void => {
  const start = markOf(scanner.source);
  for (let index = 0; index < width; index++) skip(scanner.source);
  append(scanner, token(kind, start, markOf(scanner.source)));
};
/** A token that may be a key, and behind which none may begin. */
const fetchScanned = (scanner: Scanner, scan: () => Token): void => {
  saveKey(scanner);
  scanner.keyAllowed = false;
  append(scanner, scan());
};
const openFlow = (scanner: Scanner, kind: TokenKind): void => {
  saveKey(scanner);
  const number = scanner.parsed + scanner.queue.length - scanner.head;
  scanner.keys.push({ possible: false, required: false, token: number, mark: markOf(scanner.source) });
  scanner.flowLevel++;
  if (scanner.flowLevel > maxDepth) throw depthFault(scanner);
  scanner.keyAllowed = true;
  fetchIndicator(scanner, kind);
};
const closeFlow = (scanner: Scanner, kind: TokenKind): void => {
  removeKey(scanner);
  if (scanner.flowLevel > 0) {
    scanner.flowLevel--;
    scanner.keyLevels.delete(scanner.keys.pop()?.token ?? -1);
  }
  scanner.keyAllowed = false;
  fetchIndicator(scanner, kind);
};
const fetchEntry = (scanner: Scanner, kind: TokenKind): void => {
  removeKey(scanner);
  scanner.keyAllowed = true;
  fetchIndicator(scanner, kind);
};
/** In a block, a complex key, its value and a list's entry may only begin where a key may. */
const openBlock = (scanner: Scanner, kind: TokenKind, what: string): void => {
  if (scanner.flowLevel > 0) return;
  const mark = markOf(scanner.source);
  if (!scanner.keyAllowed) throw faultAt('scanner', `${what} are not allowed in this context`, mark);
  rollIndent(scanner, mark.column, kind, mark);
};
const fetchBlockEntry = (scanner: Scanner): void => {
  openBlock(scanner, 'block sequence start', 'block sequence entries');
  fetchEntry(scanner, 'block entry');
};
const fetchKey = (scanner: Scanner): void => {
  openBlock(scanner, 'block mapping start', 'mapping keys');
  removeKey(scanner);
  scanner.keyAllowed = scanner.flowLevel === 0;
  fetchIndicator(scanner, 'key');
};
const fetchValue = (scanner: Scanner): void => {
  const key = scanner.keys.at(-1);
  if (key !== undefined && isStillPossible(scanner, key)) {
    const at = scanner.head + key.token - scanner.parsed;
    append(scanner, token('key', key.mark, key.mark), at);
    rollIndent(scanner, key.mark.column, 'block mapping start', key.mark, at);
    key.possible = false;
    scanner.keyLevels.delete(key.token);
    scanner.keyAllowed = false;
  } else {
    openBlock(scanner, 'block mapping start', 'mapping values');
    scanner.keyAllowed = scanner.flowLevel === 0;
  }
  fetchIndicator(scanner, 'value');
};
