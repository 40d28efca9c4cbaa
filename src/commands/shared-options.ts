import type { Flag } from '../cli/command.ts';

/** `-f` of the commands that can do without a cluster; what they do with it comes first. */
export const filenameOption = (verb: string) =>
  ({
    alias: 'f',
    array: true,
    describe: `${verb}: a file, a folder, or - for standard input`,
  }) as const satisfies Flag;
export const allNamespaces = { alias: 'A', type: 'boolean', describe: 'all namespaces, as without --namespace' } as const satisfies Flag;
/** `-o` of the commands that list, as kubectl's. */
export const listFormats = ['table', 'wide', 'name', 'json', 'yaml'] as const;
export const listOutput = {
  alias: 'o',
  default: 'table',
  blank: true,
  describe: `${listFormats.join(', ')} or jsonpath=TEMPLATE`,
  suggestions: [...listFormats, 'jsonpath='],
} as const satisfies Flag;
/** Of the commands that write: `json` is one document of what was planned and done. */
export const writeOutputOption = {
  alias: 'o',
  choices: ['text', 'json'],
  default: 'text',
  describe: 'json: one document of what was planned and done',
} as const satisfies Flag;
/** Where kubectl knows two kinds of a dry run, there is one here: what can be proven is proven, and nothing is written. */
export const dryRunOption = (describe: string) =>
  ({ type: 'boolean', meanings: { client: true, server: true, none: false }, describe }) as const satisfies Flag;
export const yes = {
  alias: 'y',
  type: 'boolean',
  describe: 'do not ask for confirmation; a script needs this when the operator restarts',
} as const satisfies Flag;
/** `--allow` with the refusals that it lifts. */
export const allow = (overrides: readonly string[]) =>
  ({ array: true, describe: `lift a refusal by its name: ${overrides.join(', ')}`, suggestions: overrides }) as const satisfies Flag;
