import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import type { IO } from '../../io.ts';
import { topologyOf } from '../../model/topology.ts';
import { type ContextGraph, contextGraph } from '../../output/graph.ts';
import { graphDot } from '../../output/graph-dot.ts';
import { graphMermaid } from '../../output/graph-mermaid.ts';
import { graphSvg } from '../../output/graph-svg.ts';
import { graphTree } from '../../output/graph-tree.ts';
import type { Style } from '../../output/style.ts';
import type { GlobalArgs } from '../global-options.ts';
import { styleOf } from '../options.ts';
import { allNamespaces, exitOf, filenameOption, readUndialled } from './undialled.ts';

const printers = { tree: graphTree, dot: graphDot, mermaid: graphMermaid, svg: graphSvg } as const satisfies Record<
  string,
  (graph: ContextGraph, style: Style) => string
>;
const options = {
  filename: filenameOption('draw these manifests or this snapshot'),
  'all-namespaces': allNamespaces,
  output: { alias: 'o', choices: ['tree', 'dot', 'mermaid', 'svg'], default: 'tree', describe: 'output format' },
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const contextsGraph = (io: IO): CommandModule<object, Args> => ({
  builder: yargs =>
    yargs
      .options(options)
      .example('$0 contexts graph', 'each context with its ClientConfig, Secret, server and users')
      .example('$0 contexts graph -o svg > contexts.svg', 'one self-contained picture')
      .example('$0 contexts graph -o mermaid -f deploy/', 'a repository, for a Markdown page') as never,
  async handler(args: ArgumentsCamelCase<Args>) {
    const inventory = await readUndialled(io, args);
    const topology = topologyOf(inventory);
    io.out(printers[args.output](contextGraph(topology, inventory), styleOf(io, args)));
    io.exit(exitOf(io, topology));
  },
});
