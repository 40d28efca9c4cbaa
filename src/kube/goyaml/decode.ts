import { shownName } from '../../base/shown.ts';
import { nextEvent } from './events.ts';
import { YamlFault } from './fault.ts';
import { type Parser, parserOf, type YamlEvent } from './parser.ts';
import { resolveScalar } from './resolve.ts';
import { goSyntax, isList, isMap, listOf, mapOf, type YamlEntry, type YamlValue } from './value.ts';

export type Decoded =
  | {
      readonly ok: true;
      readonly value: YamlValue;
      /** where the document begins, from 1 */
      readonly line: number;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly line: number;
      /** what is wrong, without a word of the text */
      readonly problem: string;
    };

/**
 * The first document of a YAML text, as go-yaml v2 decodes it into an `interface{}`: YAML 1.1, the last of a key twice, merge keys where they stand.
 * A fault is a value, in go-yaml's words but for texts that may be secrets. Source: go.yaml.in/yaml/v2 decode.go. Linear in the size of the text.
 */
export const decodeYaml = (bytes: Uint8Array): Decoded => {
  try {
    // go-yaml takes no text for an empty line.
    return { ok: true, ...decodeDocument(parserOf(bytes.length === 0 ? new Uint8Array([0x0a]) : bytes)) };
  } catch (error) {
    if (error instanceof YamlFault) return { ok: false, message: error.message, line: error.line ?? 1, problem: error.problem };
    throw error;
  }
};

/** A decoded node. The fault is kept until the whole document was parsed, as go-yaml decodes after it. */
interface Node {
  readonly kind: 'scalar' | 'list' | 'map' | 'alias';
  readonly value: YamlValue;
  /** how many nodes go-yaml decodes for it, with each alias followed */
  readonly count: number;
  readonly fault: YamlFault | undefined;
  /** the plain scalar `<<` */
  readonly isMerge: boolean;
  /** of a list, for a merge that takes its items */
  readonly items: readonly Node[];
  /** where it begins, from 1 */
  readonly line: number;
}
/** What an anchor names: nothing while its node is not complete, when an alias in it names what contains it. */
interface Anchored {
  node: Node | undefined;
}
type Pair = YamlEntry & { readonly merged: boolean };
interface Frame {
  readonly kind: 'list' | 'map';
  readonly anchored: Anchored;
  readonly children: Node[];
  readonly line: number;
}
interface Document {
  readonly parser: Parser;
  readonly anchors: Map<string, Anchored>;
  readonly frames: Frame[];
  counted: number;
  aliased: number;
  /** made once, however many aliases there are too many */
  excess: YamlFault | undefined;
}

const decodeDocument = (parser: Parser): { readonly value: YamlValue; readonly line: number } => {
  nextEvent(parser);
  if (nextEvent(parser).kind === 'stream end') return { value: null, line: 1 };
  const document: Document = { parser, anchors: new Map(), frames: [], counted: 1, aliased: 0, excess: undefined };
  const root = composeNode(document);
  nextEvent(parser);
  if (root.fault !== undefined) throw root.fault;
  return { value: root.value, line: root.line };
};
const composeNode = (document: Document): Node => {
  for (;;) {
    const event = nextEvent(document.parser);
    const node = step(document, event);
    if (node === undefined) continue;
    const frame = document.frames.at(-1);
    if (frame === undefined) return node;
    frame.children.push(node);
  }
};
/** The node that an event completes, if it does. */
const step = (document: Document, event: YamlEvent): Node | undefined => {
  switch (event.kind) {
    case 'scalar': {
      document.counted++;
      return complete(anchor(document, event.anchor), scalarNode(event));
    }
    case 'alias':
      return aliasNode(document, event);
    case 'sequence start':
    case 'mapping start':
      document.counted++;
      document.frames.push({
        kind: event.kind === 'sequence start' ? 'list' : 'map',
        anchored: anchor(document, event.anchor),
        children: [],
        line: event.line,
      });
      return undefined;
    case 'sequence end':
    case 'mapping end': {
      const frame = document.frames.pop();
      if (frame === undefined) throw new YamlFault('yaml: unknown problem parsing YAML content');
      return complete(frame.anchored, frame.kind === 'list' ? listNode(frame.children, frame.line) : mapNode(frame.children, frame.line));
    }
    default:
      throw new YamlFault('yaml: unknown problem parsing YAML content');
  }
};
const anchor = ({ anchors }: Document, name: string | undefined): Anchored => {
  const anchor: Anchored = { node: undefined };
  if (name !== undefined) anchors.set(name, anchor);
  return anchor;
};
const complete = (anchored: Anchored, node: Node): Node => {
  anchored.node = node;
  return node;
};

