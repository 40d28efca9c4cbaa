import { type ContextGraph, type GraphNode, layers, rankOf } from './graph.ts';

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
const colors = { ok: '#2e7d32', warning: '#b26a00', error: '#c62828', unknown: '#5f6b7a' } as const;
/** Lines are joined by Graphviz's own escape, so each is quoted first. */
const label = ({ kind, name, notes, status }: GraphNode): string =>
  quoted([status === 'ok' ? kind : `${kind} (${status})`, name, ...notes].join('\u0000')).replaceAll('\u0000', '\\n');

/** For Graphviz: left to right, one column for each layer. */
export const graphDot = ({ nodes, edges }: ContextGraph): string =>
  `${[
    'digraph contexts {',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];',
    ...nodes.map(one => `  ${quoted(one.id)} [label=${label(one)}, color="${colors[one.status]}"];`),
    ...edges.map(({ from, to, faint }) => `  ${quoted(from)} -> ${quoted(to)}${faint ? ' [style=dashed]' : ''};`),
    ...layers
      .map((_, rank) => nodes.filter(one => rankOf(one) === rank))
      .map(same => `  { rank=same; ${same.map(({ id }) => `${quoted(id)};`).join(' ')} }`),
    '}',
  ].join('\n')}\n`;
