import { width } from '../../base/width.ts';
import { wrap } from '../layout.ts';
import { sign } from '../style.ts';
import { type Drawing, plainStyle, px, rounded, xml } from './drawing.ts';
import { type ContextGraph, type GraphEdge, type GraphNode, layers, rankOf } from './graph.ts';

/** The longest line of a box in characters, so that seven layers fit a screen: names break anywhere, notes between words. */
const longest = 24;

interface Box {
  readonly id: string;
  readonly rank: number;
  /** absent where a line only passes through a layer */
  readonly node?: GraphNode;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}
interface Placed extends Box {
  readonly x: number;
  /** of its middle */
  readonly y: number;
}

/** Layers from left to right: the control plane, who uses a context, the context, and where it leads. */
export const layered = ({ nodes, edges }: ContextGraph): Drawing => {
  const through = edges.map(one => passing(one, nodes));
  const boxes = [...nodes.map(boxOf), ...through.flatMap(path => path.slice(1, -1).map(waypoint))];
  const steps = through.flatMap(path => path.slice(1).map(({ id }, index): Step => [path[index]?.id ?? '', id]));
  const placements = place(boxes, steps);
  const at = new Map(placements.map(one => [one.id, one]));
  const lines = through.map((path, index) => {
    const points = path.flatMap(({ id }) => at.get(id) ?? []);
    return `<path class="edge${edges[index]?.faint === true ? ' faint' : ''}" d="${curve(points)}"/>`;
  });
  return {
    width: Math.max(...placements.map(one => one.x + one.width)) + px.margin,
    height: Math.max(...placements.map(one => one.y + one.height / 2)) + px.margin,
    parts: [...lines, ...placements.map(drawBox)],
  };
};

const boxOf = (node: GraphNode): Box => {
  const lines = [
    `${sign(node.status, plainStyle)} ${node.kind}`,
    ...pieces(node.name),
    ...node.notes.flatMap(note => wrap(note, '', '', longest)),
  ];
  return {
    id: node.id,
    rank: rankOf(node),
    node,
    lines,
    width: Math.max(...lines.map(line => width(line))) * px.char + 2 * px.pad,
    height: lines.length * px.line + px.pad,
  };
};
/** A name in lines that fit a box. */
const pieces = (name: string): readonly string[] => {
  const lines: string[] = [''];
  for (const char of name) {
    const last = lines.at(-1) ?? '';
    if (width(last + char) <= longest) lines[lines.length - 1] = last + char;
    else lines.push(char);
  }
  return lines;
};
/** The ends of an edge, and an empty place in each layer that it crosses. */
const passing = ({ from, to }: GraphEdge, nodes: readonly GraphNode[]): readonly { readonly id: string; readonly rank: number }[] => {
  const ends = [from, to].flatMap(id => nodes.find(one => one.id === id) ?? []);
  const [first, last] = ends.map(one => ({ id: one.id, rank: rankOf(one) }));
  if (first === undefined || last === undefined) return [];
  const between = Array.from({ length: Math.max(last.rank - first.rank - 1, 0) }, (_, index) => ({
    id: JSON.stringify([from, to, index]),
    rank: first.rank + index + 1,
  }));
  return [first, ...between, last];
};
const waypoint = ({ id, rank }: { readonly id: string; readonly rank: number }): Box => ({ id, rank, lines: [], width: 0, height: 2 });

