import { wrap } from '../layout.ts';
import { mark, paint, type Style } from '../style.ts';
import type { ContextGraph, GraphNode } from './graph.ts';
import { root } from './marks.ts';

interface Branch {
  readonly text: string;
  readonly node: GraphNode;
  readonly children: readonly Branch[];
}

/** Context by context: where each leads, then who uses it. Lines fit the terminal. */
export const graphTree = ({ nodes, edges }: ContextGraph, style: Style): string => {
  const byId = new Map(nodes.map(one => [one.id, one]));
  const neighbours = (id: string, from: 'from' | 'to', to: 'from' | 'to'): readonly GraphNode[] =>
    edges.flatMap(one => {
      const child = one[from] === id ? byId.get(one[to]) : undefined;
      return child === undefined ? [] : [child];
    });
  const onward = (node: GraphNode): Branch => ({
    text: `${node.kind} ${node.name}`,
    node,
    children: neighbours(node.id, 'from', 'to').map(onward),
  });
  const user = (node: GraphNode): Branch => {
    const [owner] = node.kind === 'datacenter' ? neighbours(node.id, 'to', 'from') : [];
    return { text: `used by ${owner === undefined ? '' : `${owner.kind} ${owner.name} `}${node.kind} ${node.name}`, node, children: [] };
  };
  const branches = [
    ...nodes
      .filter(({ kind }) => kind === 'context')
      .map(node => ({
        ...onward(node),
        children: [
          ...neighbours(node.id, 'from', 'to').map(onward),
          ...neighbours(node.id, 'to', 'from')
            .filter(({ id }) => id !== root)
            .map(user),
        ],
      })),
    // What no context shows: datacenters of the control plane itself, clusters that are ignored, kinds that were not read.
    ...nodes
      .filter(({ id, kind }) => kind === 'datacenter' && neighbours(id, 'from', 'to').length === 0)
      .map(node => ({ ...user(node), text: user(node).text.replace(/^used by /, '') })),
    ...nodes.filter(({ kind, status }) => kind === 'K8ssandraCluster' && status !== 'ok').map(node => ({ ...onward(node), children: [] })),
    ...nodes.filter(({ kind }) => kind === 'not read').map(onward),
  ];
  const [top] = nodes;
  const head = `Control plane ${paint('bold', top?.name ?? '', style)}`;
  return `${[head, ...draw(branches, '', style)].join('\n')}\n`;
};

const draw = (branches: readonly Branch[], prefix: string, style: Style): string[] =>
  branches.flatMap(({ text, node, children }, index) => {
    const last = index === branches.length - 1;
    const [joint, rest] = style.unicode ? [last ? '└─ ' : '├─ ', last ? '   ' : '│  '] : [last ? '`- ' : '|- ', last ? '   ' : '|  '];
    const indent = `${prefix}${rest}`;
    const notes = node.notes.length === 0 ? '' : `: ${node.notes.join('; ')}`;
    const lines = wrap(
      `${text}${notes}`,
      `${prefix}${joint}${mark(node.status, style)} `,
      `${indent}${children.length > 0 ? rest : '  '}  `,
      style.columns,
    );
    return [...lines, ...draw(children, indent, style)];
  });
