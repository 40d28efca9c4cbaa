/** Where a JSON value stands in its text, and what it holds. */
export interface JsonNode {
  readonly at: number;
  /** by name; of a name that is there twice the last */
  readonly fields?: ReadonlyMap<string, JsonField>;
  readonly repeated?: readonly (JsonField & { readonly name: string })[];
  readonly items?: readonly JsonNode[];
}
interface JsonField {
  /** of its name */
  readonly at: number;
  readonly value: JsonNode;
}

/** Whether objects and lists are nested deeper than that, in a text that JSON.parse takes. */
export const isDeeper = (text: string, most: number): boolean => {
  const mark = /["{}[\]]/g;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    const [char] = match;
    if (char === '"') mark.lastIndex = endOfString(text, mark.lastIndex);
    else depth += char === '{' || char === '[' ? 1 : -1;
    if (depth > most) return true;
  }
  return false;
};

/** The places in a text that JSON.parse has taken, read in one pass. */
export const jsonNodes = (text: string): JsonNode => {
  const gap = /[\s,:]*/y;
  const literal = /[^\s,\]}]+/y;
  let at = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [token = ''] = pattern.exec(text) ?? [];
    at += token.length;
    return token;
  };
  const object = (start: number): JsonNode => {
    const fields = new Map<string, JsonField>();
    const repeated: (JsonField & { name: string })[] = [];
    for (at++, skip(gap); text[at] === '"'; skip(gap)) {
      const place = at;
      at = endOfString(text, at + 1);
      const name = String(JSON.parse(text.slice(place, at)));
      const field = { at: place, value: node() };
      if (fields.has(name)) repeated.push({ ...field, name });
      fields.set(name, field);
    }
    at++;
    return { at: start, fields, repeated };
  };
  const list = (start: number): JsonNode => {
    const items: JsonNode[] = [];
    for (at++, skip(gap); text[at] !== ']'; skip(gap)) items.push(node());
    at++;
    return { at: start, items };
  };
  const node = (): JsonNode => {
    skip(gap);
    const start = at;
    if (text[at] === '{') return object(start);
    if (text[at] === '[') return list(start);
    if (text[at] === '"') at = endOfString(text, at + 1);
    else skip(literal);
    return { at: start };
  };
  return node();
};
/** Behind the quote that ends a string, whose first character stands at `from`. */
export const endOfString = (text: string, from: number): number => {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
};
/** Calls for each field and item below a node, by its JSON path, with its place. */
export const walkJson = (root: JsonNode, visitor: (path: string, at: number, repeated: boolean) => void): void => {
  const go = ({ fields, repeated, items }: JsonNode, path: string): void => {
    const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const { name, at } of repeated ?? []) visitor(below(name), at, true);
    for (const [name, { at, value }] of fields ?? []) {
      visitor(below(name), at, false);
      go(value, below(name));
    }
    for (const [index, item] of items?.entries() ?? []) {
      visitor(`${path}[${index}]`, item.at, false);
      go(item, `${path}[${index}]`);
    }
  };
  go(root, '');
};
