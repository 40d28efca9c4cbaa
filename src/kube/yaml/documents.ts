import { decodeYaml } from '../goyaml/decode.ts';
import { isList, isMap, isNumber, plainValue, type YamlValue } from '../goyaml/value.ts';
import { endOfString, isDeeper, type JsonNode, jsonNodes, walkJson } from './json.ts';

/** A part of a YAML or JSON text: a document, or an object in one. */
export interface Part {
  readonly value: unknown;
  /** from 1, in the text */
  readonly line: number;
  /** the parts of a list in this field */
  readonly items: (field: string) => readonly Part[];
  /** by JSON path inside this part */
  readonly lines: () => ReadonlyMap<string, number>;
  /** the paths of fields that are set twice, of which the last counts, with the line of the repetition */
  readonly repeated: () => ReadonlyMap<string, number>;
}
export type ReadDocument = Part | { readonly line: number; readonly problem: string };

/** The part of a text between two lines of `---`, as kubectl's decoder cuts it (apimachinery pkg/util/yaml YAMLReader), or one of several JSON objects. */
interface Chunk {
  readonly text: string;
  /** lines before it */
  readonly before: number;
  /** a line in it that begins as one that separates and goes on with something else, which kubectl refuses; from 1, in the text */
  readonly badSeparator?: number;
}
const chunksOf = (text: string): readonly Chunk[] => {
  const all: Chunk[] = [];
  let before = 0;
  const take = (from: number, end: number, bad?: number): void => {
    const badSeparator = bad === undefined ? {} : { badSeparator: before + linesOf(text, from, bad) + 1 };
    all.push({ text: text.slice(from, end), before, ...badSeparator });
    before += linesOf(text, from, end);
  };
  const ends = /^\s*\{/.test(text.slice(0, 4096)) ? endsOfObjects(text) : [];
  if (ends.length > 1) for (const [index, end] of [...ends, text.length].entries()) take(ends[index - 1] ?? 0, end);
  else {
    let from = 0;
    let badOffset: number | undefined;
    for (const { at, isBad } of separatorsIn(text)) {
      if (isBad) badOffset ??= at;
      else {
        take(from, at, badOffset);
        [from, badOffset] = [at, undefined];
      }
    }
    take(from, text.length, badOffset);
  }
  return all;
};
const linesOf = (text: string, from: number, end: number): number => {
  // Searched to its own end alone: many objects may stand on one line.
  const part = text.slice(from, end);
  let lines = 0;
  for (let at = part.indexOf('\n'); at !== -1; at = part.indexOf('\n', at + 1)) lines++;
  return lines;
};
/** Lines that begin with `---`: nothing but a comment may follow. */
const separatorsIn = (text: string): readonly { readonly at: number; readonly isBad: boolean }[] => {
  const separators: { at: number; isBad: boolean }[] = [];
  for (let at = text.indexOf('---'); at !== -1; at = text.indexOf('\n---', at) + 1 || -1) {
    if (at > 0 && text[at - 1] !== '\n') continue;
    const end = text.indexOf('\n', at);
    const rest = text.slice(at + 3, end === -1 ? undefined : end).trimStart();
    separators.push({ at, isBad: rest !== '' && !rest.startsWith('#') });
  }
  return separators;
};
/** Where the objects of a JSON stream end, as in `{}{}`; none where something else stands between them. */
const endsOfObjects = (text: string): readonly number[] => {
  const ends: number[] = [];
  const mark = /["{}]|[^\s{}"]+/g;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    const [char] = match;
    if (char === '"') mark.lastIndex = endOfString(text, mark.lastIndex);
    else if (char === '{') depth++;
    else if (char === '}') depth--;
    if (char === '}' && depth === 0) ends.push(mark.lastIndex);
    else if (depth <= 0) return [];
  }
  return ends;
};
/**
 * Every document of a text as kubectl reads it: YAML 1.1 the way Go has it, JSON, and a byte order mark at the start of any line.
 * A broken document does not hide the others.
 */
export const readDocuments = (text: string): readonly ReadDocument[] => chunksOf(text.replace(/^\ufeff/gm, '')).flatMap(documentsIn);

