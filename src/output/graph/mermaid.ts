import type { ContextGraph, GraphNode } from './graph.ts';

/** Everything that Mermaid, its Markdown or HTML could take for syntax, as the character's number. */
const escaped = (text: string): string => text.toWellFormed().replace(/[^\p{L}\p{N} ./:,()@=-]/gu, char => `#${char.codePointAt(0)};`);
const label = ({ kind, name, notes, status }: GraphNode): string =>
  [status === 'ok' ? kind : `${kind} (${status})`, name, ...notes].map(escaped).join('<br/>');

/** For Markdown pages: ids are numbers in the order of the nodes, because a name may hold any character. */
export const graphMermaid = ({ nodes, edges }: ContextGraph): string => {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  return `${[
    'flowchart LR',
    ...nodes.map(one => `  ${ids.get(one.id)}["${label(one)}"]:::${one.status}`),
    ...edges.map(({ from, to, faint }) => `  ${ids.get(from)} ${faint ? '-.->' : '-->'} ${ids.get(to)}`),
    '  classDef ok stroke:#2e7d32',
    '  classDef warning stroke:#b26a00,stroke-width:2px',
    '  classDef error stroke:#c62828,stroke-width:3px',
    '  classDef unknown stroke:#5f6b7a,stroke-dasharray:4 3',
  ].join('\n')}\n`;
};
