import { markOf } from './characters.ts';
import { faultAt, type Position } from './fault.ts';
import { type YamlSource, yamlSourceOf } from './source.ts';
import { type Token, type TokenKind, token } from './token.ts';

/** A place where a mapping key without `?` may begin; it is one when a `:` follows in the same line, within 1024 characters. */
interface SimpleKey {
  possible: boolean;
  /** nothing else can stand here: a text without `:` is a fault */
  readonly required: boolean;
  /** the number that the key's first token has in the stream */
  readonly token: number;
  readonly mark: Position;
}

/** YAML's characters as tokens, one look ahead at a time. Source: libyaml's scanner as go-yaml scannerc.go has it. */
export interface Scanner {
  readonly source: YamlSource;
  readonly queue: Token[];
  head: number;
  /** tokens that were handed out */
  parsed: number;
  /** the line of the last of them, from 0 */
  passed: number;
  started: boolean;
  keyAllowed: boolean;
  /** the column of the block that is open, -1 for none */
  indent: number;
  readonly indents: number[];
  flowLevel: number;
  /** one for each flow level */
  readonly keys: SimpleKey[];
  /** by the number of its token, the flow level of a possible key */
  readonly keyLevels: Map<number, number>;
}

export const scannerOf = (bytes: Uint8Array): Scanner => ({
  source: yamlSourceOf(bytes),
  queue: [],
  head: 0,
  parsed: 0,
  passed: 0,
  started: false,
  keyAllowed: true,
  indent: -1,
  indents: [],
  flowLevel: 0,
  keys: [],
  keyLevels: new Map(),
});
/** go-yaml's limit for what stands in one another. */
export const maxDepth = 10_000;

/** Whether the first token of the queue may still turn out to begin a key. */
export const mayBeKey = (scanner: Scanner): boolean => {
  const level = scanner.keyLevels.get(scanner.parsed);
  const key = level === undefined ? undefined : scanner.keys[level];
  return key !== undefined && isStillPossible(scanner, key);
};
export const isStillPossible = (scanner: Scanner, key: SimpleKey): boolean => {
  if (!key.possible) return false;
  if (key.mark.line >= scanner.source.line && key.mark.index + 1024 >= scanner.source.at) return true;
  if (key.required) throw noColon(scanner, key);
  key.possible = false;
  return false;
};
const noColon = (scanner: Scanner, key: SimpleKey) => faultAt('scanner', "could not find expected ':'", markOf(scanner.source), key.mark);

export const append = (scanner: Scanner, one: Token, at = scanner.queue.length): void => {
  if (at === scanner.queue.length) scanner.queue.push(one);
  else scanner.queue.splice(at, 0, one);
};
export const saveKey = (scanner: Scanner): void => {
  if (!scanner.keyAllowed) return;
  const required = scanner.flowLevel === 0 && scanner.indent === scanner.source.column;
  const number = scanner.parsed + scanner.queue.length - scanner.head;
  removeKey(scanner);
  scanner.keys[scanner.keys.length - 1] = { possible: true, required, token: number, mark: markOf(scanner.source) };
  scanner.keyLevels.set(number, scanner.keys.length - 1);
};
export const removeKey = (scanner: Scanner): void => {
  const key = scanner.keys.at(-1);
  if (key === undefined || !key.possible) return;
  if (key.required) throw noColon(scanner, key);
  key.possible = false;
  scanner.keyLevels.delete(key.token);
};

/** Opens a block at a column when it lies deeper than the open one. */
export const rollIndent = (scanner: Scanner, column: number, kind: TokenKind, mark: Position, at?: number): void => {
  if (scanner.flowLevel > 0 || scanner.indent >= column) return;
  scanner.indents.push(scanner.indent);
  scanner.indent = column;
  if (scanner.indents.length > maxDepth) throw depthFault(scanner);
  append(scanner, token(kind, mark, mark), at);
};
export const unrollIndent = (scanner: Scanner, column: number): void => {
  if (scanner.flowLevel > 0) return;
  while (scanner.indent > column) {
    const mark = markOf(scanner.source);
    append(scanner, token('block end', mark, mark));
    scanner.indent = scanner.indents.pop() ?? -1;
  }
};
export const depthFault = (scanner: Scanner) =>
  faultAt('scanner', `exceeded max depth of ${maxDepth}`, markOf(scanner.source), scanner.keys.at(-1)?.mark, 'is nested too deeply');