const documentsIn = ({ text, before, badSeparator }: Chunk): readonly ReadDocument[] => {
  if (badSeparator !== undefined) return [{ line: badSeparator, problem: 'is not YAML: invalid document separator' }];
  const json = /^\s*[{[]/.test(text) ? parsedJson(text) : undefined;
  if (json !== undefined && isDeeper(text, mostDepth)) return [{ line: before + 1, problem: 'is nested too deeply' }];
  if (json !== undefined) {
    const [nodes, lineAt] = [jsonNodes(text), linesIn(text, before)];
    return [jsonPart(json.value, nodes, lineAt(nodes.at), lineAt)];
  }
  // kubectl ends every line, the last too.
  const yaml = decodeYaml(Buffer.from(text.endsWith('\n') ? text : `${text}\n`));
  const problem = yaml.ok ? unfit(yaml.value) : yaml.problem;
  if (!yaml.ok || problem !== undefined) return [{ line: before + yaml.line, problem: problem ?? '' }];
  return yaml.value === null ? [] : [yamlPart(yaml.value, plainValue(yaml.value), before + yaml.line, before)];
};
/** Kubernetes' own objects are no tenth as deep. */
const mostDepth = 1000;
/** Why JSON, and so the API, cannot hold a value; without a word of it. */
const unfit = (value: YamlValue): string | undefined => {
  if (isNumber(value)) return Number.isFinite(Number(value.value)) ? undefined : unfitNumber;
  if (!isList(value) && !isMap(value)) return undefined;
  if (value.depth > mostDepth) return 'is nested too deeply';
  if (value.badKey !== undefined) return 'has a key without a name';
  return value.unsupported === undefined ? undefined : unfitNumber;
};
const unfitNumber = 'holds a number that JSON does not have';
/** The line of a place in a text, from 1, given the lines before it. */
const linesIn = (text: string, before: number): ((offset: number) => number) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return offset => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return before + low + 1;
  };
};
/** Many times faster than YAML, and so long dumps are read in no time. */
const parsedJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};
const fieldOf = (value: unknown, field: string): readonly unknown[] => {
  const values: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return Array.isArray(values) ? values : [];
};
const jsonPart = (value: unknown, node: JsonNode, line: number, lineAt: (offset: number) => number): Part => {
  const linesWith = (wanted: boolean): ReadonlyMap<string, number> => {
    const lines = new Map<string, number>();
    walkJson(node, (path, at, repeated) => {
      if (repeated === wanted) lines.set(path, lineAt(at));
    });
    return lines;
  };
  return {
    value,
    line,
    items: field =>
      fieldOf(value, field).map((item, index) => {
        const below = node.fields?.get(field)?.value.items?.[index] ?? node;
        return jsonPart(item, below, lineAt(below.at), lineAt);
      }),
    lines: () => linesWith(false),
    repeated: () => linesWith(true),
  };
};
const yamlPart = (node: YamlValue, value: unknown, line: number, before: number): Part => {
  const linesWith = (wanted: boolean): ReadonlyMap<string, number> => {
    const lines = new Map<string, number>();
    walkYaml(node, '', (path, at, repeated) => {
      if (repeated === wanted) lines.set(path, before + at);
    });
    return lines;
  };
  return {
    value,
    line,
    items: field => {
      const list = isMap(node) ? node.entries.get(field)?.value : undefined;
      const values = fieldOf(value, field);
      return isList(list) ? list.items.map((item, index) => yamlPart(item, values[index], before + (list.lines[index] ?? 0), before)) : [];
    },
    lines: () => linesWith(false),
    repeated: () => linesWith(true),
  };
};
/** Calls for each field and item below a value, by its JSON path, with its line; `repeated` where the same mapping sets a field once more. */
const walkYaml = (node: YamlValue, path: string, visitor: (path: string, line: number, repeated: boolean) => void): void => {
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (isMap(node)) {
    for (const [name, line] of node.repeated) visitor(below(name), line, true);
    for (const [name, { value, line }] of node.entries) {
      visitor(below(name), line, false);
      walkYaml(value, below(name), visitor);
    }
  }
  if (isList(node))
    for (const [index, item] of node.items.entries()) {
      visitor(`${path}[${index}]`, node.lines[index] ?? 0, false);
      walkYaml(item, `${path}[${index}]`, visitor);
    }
};
