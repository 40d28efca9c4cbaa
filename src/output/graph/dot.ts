import { printable } from '../../base/errors.ts';
import { type ContextGraph, type GraphNode, layers, rankOf } from './graph.ts';

/** A label also reads HTML's entities, so an ampersand is written as one. */
const quoted = (text: string): string => `"${printable(text).replace(/["\\]/g, '\\$&').replaceAll('&', '&amp;')}"`;
const colors = { ok: '#2e7d32', warning: '#b26a00', error: '#c62828', unknown: '#5f6b7a' } as const;
/** Lines are joined by Graphviz's own escape, so each is quoted first. */
const label = ({ kind, name, notes, status }: GraphNode): string =>
  `"${[status === 'ok' ? kind : `${kind} (${status})`, name, ...notes].map(line => quoted(line).slice(1, -1)).join('\\n')}"`;

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
      .filter(same => same.length > 1)
      .map(same => `  { rank=same; ${same.map(({ id }) => `${quoted(id)};`).join(' ')} }`),
    '}',
  ].join('\n')}\n`;
