import type { Flag } from './flags.ts';

/** `-f` of the commands that can do without a cluster; what they do with it comes first. */
export const filenameOption = (verb: string) =>
  ({
    alias: 'f',
    array: true,
    describe: `${verb}: a file, a folder, or - for standard input`,
  }) as const satisfies Flag;
export const allNamespaces = { alias: 'A', type: 'boolean', describe: 'all namespaces, as without --namespace' } as const satisfies Flag;
/** `-o` of the commands that list, as kubectl's. */
export const listOutput = {
  alias: 'o',
  default: 'table',
  describe: 'table, wide, name, json, yaml or jsonpath=TEMPLATE',
} as const satisfies Flag;
