import type { IO } from '../../base/io.ts';
import { topologyOf } from '../../fleet/topology.ts';
import { contextList, contextNames, contextTable } from '../../output/contexts-list.ts';
import { listPrinter } from '../list-output.ts';
import { styleOf } from '../options.ts';
import { exitOf, readUndialled } from './control-plane-only.ts';
import { everything, judge } from './judge.ts';
import type { ContextsListArgs } from './usage.ts';

export const contextsList = async (io: IO, { output, ...args }: ContextsListArgs): Promise<void> => {
  const print = listPrinter(output);
  const inventory = await readUndialled(io, args);
  const topology = topologyOf(inventory);
  const report = await io.compute(() => judge(inventory, everything, 0));
  const text = await io.compute(() =>
    print({
      document: contextList(topology, report),
      names: () => contextNames(topology),
      table: wide => contextTable(topology, report, styleOf(io, args), wide),
    }),
  );
  io.out(text);
  io.exit(exitOf(io, topology, inventory.controlPlane.context));
};
