import { isCollection, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Source } from './files.ts';

/** What is wrong where in a file, without a word of what stands there: it may be a token. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly named: boolean;
}
/** One Kubernetes object as it stands in a file. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly line: number;
  /** by JSON path inside the object, as `spec.contextName` */
  readonly lines: () => ReadonlyMap<string, number>;
  readonly named: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of a text: YAML or JSON, in several documents, and in lists of any kind. */
export const manifestsIn = ({
  file,
  text,
  named,
}: Source): { readonly manifests: readonly Manifest[]; readonly faults: readonly Fault[] } => {
  const counter = new LineCounter();
  const lineOf = (node: unknown): number => counter.linePos((node as Node | undefined)?.range?.[0] ?? 0).line;
  const faults: Fault[] = [];
  const manifests: Manifest[] = [];
  const fault = (line: number, what: string): void => {
    faults.push({ file, line, what, named });
  };
  const collect = (value: unknown, node: unknown, kindOfItem: string, versionOfItem: string): void => {
    if (!isObject(value)) return;
    const kind = typeof value['kind'] === 'string' ? value['kind'] : kindOfItem;
    const apiVersion = typeof value['apiVersion'] === 'string' ? value['apiVersion'] : versionOfItem;
    const items = value['items'];
    if (kind.endsWith('List') && Array.isArray(items)) {
      const nodes = isMap(node) ? node.get('items') : undefined;
      for (const [index, item] of items.entries())
        collect(item, isSeq(nodes) ? nodes.items[index] : node, kind.slice(0, -4), kind === 'List' ? '' : apiVersion);
    } else if (kind !== '')
      manifests.push({ apiVersion, kind, value, file, line: lineOf(node), lines: () => linesOf(node, lineOf), named });
  };
  const documents = within(() => parseAllDocuments(text, { lineCounter: counter, prettyErrors: false, logLevel: 'silent', merge: true }));
  if (documents === tooMuch) fault(1, 'nested too deeply');
  else
    for (const document of documents) {
      const [error] = document.errors;
      const value = error === undefined ? within(() => document.toJS({ maxAliasCount: 100 }) as unknown) : undefined;
      if (error !== undefined) fault(counter.linePos(error.pos[0]).line, `not YAML (${error.code})`);
      else if (value === tooMuch) fault(lineOf(document.contents), 'too many aliases, or nested too deeply');
      else collect(value, document.contents, '', '');
    }
  return { manifests, faults };
};

const tooMuch = Symbol('too much');
/** The parser answers what is nested too deeply with a full stack, and what has too many aliases with a ReferenceError. */
const within = <T>(parse: () => T): T | typeof tooMuch => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) return tooMuch;
    throw error;
  }
};

const linesOf = (root: unknown, lineOf: (node: unknown) => number): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>();
  const walk = (node: unknown, path: string): void => {
    if (!isCollection(node)) return;
    for (const [index, item] of node.items.entries()) {
      if (!isPair(item)) {
        lines.set(`${path}[${index}]`, lineOf(item));
        walk(item, `${path}[${index}]`);
      } else if (isScalar(item.key)) {
        const below = path === '' ? String(item.key.value) : `${path}.${item.key.value}`;
        lines.set(below, lineOf(item.key));
        walk(item.value, below);
      }
    }
  };
  walk(root, '');
  return lines;
};
