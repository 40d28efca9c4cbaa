import { printable, usage } from '../base/errors.ts';
import { isFields } from '../base/fields.ts';
import { jsonText } from '../base/json.ts';

/** One step of a path, or a literal text, or a loop, as kubectl's `-o jsonpath=` writes them. */
type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'filter'; readonly path: readonly Step[]; readonly equals: string | undefined; readonly not: boolean };
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'range'; readonly steps: readonly Step[]; readonly body: readonly Part[] };

const wrong = (what: string) =>
  usage(`jsonpath: ${what}`, 'write it as kubectl does, as in -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\n"}{end}\'');

/** A template of kubectl's jsonpath over a document: fields, `[*]`, indexes, `[?(@.a=="b")]`, `{range}` and quoted text. */
export const jsonpath = (template: string, document: unknown): string => {
  const blocks = tokens(template);
  const { parts, rest } = parse(blocks);
  if (rest.length > 0) throw wrong('{end} without {range}');
  return print(parts, document, document);
};

const tokens = (template: string): { readonly code: boolean; readonly text: string }[] => {
  const pieces: { code: boolean; text: string }[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open < 0) {
      pieces.push({ code: false, text: template.slice(at) });
      break;
    }
    if (open > at) pieces.push({ code: false, text: template.slice(at, open) });
    const block = /^\{((?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)\}/.exec(template.slice(open));
    if (block === null) throw wrong(`no } closes what begins at "${template.slice(open, open + 20)}"`);
    pieces.push({ code: true, text: (block[1] ?? '').trim() });
    at = open + block[0].length;
  }
  return pieces;
};
const parse = (
  blocks: readonly { readonly code: boolean; readonly text: string }[],
  inside = false,
): { parts: Part[]; rest: readonly { readonly code: boolean; readonly text: string }[] } => {
  const parts: Part[] = [];
  let rest = blocks;
  while (rest.length > 0) {
    const [block, ...others] = rest;
    rest = others;
    if (block === undefined) break;
    if (!block.code) parts.push({ kind: 'text', text: block.text });
    else if (block.text === 'end') return inside ? { parts, rest } : { parts, rest: [block, ...rest] };
    else if (/^range\s/.test(block.text)) {
      const body = parse(rest, true);
      parts.push({ kind: 'range', steps: path(block.text.slice(5).trim()), body: body.parts });
      rest = body.rest;
    } else if (/^["']/.test(block.text)) parts.push({ kind: 'text', text: literal(block.text) });
    else parts.push({ kind: 'path', steps: path(block.text) });
  }
  if (inside) throw wrong('{range} without {end}');
  return { parts, rest };
};
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
const literal = (quoted: string): string => quoted.slice(1, -1).replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char);

const path = (text: string): readonly Step[] => {
  const steps: Step[] = [];
  let left = text.replace(/^[$@]/, '');
  while (left !== '') {
    const match =
      /^\.?\[\?\(\s*@(?<filter>[^=!)\s]*)\s*(?:(?<operator>[=!]=)\s*(?<value>"[^"]*"|'[^']*'|[^)\s]+)\s*)?\)\]/.exec(left) ??
      /^(?:\.?\[\*\]|\.\*)(?<all>)/.exec(left) ??
      /^\.?\[(?<index>-?\d+)\]/.exec(left) ??
      /^\.?\[(?<quoted>'[^']*'|"[^"]*")\]/.exec(left) ??
      /^\.?(?<name>(?:[^.[\]{}\\\s]|\\.)+)/.exec(left);
    if (match === null || left.startsWith('..')) throw wrong(`"${text}" is not understood at "${left}"`);
    const { filter, operator, value, all, index, quoted, name } = match.groups ?? {};
    if (filter !== undefined)
      steps.push({
        kind: 'filter',
        path: path(filter),
        equals: operator === undefined ? undefined : (value ?? '').replace(/^["']|["']$/g, ''),
        not: operator === '!=',
      });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else if (index !== undefined) steps.push({ kind: 'index', at: Number(index) });
    else steps.push({ kind: 'field', name: quoted === undefined ? (name ?? '').replace(/\\(.)/g, '$1') : quoted.slice(1, -1) });
    left = left.slice(match[0].length);
  }
  return steps;
};

const follow = (steps: readonly Step[], from: unknown): readonly unknown[] =>
  steps.reduce<readonly unknown[]>((values, step) => values.flatMap(value => next(step, value)), [from]);
const next = (step: Step, value: unknown): readonly unknown[] => {
  const children: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.values(value)
      : [];
  switch (step.kind) {
    case 'all':
      return children;
    case 'index':
      return Array.isArray(value) ? value.slice(step.at, step.at === -1 ? undefined : step.at + 1) : [];
    case 'filter':
      return children.filter(child => {
        const values = follow(step.path, child).map(shown);
        return step.equals === undefined ? values.length > 0 : step.not ? !values.includes(step.equals) : values.includes(step.equals);
      });
    case 'field': {
      const child = isFields(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      return child === undefined ? [] : [child];
    }
  }
};
const shown = (value: unknown): string => (typeof value === 'object' && value !== null ? jsonText(value) : String(value ?? ''));
const print = (parts: readonly Part[], here: unknown, root: unknown): string =>
  parts
    .map(part =>
      part.kind === 'text'
        ? part.text
        : part.kind === 'path'
          ? printable(follow(part.steps, here).map(shown).join(' '), true)
          : follow(part.steps, here)
              .map(value => print(part.body, value, root))
              .join(''),
    )
    .join('');
