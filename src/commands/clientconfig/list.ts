import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { required } from '../../cluster/api.ts';
import { readControlPlane } from '../../cluster/collect.ts';
import type { IO } from '../../io.ts';
import { registeredIn } from '../../model/registered.ts';
import { clientConfigList, clientConfigNames, clientConfigTable } from '../../output/client-configs.ts';
import type { GlobalArgs } from '../global-options.ts';
import { listOutput, listPrinter } from '../list-output.ts';
import { openControlPlane, styleOf } from '../options.ts';

const options = {
  'all-namespaces': {
    alias: 'A',
    type: 'boolean',
    describe: 'every namespace, also those that the operator ignores (the default without -n)',
  },
  output: listOutput,
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const clientconfigList = (io: IO): CommandModule<object, Args> => ({
  builder: yargs =>
    yargs
      .options(options)
      .example('$0 clientconfig list', 'server, identity, loaded or not, expiry, users')
      .example("$0 clientconfig list -o jsonpath='{.items[*].status.context}'", 'the context names') as never,
  async handler({ output, ...args }: ArgumentsCamelCase<Args>) {
    const print = listPrinter(output);
    const { connection } = await openControlPlane(io, args as ArgumentsCamelCase<GlobalArgs>);
    try {
      const everywhere = args['all-namespaces'] === true;
      const controlPlane = await readControlPlane(connection, everywhere ? undefined : args.namespace);
      required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context);
      const all = registeredIn(controlPlane).filter(
        ({ config }) => everywhere || args.namespace === undefined || config.metadata.namespace === args.namespace,
      );
      io.out(
        print({
          document: clientConfigList(all),
          names: () => clientConfigNames(all),
          table: wide => clientConfigTable(all, io.now(), styleOf(io, args as ArgumentsCamelCase<GlobalArgs>), wide),
        }),
      );
      // What could not be read is shown as "?", and nothing is proven.
      io.exit(all.every(({ secret, references }) => secret.ok && references !== undefined) ? 0 : 3);
    } finally {
      connection.close();
    }
  },
});
