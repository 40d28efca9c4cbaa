import type { IO } from '../../base/io.ts';
import { topologyOf } from '../../fleet/topology.ts';
import { graphDot } from '../../output/graph/dot.ts';
import { type ContextGraph, contextGraph } from '../../output/graph/graph.ts';
import { graphMermaid } from '../../output/graph/mermaid.ts';
import { graphSvg } from '../../output/graph/svg.ts';
import { graphTree } from '../../output/graph/tree.ts';
import type { Style } from '../../output/style.ts';
import { styleOf } from '../options.ts';
import { exitOf, readUndialled } from './control-plane-only.ts';
import { everything, judge } from './judge.ts';
import type { GraphArgs } from './usage.ts';

const printers = { tree: graphTree, dot: graphDot, mermaid: graphMermaid, svg: graphSvg } as const satisfies Record<
  string,
  (graph: ContextGraph, style: Style) => string
>;

export const contextsGraph = async (io: IO, args: GraphArgs): Promise<void> => {
  const inventory = await readUndialled(io, args);
  const topology = topologyOf(inventory);
  io.out(await io.compute(() => printers[args.output](contextGraph(topology, judge(inventory, everything, 0)), styleOf(io, args))));
  io.exit(exitOf(io, topology, inventory.controlPlane.context));
};
