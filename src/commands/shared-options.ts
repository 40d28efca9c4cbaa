import type { Options } from 'yargs';

/** `-f` of the commands that can do without a cluster; what they do with it comes first. */
export const filenameOption = (verb: string) =>
  ({
    alias: 'f',
    type: 'string',
    array: true,
    requiresArg: true,
    describe: `${verb}: a file, a folder, or - for standard input`,
  }) as const satisfies Options;
export const allNamespaces = { alias: 'A', type: 'boolean', describe: 'all namespaces, as without --namespace' } as const satisfies Options;
/** `-o` of the commands that list, as kubectl's. */
export const listOutput = {
  alias: 'o',
  type: 'string',
  default: 'table',
  requiresArg: true,
  describe: 'table, wide, name, json, yaml or jsonpath=TEMPLATE',
} as const satisfies Options;
