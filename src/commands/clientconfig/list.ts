import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { required } from '../../cluster/api.ts';
import { readControlPlane } from '../../cluster/collect.ts';
import { usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import { registeredIn } from '../../model/registered.ts';
import { clientConfigList, clientConfigNames, clientConfigTable, yamlOf } from '../../output/client-configs.ts';
import { jsonpath } from '../../output/jsonpath.ts';
import type { GlobalArgs } from '../global-options.ts';
import { openControlPlane, styleOf } from '../options.ts';

const options = {
  'all-namespaces': {
    alias: 'A',
    type: 'boolean',
    describe: 'every namespace, also those that the operator ignores (the default without -n)',
  },
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

export const clientconfigList = (io: IO): CommandModule<object, Args> => ({
  builder: yargs =>
    yargs
      .options(options)
      .example('$0 clientconfig list', 'server, identity, loaded or not, expiry, users')
      .example("$0 clientconfig list -o jsonpath='{.items[*].status.context}'", 'the context names') as never,
  async handler({ output, ...args }: ArgumentsCamelCase<Args>) {
    const template = output.startsWith('jsonpath=') ? output.slice('jsonpath='.length) : undefined;
    if (template === undefined && !formats.includes(output))
      throw usage(`-o does not know "${output}"`, `it takes ${formats.join(', ')} or jsonpath=TEMPLATE`);
    // A template that cannot be read is wrong use, whatever the cluster says.
    if (template !== undefined) jsonpath(template, {});
    const { connection } = await openControlPlane(io, args as ArgumentsCamelCase<GlobalArgs>);
    try {
      const everywhere = args['all-namespaces'] === true;
      const controlPlane = await readControlPlane(connection, everywhere ? undefined : args.namespace);
      required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context);
      const all = registeredIn(controlPlane).filter(
        ({ config }) => everywhere || args.namespace === undefined || config.metadata.namespace === args.namespace,
      );
      const document = clientConfigList(all);
      if (template !== undefined) io.out(jsonpath(template, document));
      else if (output === 'json') io.out(`${JSON.stringify(document, null, 2)}\n`);
      else if (output === 'yaml') io.out(yamlOf(document));
      else if (output === 'name') io.out(clientConfigNames(all));
      else io.out(clientConfigTable(all, io.now(), styleOf(io, args as ArgumentsCamelCase<GlobalArgs>), output === 'wide'));
      // What could not be read is shown as "?", and nothing is proven.
      io.exit(all.every(({ secret, references }) => secret.ok && references !== undefined) ? 0 : 3);
    } finally {
      connection.close();
    }
  },
});
