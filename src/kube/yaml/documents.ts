import { type Document, isMap, isNode, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { endOfString, type JsonNode, jsonNodes, walkJson } from './json.ts';
import { UnfitYaml } from './scalar.ts';
import { valueReader } from './value.ts';

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
}
const separator = /^---[^\S\n]*(?:#.*)?$/gm;
const chunksOf = (text: string): readonly Chunk[] => {
  const all: Chunk[] = [];
  let before = 0;
  let from = 0;
  const take = (end: number): void => {
    const chunk = text.slice(from, end);
    all.push({ text: chunk, before });
    for (let at = chunk.indexOf('\n'); at !== -1; at = chunk.indexOf('\n', at + 1)) before++;
  };
  const ends = /^\s*\{/.test(text.slice(0, 4096)) ? endsOfObjects(text) : [];
  for (const end of ends.length > 1 ? ends : [...text.matchAll(separator)].map(({ index }) => index)) {
    take(end);
    from = end;
  }
  take(text.length);
  return all;
};
/** Where the objects of a JSON stream end, as in `{}{}`; none where something else stands between them. */
const endsOfObjects = (text: string): readonly number[] => {
  const ends: number[] = [];
  const mark = /["{}]|[^\s{}"]+/g;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [char] = found;
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

const documentsIn = ({ text, before }: Chunk): readonly ReadDocument[] => {
  const counter = new LineCounter();
  const lineAt = (offset: number): number => before + counter.linePos(offset).line;
  const json = /^\s*[{[]/.test(text) ? parsedJson(text) : undefined;
  if (json !== undefined) {
    for (let at = -1; at !== 0; at = text.indexOf('\n', at) + 1) counter.addNewLine(Math.max(at, 0));
    return [jsonPart(json.value, jsonNodes(text), lineAt)];
  }
  const options = {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: 'silent',
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
  } as const;
  const documents = fitting(() => parseAllDocuments(text, options));
  if (documents instanceof UnfitYaml) return [{ line: before + 1, problem: documents.message }];
  if (!Array.isArray(documents)) return [];
  return documents.flatMap(document => {
    const [error] = document.errors;
    if (error !== undefined)
      return {
        line: lineAt(error.pos[0]),
        problem: error.code === 'RESOURCE_EXHAUSTION' ? 'is nested too deeply' : `is not YAML (${error.code})`,
      };
    return document.contents === null ? [] : yamlPart(document, lineAt);
  });
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
const jsonPart = (value: unknown, node: JsonNode, lineAt: (offset: number) => number): Part => {
  const linesOf = (wanted: boolean): ReadonlyMap<string, number> => {
    const lines = new Map<string, number>();
    walkJson(node, (path, at, repeated) => {
      if (repeated === wanted) lines.set(path, lineAt(at));
    });
    return lines;
  };
  return {
    value,
    line: lineAt(node.at),
    items: field =>
      fieldOf(value, field).map((item, index) => jsonPart(item, node.fields?.get(field)?.value.items?.[index] ?? node, lineAt)),
    lines: () => linesOf(false),
    repeated: () => linesOf(true),
  };
};
const yamlPart = (document: Document.Parsed, lineAt: (offset: number) => number): ReadDocument => {
  const { decode, walk } = valueReader(document);
  const lineOf = (node: unknown): number => lineAt(isNode(node) ? (node.range?.[0] ?? 0) : 0);
  const linesOf = (root: unknown, wanted: boolean): ReadonlyMap<string, number> => {
    const lines = new Map<string, number>();
    walk(root, (path, node, repeated) => {
      if (repeated === wanted) lines.set(path, lineOf(node));
    });
    return lines;
  };
  const part = (node: unknown, value: unknown): Part => ({
    value,
    line: lineOf(node),
    items: field => {
      const nodes = isMap(node) ? node.get(field, true) : undefined;
      return fieldOf(value, field).map((item, index) => part(isSeq(nodes) ? nodes.items[index] : node, item));
    },
    lines: () => linesOf(node, false),
    repeated: () => linesOf(node, true),
  });
  const value = fitting(() => decode(document.contents));
  return value instanceof UnfitYaml ? { line: lineOf(document.contents), problem: value.message } : part(document.contents, value);
};
/** The parser answers what is nested too deeply with a full stack. */
const fitting = <T>(read: () => T): T | UnfitYaml => {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnfitYaml) return error;
    if (error instanceof RangeError) return new UnfitYaml('is nested too deeply');
    throw error;
  }
};
