import {
  codeOf,
  isAnyOf,
  isAtDocumentMark,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isNext,
  markOf,
  printableBut,
  skip,
  skipBreak,
  skipComment,
  skipRun,
  skipWhile,
  take,
  takeBreak,
} from './characters.ts';
import { faultAt, type Position } from './fault.ts';
import { scanEscape } from './scan-escapes.ts';
import { need, peek, textBetween, type YamlSource } from './source.ts';
import { type Token, token } from './token.ts';

const fault = (source: YamlSource, problem: string, start: Position) => faultAt('scanner', problem, markOf(source), start);

/** Blanks and line breaks between the words of a scalar of several lines. */
interface Gap {
  blanks: string;
  first: string;
  rest: string;
  isLine: boolean;
}
const emptyGap = (isLine = false): Gap => ({ blanks: '', first: '', rest: '', isLine });
/** One line break is a blank, more are one less; a break that is no LF stays. */
const folded = ({ first, rest }: Gap): string => (first.startsWith('\n') ? rest || ' ' : first + rest);
/** Takes what lies between two words into the gap. */
const scanGap = (source: YamlSource, gap: Gap, onTab: () => void): void => {
  need(source, 1);
  while (isBlank(peek(source)) || isBreak(peek(source))) {
    if (isBreak(peek(source))) {
      if (gap.isLine) gap.rest += takeBreak(source);
      else {
        gap.blanks = '';
        gap.first = takeBreak(source);
        gap.isLine = true;
      }
    } else {
      if (gap.isLine && isNext(source, '\t')) onTab();
      if (gap.isLine) skip(source);
      else gap.blanks += take(source);
    }
    need(source, 1);
  }
};

/** A scalar without quotes. It ends at `: `, ` #`, in flow at an indicator, and where the indentation ends. */
export const scanPlainScalar = (
  source: YamlSource,
  indent: number,
  isFlow: boolean,
): { readonly scalar: Token; readonly isBeforeLine: boolean } => {
  const start = markOf(source);
  let end = start;
  let text = '';
  let gap = emptyGap();
  for (;;) {
    need(source, 4);
    if (isAtDocumentMark(source) || isNext(source, '#')) break;
    const from = source.at;
    while (!isBlankOrEnd(peek(source)) && !endsPlain(source, isFlow)) {
      skip(source);
      skipRun(source, inPlain);
      need(source, 2);
    }
    if (source.at > from) {
      text += (gap.isLine ? folded(gap) : gap.blanks) + textBetween(source, from, source.at);
      gap = emptyGap();
      end = markOf(source);
    }
    if (!isBlank(peek(source)) && !isBreak(peek(source))) break;
    scanGap(source, gap, () => {
      if (source.column < indent) throw fault(source, 'found a tab character that violates indentation', start);
    });
    if (!isFlow && source.column < indent) break;
  }
  return { scalar: token('scalar', start, end, text, '', true), isBeforeLine: gap.isLine };
};
const inPlain = printableBut(' :,?[]{}');
const isFlowIndicator = isAnyOf(',?[]{}');
const endsPlain = (source: YamlSource, isFlow: boolean): boolean =>
  (isNext(source, ':') && isBlankOrEnd(peek(source, 1))) || (isFlow && isFlowIndicator(peek(source)));

