import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import type { IO } from '../../io.ts';
import { topologyOf } from '../../model/topology.ts';
import { contextList, contextNames, contextTable } from '../../output/contexts-list.ts';
import type { GlobalArgs } from '../global-options.ts';
import { listOutput, listPrinter } from '../list-output.ts';
import { styleOf } from '../options.ts';
import { allNamespaces, exitOf, filenameOption, readUndialled } from './undialled.ts';

const options = {
  filename: filenameOption('list those of these manifests or this snapshot'),
  'all-namespaces': allNamespaces,
  output: listOutput,
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const contextsList = (io: IO): CommandModule<object, Args> => ({
  builder: yargs =>
    yargs
      .options(options)
      .example('$0 contexts list', 'who provides each context, and who uses it')
      .example(
        `$0 contexts list -o jsonpath='{.items[?(@.status.loaded!="current")].metadata.name}'`,
        'those that are not loaded',
      ) as never,
  async handler({ output, ...args }: ArgumentsCamelCase<Args>) {
    const print = listPrinter(output);
    const inventory = await readUndialled(io, args as ArgumentsCamelCase<Args>);
    const topology = topologyOf(inventory);
    io.out(
      print({
        document: contextList(topology, inventory),
        names: () => contextNames(topology),
        table: wide => contextTable(topology, inventory, styleOf(io, args as ArgumentsCamelCase<Args>), wide),
      }),
    );
    io.exit(exitOf(io, topology));
  },
});
