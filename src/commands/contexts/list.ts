import type { IO } from '../../base/io.ts';
import { contextList, contextNames, contextTable } from '../../output/contexts-list.ts';
import { topologyOf } from '../../output/graph/topology.ts';
import { listPrinter } from '../list-output.ts';
import { styleOf } from '../options.ts';
import { exitOf, readUndialled } from './control-plane-only.ts';
import type { ListArgs } from './usage.ts';

export const contextsList = async (io: IO, { output, ...args }: ListArgs): Promise<void> => {
  const print = listPrinter(output);
  const inventory = await readUndialled(io, args);
  const topology = topologyOf(inventory);
  io.out(
    print({
      document: contextList(topology, inventory),
      names: () => contextNames(topology),
      table: wide => contextTable(topology, inventory, styleOf(io, args), wide),
    }),
  );
  io.exit(exitOf(io, topology));
};