/** A scalar in quotes. */
export const scanQuotedScalar = (source: YamlSource, isSingle: boolean): Token => {
  const quote = isSingle ? "'" : '"';
  const start = markOf(source);
  skip(source);
  let text = '';
  for (;;) {
    need(source, 4);
    if (isAtDocumentMark(source)) throw fault(source, 'found unexpected document indicator', start);
    if (peek(source) === 0) throw fault(source, 'found unexpected end of stream', start);
    const gap = emptyGap();
    while (!isBlankOrEnd(peek(source))) {
      if (isSingle && isNext(source, quote) && isNext(source, quote, 1)) {
        text += take(source);
        skip(source);
      } else if (isNext(source, quote)) break;
      else if (!isSingle && isNext(source, '\\') && isBreak(peek(source, 1))) {
        need(source, 3);
        skip(source);
        skipBreak(source);
        gap.isLine = true;
        break;
      } else if (!isSingle && isNext(source, '\\')) text += scanEscape(source, start);
      else text += takeQuoted(source, quote);
      need(source, 2);
    }
    need(source, 1);
    if (isNext(source, quote)) break;
    scanGap(source, gap, () => undefined);
    text += gap.isLine ? folded(gap) : gap.blanks;
  }
  skip(source);
  return token('scalar', start, markOf(source), text);
};
/** Characters that stand for themselves, up to a quote, a backslash, a blank or the end of the line. */
const takeQuoted = (source: YamlSource, quote: string): string => {
  const from = source.at;
  do {
    skip(source);
    skipRun(source, inQuotes);
    need(source, 1);
  } while (!isBlankOrEnd(peek(source)) && !isNext(source, quote) && !isNext(source, '\\'));
  return textBetween(source, from, source.at);
};
const inQuotes = printableBut(' \'"\\');
/** A `|` or `>` scalar; `parent` is the column of the block that it stands in. */
export const scanBlockScalar = (source: YamlSource, parent: number, isLiteral: boolean): Token => {
  const start = markOf(source);
  skip(source);
  const { chomping, increment } = scanBlockHeader(source, start);
  skipWhile(source, isBlank);
  skipComment(source);
  if (!isBreakOrEnd(peek(source))) throw fault(source, 'did not find expected comment or line break', start);
  if (isBreak(peek(source))) skipBreak(source);
  let indent = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  let breaks = scanBlockBreaks(source, indent, start);
  if (indent === 0) indent = Math.max(breaks.deepest, parent + 1, 1);
  let text = '';
  let lastBreak = '';
  let wasBlank = false;
  need(source, 1);
  while (source.column === indent && peek(source) !== 0) {
    const isBlankLine = isBlank(peek(source));
    if (!isLiteral && !wasBlank && !isBlankLine && lastBreak.startsWith('\n')) text += breaks.text === '' ? ' ' : '';
    else text += lastBreak;
    text += breaks.text;
    wasBlank = isBlankLine;
    text += restOfLine(source);
    lastBreak = takeBreak(source);
    breaks = scanBlockBreaks(source, indent, start);
  }
  if (chomping !== '-') text += lastBreak;
  if (chomping === '+') text += breaks.text;
  return token('scalar', start, breaks.end, text);
};
const restOfLine = (source: YamlSource): string => {
  const from = source.at;
  for (; !isBreakOrEnd(peek(source)); need(source, 1)) {
    skip(source);
    skipRun(source, inLine);
  }
  return textBetween(source, from, source.at);
};
const inLine = printableBut('');
const isChomping = isAnyOf('+-');
/** `+` or `-` for the line breaks at the end, and how far the text is indented, in either order. */
const scanBlockHeader = (source: YamlSource, start: Position): { readonly chomping: string; readonly increment: number } => {
  const chomp = (): string => {
    need(source, 1);
    return isChomping(peek(source)) ? take(source) : '';
  };
  const indentation = (): number => {
    need(source, 1);
    if (!isDigit(peek(source))) return 0;
    if (isNext(source, '0')) throw fault(source, 'found an indentation indicator equal to 0', start);
    return take(source).charCodeAt(0) - codeOf('0');
  };
  const before = chomp();
  const increment = indentation();
  return { chomping: before === '' && increment > 0 ? chomp() : before, increment };
};
/** Indentation and empty lines. With `indent` 0 the text says itself how deep it is. */
const scanBlockBreaks = (
  source: YamlSource,
  indent: number,
  start: Position,
): { readonly text: string; readonly deepest: number; readonly end: Position } => {
  let text = '';
  let maxColumn = 0;
  let end = markOf(source);
  for (;;) {
    need(source, 1);
    const isIndenting = (): boolean => indent === 0 || source.column < indent;
    while (isIndenting() && isNext(source, ' ')) {
      skip(source);
      need(source, 1);
    }
    maxColumn = Math.max(maxColumn, source.column);
    if (isIndenting() && isNext(source, '\t')) throw fault(source, 'found a tab character where an indentation space is expected', start);
    if (!isBreak(peek(source))) return { text, deepest: maxColumn, end };
    text += takeBreak(source);
    end = markOf(source);
  }
};
