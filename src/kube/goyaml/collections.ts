import { advance, back, closeCollection, emptyThen, isOneOf, nodeThen, type Parser, peekAt, unexpected, type YamlEvent } from './parser.ts';
import { skipToken } from './scanner.ts';
import type { Token } from './token.ts';

export const parseBlockSequence = (parser: Parser): YamlEvent => {
  let token = peekAt(parser);
  if (token.kind === 'block end') return closeCollection(parser, 'sequence end');
  if (token.kind !== 'block entry') throw unexpected(parser, "did not find expected '-' indicator", token);
  token = advance(parser);
  if (isOneOf(token, 'block entry', 'block end')) return emptyThen(parser, 'block sequence');
  return nodeThen(parser, 'block sequence', true);
};
/** A list whose entries stand no deeper than the key that it is the value of. */
export const parseIndentlessSequence = (parser: Parser): YamlEvent => {
  if (peekAt(parser).kind !== 'block entry') {
    back(parser);
    return { kind: 'sequence end' };
  }
  const token = advance(parser);
  if (isOneOf(token, 'block entry', 'key', 'value', 'block end')) return emptyThen(parser, 'indentless sequence');
  return nodeThen(parser, 'indentless sequence', true);
};
export const parseBlockKey = (parser: Parser): YamlEvent => {
  const token = peekAt(parser);
  if (token.kind === 'block end') return closeCollection(parser, 'mapping end');
  if (token.kind !== 'key') throw unexpected(parser, 'did not find expected key', token);
  if (isOneOf(advance(parser), 'key', 'value', 'block end')) return emptyThen(parser, 'block mapping value');
  return nodeThen(parser, 'block mapping value', true, true);
};
export const parseBlockValue = (parser: Parser): YamlEvent => {
  if (peekAt(parser).kind !== 'value') return emptyThen(parser, 'block mapping key');
  if (isOneOf(advance(parser), 'key', 'value', 'block end')) return emptyThen(parser, 'block mapping key');
  return nodeThen(parser, 'block mapping key', true, true);
};

/** The comma between two entries of a flow collection. */
const passComma = (parser: Parser, isFirst: boolean, end: ']' | '}'): Token => {
  const token = peekAt(parser);
  if (isFirst || token.kind === (end === ']' ? 'flow sequence end' : 'flow mapping end')) return token;
  if (token.kind !== 'flow entry') throw unexpected(parser, `did not find expected ',' or '${end}'`, token);
  return advance(parser);
};
export const parseFlowSequence = (parser: Parser, isFirst: boolean): YamlEvent => {
  const token = passComma(parser, isFirst, ']');
  if (token.kind === 'flow sequence end') return closeCollection(parser, 'sequence end');
  if (token.kind !== 'key') return nodeThen(parser, 'flow sequence', false);
  skipToken(parser.scanner);
  parser.state = 'flow pair key';
  return { kind: 'mapping start', anchor: undefined, line: token.start.line + 1 };
};
export const parseFlowPairKey = (parser: Parser): YamlEvent => {
  if (!isOneOf(peekAt(parser), 'value', 'flow entry', 'flow sequence end')) return nodeThen(parser, 'flow pair value', false);
  // go-yaml steps over this token, whatever it is.
  skipToken(parser.scanner);
  return emptyThen(parser, 'flow pair value');
};
export const parseFlowPairValue = (parser: Parser): YamlEvent => {
  if (peekAt(parser).kind === 'value' && !isOneOf(advance(parser), 'flow entry', 'flow sequence end'))
    return nodeThen(parser, 'flow pair end', false);
  return emptyThen(parser, 'flow pair end');
};
export const parseFlowKey = (parser: Parser, isFirst: boolean): YamlEvent => {
  const token = passComma(parser, isFirst, '}');
  if (token.kind === 'flow mapping end') return closeCollection(parser, 'mapping end');
  if (token.kind !== 'key') return nodeThen(parser, 'flow mapping no value', false);
  if (!isOneOf(advance(parser), 'value', 'flow entry', 'flow mapping end')) return nodeThen(parser, 'flow mapping value', false);
  return emptyThen(parser, 'flow mapping value');
};
export const parseFlowValue = (parser: Parser): YamlEvent => {
  if (peekAt(parser).kind === 'value' && !isOneOf(advance(parser), 'flow entry', 'flow mapping end'))
    return nodeThen(parser, 'flow mapping key', false);
  return emptyThen(parser, 'flow mapping key');
};