const faultOf = (decode: () => YamlValue, line: number): { readonly value: YamlValue; readonly fault: YamlFault | undefined } => {
  try {
    return { value: decode(), fault: undefined };
  } catch (error) {
    if (error instanceof YamlFault) return { value: null, fault: new YamlFault(error.message, { line, problem: error.problem }) };
    throw error;
  }
};
const scalarNode = ({ tag, text, implicit, line }: Extract<YamlEvent, { kind: 'scalar' }>): Node => ({
  kind: 'scalar',
  line,
  ...faultOf(() => resolveScalar(tag, text, implicit), line),
  count: 1,
  isMerge: text === '<<' && (implicit || tag === 'tag:yaml.org,2002:merge'),
  items: [],
});

/** Decoding an alias decodes all that it names once more, which go-yaml bounds by a share of the whole; decode.go allowedAliasRatio. */
const aliasNode = (document: Document, { anchor: name, line }: Extract<YamlEvent, { kind: 'alias' }>): Node => {
  const anchor = document.anchors.get(name);
  if (anchor === undefined)
    throw new YamlFault(`yaml: unknown anchor '${shownName(name)}' referenced`, { line, problem: 'has an alias without an anchor' });
  const target = anchor.node;
  const node: Node = { kind: 'alias', value: null, count: 1, fault: undefined, isMerge: false, items: [], line };
  if (target === undefined) {
    const fault = new YamlFault(`yaml: anchor '${shownName(name)}' value contains itself`, {
      line,
      problem: 'has an anchor that contains itself',
    });
    return { ...node, fault };
  }
  document.counted += 1 + target.count;
  document.aliased += target.count;
  const isExcessive =
    document.aliased > 100 && document.counted > 1000 && document.aliased / document.counted > allowedAliasRatio(document.counted);
  if (isExcessive)
    document.excess ??= new YamlFault('yaml: document contains excessive aliasing', { line, problem: 'has too many aliases' });
  return { ...node, value: target.value, count: 1 + target.count, fault: isExcessive ? document.excess : target.fault };
};
const [fewNodes, manyNodes] = [400_000, 4_000_000];
const allowedAliasRatio = (count: number): number => {
  if (count <= fewNodes) return 0.99;
  return count >= manyNodes ? 0.1 : 0.99 - 0.89 * ((count - fewNodes) / (manyNodes - fewNodes));
};

const sum = (nodes: readonly Node[]): number => nodes.reduce((total, { count }) => total + count, 1);
const firstFault = (nodes: readonly Node[]): YamlFault | undefined => nodes.find(({ fault }) => fault !== undefined)?.fault;
const listNode = (items: readonly Node[], line: number): Node => ({
  kind: 'list',
  line,
  value: listOf(
    items.map(({ value }) => value),
    items.map(item => item.line),
  ),
  count: sum(items),
  fault: firstFault(items),
  isMerge: false,
  items,
});
/** Pairs set one after the other; a merge sets all pairs of a map, also over what stands before it. */
const mapNode = (children: readonly Node[], line: number): Node => {
  const pairs: Pair[] = [];
  let fault: YamlFault | undefined;
  for (let index = 0; index + 1 < children.length && fault === undefined; index += 2) {
    const [key, value] = children.slice(index, index + 2);
    if (key === undefined || value === undefined) break;
    if (key.isMerge) fault = merge(value, pairs);
    else fault = key.fault ?? keyFault(key) ?? value.fault;
    if (fault === undefined && !key.isMerge) pairs.push({ key: key.value, value: value.value, line: key.line, merged: false });
  }
  return { kind: 'map', value: mapOf(pairs), count: sum(children), fault, isMerge: false, items: [], line };
};
const keyFault = ({ value, line }: Node): YamlFault | undefined =>
  isList(value) || isMap(value)
    ? new YamlFault(`yaml: invalid map key: ${goSyntax(value)}`, { line, problem: 'has a mapping or a list for a key' })
    : undefined;
const merge = (node: Node, pairs: Pair[]): YamlFault | undefined => {
  // Of a list the first has the last word.
  const sources = node.kind === 'list' ? node.items.toReversed() : [node];
  for (const { kind, value, fault } of sources) {
    if (kind !== 'map' && !(kind === 'alias' && (isMap(value) || fault !== undefined)))
      return new YamlFault('yaml: map merge requires map or sequence of maps as the value', {
        line: node.line,
        problem: 'merges what is no mapping',
      });
    if (fault !== undefined) return fault;
    if (isMap(value)) for (const entry of value.entries.values()) pairs.push({ ...entry, merged: true });
  }
  return undefined;
};
