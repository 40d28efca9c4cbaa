import { printable } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { whole } from '../../base/read.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { registrationsIn } from '../../fleet/registrations.ts';
import { required } from '../../kube/api/objects.ts';
import { clientConfigList, clientConfigNames, clientConfigTable } from '../../output/client-configs.ts';
import { listPrinter } from '../list-output.ts';
import { tellNoOperator } from '../no-operator.ts';
import { styleOf } from '../options.ts';
import { withControlPlane } from '../session.ts';
import type { ListArgs } from './usage.ts';

export const clientconfigList = async (io: IO, { output, ...args }: ListArgs): Promise<void> => {
  const print = listPrinter(output);
  await withControlPlane(io, args, async ({ connection, config }) => {
    const everywhere = args['all-namespaces'] === true;
    const controlPlane = await readControlPlane(connection, everywhere ? undefined : args.namespace);
    tellNoOperator(io, controlPlane, config);
    required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context);
    const configs = whole(controlPlane.clientConfigs);
    if (!configs.ok) io.err(`not shown: ${printable(configs.detail)}\n`);
    const all = registrationsIn(controlPlane).filter(
      ({ config }) => everywhere || args.namespace === undefined || config.metadata.namespace === args.namespace,
    );
    io.out(
      print({
        document: clientConfigList(all),
        names: () => clientConfigNames(all),
        table: wide => clientConfigTable(all, io.now(), styleOf(io, args), wide),
      }),
    );
    // What could not be read is shown as "?", and nothing is proven; whether a ClientConfig is ignored is known by the operator.
    io.exit(
      configs.ok && controlPlane.operators.ok && all.every(({ secret, references }) => secret.ok && references !== undefined) ? 0 : 3,
    );
  });
};
