import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, visit, type YAMLMap } from 'yaml';
import { scalarValue, UnfitYaml } from './scalar.ts';

/** One field of a mapping after its merge keys have been followed. */
interface Field {
  readonly key: Node;
  readonly value: unknown;
}
/** A mapping's fields by their names, and the keys that stand in it more than once. */
interface Fields {
  readonly fields: ReadonlyMap<string, Field>;
  readonly repeated: readonly Node[];
}
/** What a walk comes by: a field with its key's node, or an item with its own; `repeated` where the same mapping has set it before. */
export type Visitor = (path: string, node: Node, repeated: boolean) => void;

/** How much of a document may come out of aliases: 99 % of a small one, 10 % of a large one; go-yaml decode.go allowedAliasRatio. */
const allowedShare = (decoded: number): number => {
  const [low, high] = [400_000, 4_000_000];
  if (decoded <= low) return 0.99;
  return decoded >= high ? 0.1 : 0.99 - (0.89 * (decoded - low)) / (high - low);
};
const targetsOf = (document: Document.Parsed): ReadonlyMap<Alias, Node> => {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
};
const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.source === '<<' && (key.type === 'PLAIN' || key.tag?.endsWith(':merge') === true);
const scalarOf = (node: unknown): ReturnType<typeof scalarValue> =>
  // What is empty has no type.
  isScalar(node) ? scalarValue(node.source ?? '', node.tag, node.type === 'PLAIN' || node.type === undefined) : null;
/** A key as the name of a JSON field; sigs.k8s.io/yaml convertToJSONableObject. */
const nameOf = (key: unknown): string => {
  if (!isScalar(key)) throw new UnfitYaml('has a mapping or a list for a key');
  const value = scalarOf(key);
  if (value === null) throw new UnfitYaml('has a key without a name');
  return typeof value === 'number' && !Number.isFinite(value)
    ? `${value < 0 ? '-' : ''}.${Number.isNaN(value) ? 'nan' : 'inf'}`
    : String(value);
};
/** `spec.datacenters[0].k8sContext` */
const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** The values of a parsed document as go-yaml decodes them, and where their parts stand. Aliases are bounded; merge keys count in their order. */
export const valueReader = (
  document: Document.Parsed,
): {
  /** throws UnfitYaml */
  readonly decode: (node: unknown) => unknown;
  readonly walk: (root: unknown, visitor: Visitor) => void;
} => {
  const targets = targetsOf(document);
  const known = new Map<YAMLMap, Fields>();
  const open = new Set<unknown>();
  const counts = { decoded: 0, aliased: 0, depth: 0 };
  const count = (): void => {
    counts.decoded++;
    if (counts.depth > 0) counts.aliased++;
    const { decoded, aliased } = counts;
    if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedShare(decoded)) throw new UnfitYaml('has too many aliases');
  };
  const follow = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    const target = targets.get(node);
    if (target === undefined) throw new UnfitYaml('has an alias without an anchor');
    return target;
  };
  /** Decodes what may lead back to itself. */
  const inside = <T>(node: unknown, aliased: boolean, read: () => T): T => {
    if (open.has(node)) throw new UnfitYaml('has an anchor that contains itself');
    open.add(node);
    if (aliased) counts.depth++;
    const value = read();
    if (aliased) counts.depth--;
    open.delete(node);
    return value;
  };
  /** Of several sources the earlier one counts, and a merge key overwrites what stands before it; decode.go merge. */
  const merge = (value: unknown, into: Map<string, Field>): void => {
    for (const one of isSeq(value) ? [...value.items].reverse() : [value]) {
      const source = follow(one);
      if (!isMap(source)) throw new UnfitYaml('merges what is no mapping');
      counts.depth++;
      for (const [name, field] of fieldsOf(source).fields) {
        count();
        into.set(name, field);
      }
      counts.depth--;
    }
  };
  const fieldsOf = (map: YAMLMap): Fields => {
    const before = known.get(map);
    if (before !== undefined) return before;
    const fields = new Map<string, Field>();
    const own = new Set<string>();
    const repeated: Node[] = [];
    inside(map, false, () => {
      for (const { key, value } of map.items as Pair<Node, unknown>[]) {
        if (isMergeKey(key)) {
          merge(value, fields);
          continue;
        }
        const name = nameOf(follow(key));
        if (own.has(name)) repeated.push(key);
        own.add(name);
        fields.set(name, { key, value });
      }
    });
    const all = { fields, repeated };
    known.set(map, all);
    return all;
  };
  const decode = (node: unknown): unknown => {
    count();
    const target = follow(node);
    if (isMap(target)) {
      const { fields } = fieldsOf(target);
      return inside(target, isAlias(node), () => Object.fromEntries([...fields].map(([name, { value }]) => [name, decode(value)])));
    }
    if (isSeq(target)) return inside(target, isAlias(node), () => target.items.map(decode));
    const value = scalarOf(target);
    if (typeof value === 'number' && !Number.isFinite(value)) throw new UnfitYaml('holds a number that JSON does not have');
    return value;
  };
  const walk = (root: unknown, visitor: Visitor): void => {
    const go = (node: unknown, path: string): void => {
      const target = follow(node);
      if (isMap(target)) {
        const { fields, repeated } = fieldsOf(target);
        for (const key of repeated) visitor(below(path, nameOf(follow(key))), key, true);
        for (const [name, { key, value }] of fields) {
          visitor(below(path, name), key, false);
          go(value, below(path, name));
        }
      } else if (isSeq(target)) {
        for (const [index, item] of target.items.entries()) {
          visitor(`${path}[${index}]`, item as Node, false);
          go(item, `${path}[${index}]`);
        }
      }
    };
    go(root, '');
  };
  return { decode, walk };
};
