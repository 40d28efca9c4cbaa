import { faultAt, type Position } from './fault.ts';
import { peekToken, skipToken } from './scanner.ts';
import { type Scanner, scannerOf } from './scanner-state.ts';
import type { Token, TokenKind } from './token.ts';

/** One step of a document, as libyaml's parser tells it. */
export type YamlEvent =
  | { readonly kind: 'stream start' | 'stream end' | 'document start' | 'document end' | 'sequence end' | 'mapping end' }
  | { readonly kind: 'sequence start' | 'mapping start'; readonly anchor: string | undefined; readonly line: number }
  | { readonly kind: 'alias'; readonly anchor: string; readonly line: number }
  | {
      readonly kind: 'scalar';
      /** where it begins, from 1 */
      readonly line: number;
      readonly anchor: string | undefined;
      readonly tag: string;
      readonly text: string;
      /** whether it may be something else than a text: it has no quotes, or the tag `!` */
      readonly implicit: boolean;
    };

/** Where in the grammar the parser stands: what the next token means. */
export type State =
  | 'stream start'
  | 'first document'
  | 'document'
  | 'document content'
  | 'document end'
  | 'end'
  | 'block node'
  | 'block sequence first'
  | 'block sequence'
  | 'indentless sequence'
  | 'block mapping first'
  | 'block mapping key'
  | 'block mapping value'
  | 'flow sequence first'
  | 'flow sequence'
  | 'flow pair key'
  | 'flow pair value'
  | 'flow pair end'
  | 'flow mapping first'
  | 'flow mapping key'
  | 'flow mapping value'
  | 'flow mapping no value';

/** YAML's tokens as events. Source: libyaml's parser as go-yaml parserc.go has it; the states are its own. */
export interface Parser {
  readonly scanner: Scanner;
  state: State;
  readonly states: State[];
  /** where the open collections begin */
  readonly marks: Position[];
  tags: Map<string, string>;
}
export const parserOf = (bytes: Uint8Array): Parser => ({
  scanner: scannerOf(bytes),
  state: 'stream start',
  states: [],
  marks: [],
  tags: new Map(),
});

export const peekAt = (parser: Parser): Token => peekToken(parser.scanner);
export const advance = (parser: Parser): Token => {
  skipToken(parser.scanner);
  return peekAt(parser);
};
export const isOneOf = (token: Token, ...kinds: readonly TokenKind[]): boolean => kinds.includes(token.kind);
export const back = (parser: Parser): void => {
  parser.state = parser.states.pop() ?? 'end';
};
/** What stands where nothing does: in the line that was read last. */
export const emptyNode = ({ scanner }: Parser): YamlEvent => ({
  kind: 'scalar',
  line: scanner.passed + 1,
  anchor: undefined,
  tag: '',
  text: '',
  implicit: true,
});
export const emptyThen = (parser: Parser, state: State): YamlEvent => {
  parser.state = state;
  return emptyNode(parser);
};
export const nodeThen = (parser: Parser, state: State, isBlock: boolean, mayBeIndentless = false): YamlEvent => {
  parser.states.push(state);
  return parseNode(parser, isBlock, mayBeIndentless);
};
export const openCollection = (parser: Parser): void => {
  parser.marks.push(peekAt(parser).start);
  skipToken(parser.scanner);
};
export const closeCollection = (parser: Parser, kind: 'sequence end' | 'mapping end'): YamlEvent => {
  back(parser);
  parser.marks.pop();
  skipToken(parser.scanner);
  return { kind };
};
export const unexpected = (parser: Parser, problem: string, at: Token) => faultAt('parser', problem, at.start, parser.marks.at(-1));

/** The anchor and the tag before a node, in either order. */
const readProperties = (parser: Parser) => {
  let token = peekAt(parser);
  const start = token.start;
  let anchor: string | undefined;
  let tagToken: Token | undefined;
  const first = token.kind;
  if (first === 'anchor' || first === 'tag') {
    if (first === 'anchor') anchor = token.text;
    else tagToken = token;
    token = advance(parser);
    if (first === 'anchor' ? token.kind === 'tag' : token.kind === 'anchor') {
      if (token.kind === 'anchor') anchor = token.text;
      else tagToken = token;
      token = advance(parser);
    }
  }
  return { start, anchor, tag: tagToken === undefined ? '' : tagOf(parser, tagToken, start), token };
};
const tagOf = (parser: Parser, { text: handle, suffix, start }: Token, node: Position): string => {
  if (handle === '') return suffix;
  const prefix = parser.tags.get(handle);
  const tag = prefix === undefined ? '' : prefix + suffix;
  if (tag === '') throw faultAt('parser', 'found undefined tag handle', start, node);
  return tag;
};
export const parseNode = (parser: Parser, isBlock: boolean, mayBeIndentless = false): YamlEvent => {
  const alias = peekAt(parser);
  if (alias.kind === 'alias') {
    back(parser);
    skipToken(parser.scanner);
    return { kind: 'alias', anchor: alias.text, line: alias.start.line + 1 };
  }
  const { start, anchor, tag, token } = readProperties(parser);
  const line = token.start.line + 1;
  if (mayBeIndentless && token.kind === 'block entry') {
    parser.state = 'indentless sequence';
    return { kind: 'sequence start', anchor, line };
  }
  if (token.kind === 'scalar') {
    back(parser);
    skipToken(parser.scanner);
    return { kind: 'scalar', anchor, tag, text: token.text, implicit: (tag === '' && token.plain) || tag === '!', line };
  }
  const collection = isBlock ? (flowStarts[token.kind] ?? blockStarts[token.kind]) : flowStarts[token.kind];
  if (collection !== undefined) {
    parser.state = collection.state;
    return { kind: collection.kind, anchor, line };
  }
  if (anchor === undefined && tag === '') throw faultAt('parser', 'did not find expected node content', token.start, start);
  back(parser);
  return { kind: 'scalar', anchor, tag, text: '', implicit: tag === '', line: start.line + 1 };
};
type Starts = { readonly [K in TokenKind]?: { readonly state: State; readonly kind: 'sequence start' | 'mapping start' } };
const flowStarts: Starts = {
  'flow sequence start': { state: 'flow sequence first', kind: 'sequence start' },
  'flow mapping start': { state: 'flow mapping first', kind: 'mapping start' },
};
const blockStarts: Starts = {
  'block sequence start': { state: 'block sequence first', kind: 'sequence start' },
  'block mapping start': { state: 'block mapping first', kind: 'mapping start' },
};
