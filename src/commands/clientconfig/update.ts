import { printable, usage } from '../../base/errors.ts';
import { readCa } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { connectUser } from '../../kube/api/connection.ts';
import { configKey } from '../../kube/key.ts';
import { selectContext } from '../../kube/kubeconfig/select.ts';
import { awaitLoaded } from '../../plan/await-loaded.ts';
import { knownCas } from '../../plan/fitting-ca.ts';
import { guardWith, overridesOf } from '../../plan/refusals.ts';
import { readRegistration, refuseRestartIntoCrash, selectConfigs } from '../../plan/registration.ts';
import { executeUpdate, planUpdate } from '../../plan/update.ts';
import { refuseAddresses } from '../addresses.ts';
import { allowed, timeLimit } from '../options.ts';
import { withControlPlane, withoutServer } from '../session.ts';
import type { UpdateArgs } from './usage.ts';

export const clientconfigUpdate = async (io: IO, args: UpdateArgs): Promise<void> => {
  const { server, 'tls-server-name': tlsServerName, 'ca-file': caFile, 'ca-from-context': caContext, 'proxy-url': proxyUrl } = args;
  if ([server, tlsServerName, caFile, caContext, proxyUrl].every(value => value === undefined))
    throw usage('nothing to change', 'pass --server, --ca-file, --ca-from-context, --proxy-url or --tls-server-name');
  if (caFile !== undefined && caContext !== undefined)
    throw usage('--ca-file and --ca-from-context exclude each other', 'pass one of them');
  refuseAddresses(args);
  const caPem = caFile === undefined ? undefined : await readCa(io, caFile, '--ca-file');
  const allow = allowed(args.allow, overridesOf('update'));
  const patience = timeLimit(args.timeout, '--timeout');
  await withControlPlane(io, withoutServer(args), async ({ config: user, connection, limits, opened }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const [config] = selectConfigs(controlPlane, [args.NAME]);
    if (config === undefined) return;
    const guard = guardWith(allow);
    refuseRestartIntoCrash(controlPlane, [configKey(config)], guard);
    const registration = await readRegistration(connection, config);
    let cas: readonly string[] | undefined;
    if (caContext !== undefined) {
      const selected = selectContext(user, { context: caContext }, '--ca-from-context');
      const source = await connectUser(selected, limits);
      opened.push(source);
      cas = await knownCas(source, selected);
    }
    const update = await planUpdate(
      registration,
      { server, tlsServerName, caPem, cas, proxyUrl },
      controlPlane.operator?.watches ?? 'all',
      guard,
      limits,
    );
    if (update.differences.length === 0) return io.out('nothing to do: it is already as it should be\n');
    for (const line of update.differences) io.out(`${printable(`~ ${line}`)}\n`);
    if (args['dry-run'] === true) return io.out('nothing written (dry run)\n');
    const { secret } = update.registration;
    if (io.interrupted.aborted) throw io.interrupted.reason;
    await executeUpdate(connection, update);
    io.out(`${printable(`updated Secret ${secret.metadata.namespace}/${secret.metadata.name} in ${connection.context}`)}\n`);
    if (args.wait === true)
      await awaitLoaded(
        connection,
        [{ namespace: config.metadata.namespace, name: config.metadata.name }],
        controlPlane,
        limits,
        patience,
        line => io.out(`${printable(line)}\n`),
      );
  });
};
