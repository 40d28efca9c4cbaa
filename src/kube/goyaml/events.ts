import {
  parseBlockKey,
  parseBlockSequence,
  parseBlockValue,
  parseFlowKey,
  parseFlowPairKey,
  parseFlowPairValue,
  parseFlowSequence,
  parseFlowValue,
  parseIndentlessSequence,
} from './collections.ts';
import { faultAt } from './fault.ts';
import {
  advance,
  back,
  emptyNode,
  emptyThen,
  isOneOf,
  openCollection,
  type Parser,
  parseNode,
  peekAt,
  type State,
  type YamlEvent,
} from './parser.ts';
import { skipToken } from './scanner.ts';
import type { Token } from './token.ts';

/** The next event of a stream. Source: libyaml's parser as go-yaml parserc.go has it. */
export const nextEvent = (parser: Parser): YamlEvent => steps[parser.state](parser);

const parseDocumentStart = (parser: Parser, isFirst: boolean): YamlEvent => {
  let token = peekAt(parser);
  while (!isFirst && token.kind === 'document end') token = advance(parser);
  if (token.kind === 'stream end') {
    parser.state = 'end';
    return { kind: 'stream end' };
  }
  const isImplicit = isFirst && !isOneOf(token, 'version directive', 'tag directive', 'document start');
  token = readDirectives(parser);
  parser.states.push('document end');
  if (isImplicit) parser.state = 'block node';
  else {
    if (token.kind !== 'document start') throw faultAt('parser', 'did not find expected <document start>', token.start);
    parser.state = 'document content';
    skipToken(parser.scanner);
  }
  return { kind: 'document start' };
};
const readDirectives = (parser: Parser): Token => {
  let versions = 0;
  let token = peekAt(parser);
  for (; isOneOf(token, 'version directive', 'tag directive'); token = advance(parser)) {
    if (token.kind === 'version directive') {
      if (versions++ > 0) throw faultAt('parser', 'found duplicate %YAML directive', token.start);
      if (token.text !== '1.1') throw faultAt('parser', 'found incompatible YAML document', token.start);
    } else if (parser.tags.has(token.text)) throw faultAt('parser', 'found duplicate %TAG directive', token.start);
    else parser.tags.set(token.text, token.suffix);
  }
  for (const [handle, prefix] of defaultTags) if (!parser.tags.has(handle)) parser.tags.set(handle, prefix);
  return token;
};
const defaultTags = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
] as const;

const steps: Readonly<Record<State, (parser: Parser) => YamlEvent>> = {
  'stream start': parser => {
    peekAt(parser);
    skipToken(parser.scanner);
    parser.state = 'first document';
    return { kind: 'stream start' };
  },
  'first document': parser => parseDocumentStart(parser, true),
  document: parser => parseDocumentStart(parser, false),
  'document content': parser => {
    if (!isOneOf(peekAt(parser), 'version directive', 'tag directive', 'document start', 'document end', 'stream end'))
      return parseNode(parser, true);
    back(parser);
    return emptyNode(parser);
  },
  'document end': parser => {
    if (peekAt(parser).kind === 'document end') skipToken(parser.scanner);
    parser.tags = new Map();
    parser.state = 'document';
    return { kind: 'document end' };
  },
  end: () => ({ kind: 'stream end' }),
  'block node': parser => parseNode(parser, true),
  'block sequence first': parser => {
    openCollection(parser);
    return parseBlockSequence(parser);
  },
  'block sequence': parseBlockSequence,
  'indentless sequence': parseIndentlessSequence,
  'block mapping first': parser => {
    openCollection(parser);
    return parseBlockKey(parser);
  },
  'block mapping key': parseBlockKey,
  'block mapping value': parseBlockValue,
  'flow sequence first': parser => {
    openCollection(parser);
    return parseFlowSequence(parser, true);
  },
  'flow sequence': parser => parseFlowSequence(parser, false),
  'flow pair key': parseFlowPairKey,
  'flow pair value': parseFlowPairValue,
  'flow pair end': parser => {
    peekAt(parser);
    parser.state = 'flow sequence';
    return { kind: 'mapping end' };
  },
  'flow mapping first': parser => {
    openCollection(parser);
    return parseFlowKey(parser, true);
  },
  'flow mapping key': parser => parseFlowKey(parser, false),
  'flow mapping value': parseFlowValue,
  'flow mapping no value': parser => {
    peekAt(parser);
    return emptyThen(parser, 'flow mapping key');
  },
};