type Step = readonly [from: string, to: string];
/** Columns by layer; in each, boxes near what they are connected with, in an order that crosses few lines. */
const place = (boxes: readonly Box[], steps: readonly Step[]): readonly Placed[] => {
  const before = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  const behind = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  for (const [from, to] of steps) {
    before.get(to)?.push(from);
    behind.get(from)?.push(to);
  }
  let columns = layers.map((_, rank) => boxes.filter(one => one.rank === rank));
  const middles = (column: readonly Box[], targets: readonly number[]): [string, number][] =>
    stack(column, targets).map((middle, index) => [column[index]?.id ?? '', middle]);
  let y = new Map(columns.flatMap(column => middles(column, new Array<number>(column.length).fill(0))));
  const toward = (near: ReadonlyMap<string, readonly string[]>, { id }: Box): number => {
    const heights = (near.get(id) ?? []).map(one => y.get(one) ?? 0);
    return heights.length === 0 ? (y.get(id) ?? 0) : heights.reduce((sum, one) => sum + one, 0) / heights.length;
  };
  const settle = (rank: number, near: ReadonlyMap<string, readonly string[]>, keepOrder: boolean): void => {
    const targets = (columns[rank] ?? []).map(box => ({ box, want: toward(near, box) }));
    const order = keepOrder ? targets : targets.toSorted((a, b) => a.want - b.want);
    const column = order.map(({ box }) => box);
    columns = columns.with(rank, column);
    const offsets = middles(
      column,
      order.map(({ want }) => want),
    );
    y = new Map([...y, ...offsets]);
  };
  const ranks = columns.map((_, rank) => rank);
  // Each sweep follows the layer it comes from; the last runs forwards, so that what one context leads through lies on one line.
  for (let sweep = 0; sweep < 9; sweep++)
    for (const rank of sweep % 2 === 0 ? ranks : ranks.toReversed()) settle(rank, sweep % 2 === 0 ? before : behind, false);
  // The users' owners then move beside them.
  for (const rank of [1, 0]) settle(rank, behind, true);
  const top = Math.min(...boxes.map(({ id, height }) => (y.get(id) ?? 0) - height / 2)) - px.margin;
  let x: number = px.margin;
  return columns.flatMap(column => {
    const left = x;
    const columnWidth = Math.max(0, ...column.map(box => box.width));
    x += columnWidth === 0 ? 0 : columnWidth + px.between;
    return column.map(box => ({ ...box, width: box.node === undefined ? columnWidth : box.width, x: left, y: (y.get(box.id) ?? 0) - top }));
  });
};

/** The middles nearest to the wanted ones at which the boxes keep their order and their distance (isotonic regression). */
const stack = (column: readonly Box[], wanted: readonly number[]): readonly number[] => {
  let sum = 0;
  const offsets = column.map((box, index) => {
    const upperBox = column[index - 1];
    if (upperBox !== undefined) sum += (upperBox.height + box.height) / 2 + px.gap;
    return sum;
  });
  const blocks: { mean: number; count: number }[] = [];
  for (const [index, want] of wanted.entries()) {
    let block = { mean: want - (offsets[index] ?? 0), count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean > block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const count = last.count + block.count;
      block = { mean: (last.mean * last.count + block.mean * block.count) / count, count };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean)).map((mean, index) => mean + (offsets[index] ?? 0));
};

const curve = (points: readonly Placed[]): string =>
  points
    .slice(1)
    .map((to, index) => {
      const from = points[index] ?? to;
      const [x1, x2] = [from.x + from.width, to.x];
      const bend = (x2 - x1) / 2;
      const across = to.node === undefined ? ` H${rounded(to.x + to.width)}` : '';
      return `${index === 0 ? `M${rounded(x1)} ${rounded(from.y)}` : ''}C${rounded(x1 + bend)} ${rounded(from.y)} ${rounded(x2 - bend)} ${rounded(to.y)} ${rounded(x2)} ${rounded(to.y)}${across}`;
    })
    .join('');

const drawBox = ({ node, x, y, lines, width: boxWidth, height }: Placed): string => {
  if (node === undefined) return '';
  const [left, top] = [x, y - height / 2];
  const line = (index: number): string => `x="${rounded(left + px.pad)}" y="${rounded(top + px.pad / 2 + index * px.line + 12)}"`;
  const [kind = '', ...rest] = lines;
  const names = pieces(node.name).length;
  return [
    `<g class="${node.status}"><title>${xml([`${node.kind} ${node.name}`, ...node.notes].join('; '))}</title>`,
    `<rect class="box" x="${rounded(left)}" y="${rounded(top)}" width="${rounded(boxWidth)}" height="${rounded(height)}" rx="6"/>`,
    `<text ${line(0)}><tspan class="sign">${xml(kind.slice(0, 1))}</tspan><tspan class="kind">${xml(kind.slice(1))}</tspan></text>`,
    ...rest.map((text, index) => `<text class="${index < names ? 'name' : 'note'}" ${line(index + 1)}>${xml(text)}</text>`),
    '</g>',
  ].join('');
};
