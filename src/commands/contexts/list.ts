import type { IO } from '../../io.ts';
import { topologyOf } from '../../model/topology.ts';
import { contextList, contextNames, contextTable } from '../../output/contexts-list.ts';
import { listPrinter } from '../list-output.ts';
import { styleOf } from '../options.ts';
import { exitOf, readUndialled } from './undialled.ts';
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
