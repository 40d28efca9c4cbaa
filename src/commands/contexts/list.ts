import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import { topologyOf } from '../../model/topology.ts';
import { yamlOf } from '../../output/client-configs.ts';
import { contextList, contextNames, contextTable } from '../../output/contexts-list.ts';
import { jsonpath } from '../../output/jsonpath.ts';
import type { GlobalArgs } from '../global-options.ts';
import { styleOf } from '../options.ts';
import { exitOf, readUndialled } from './undialled.ts';

const options = {
  filename: {
    alias: 'f',
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'list those of these manifests or this snapshot: a file, a folder, or - for standard input',
  },
  'all-namespaces': { alias: 'A', type: 'boolean', describe: 'all namespaces, as without --namespace' },
  output: {
    alias: 'o',
    type: 'string',
    default: 'table',
    requiresArg: true,
    describe: 'table, wide, name, json, yaml or jsonpath=TEMPLATE',
  },
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;
const formats = ['table', 'wide', 'name', 'json', 'yaml'];

export const contextsList = (io: IO): CommandModule<object, Args> => ({
  command: 'list',
  describe: 'list every context that is named or provided anywhere; dials no data plane',
  builder: yargs =>
    yargs
      .options(options)
      .example('$0 contexts list', 'who provides each context, and who uses it')
      .example(
        `$0 contexts list -o jsonpath='{.items[?(@.status.loaded!="current")].metadata.name}'`,
        'those that are not loaded',
      ) as never,
  async handler({ output, ...args }: ArgumentsCamelCase<Args>) {
    const template = output.startsWith('jsonpath=') ? output.slice('jsonpath='.length) : undefined;
    if (template === undefined && !formats.includes(output))
      throw usage(`-o does not know "${output}"`, `it takes ${formats.join(', ')} or jsonpath=TEMPLATE`);
    // A template that cannot be read is wrong use, whatever the cluster says.
    if (template !== undefined) jsonpath(template, {});
    const inventory = await readUndialled(io, args as ArgumentsCamelCase<Args>);
    const topology = topologyOf(inventory);
    const document = contextList(topology, inventory);
    if (template !== undefined) io.out(jsonpath(template, document));
    else if (output === 'json') io.out(`${JSON.stringify(document, null, 2)}\n`);
    else if (output === 'yaml') io.out(yamlOf(document));
    else if (output === 'name') io.out(contextNames(topology));
    else io.out(contextTable(topology, inventory, styleOf(io, args as ArgumentsCamelCase<Args>), output === 'wide'));
    io.exit(exitOf(io, topology));
  },
});
