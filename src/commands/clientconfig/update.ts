import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { readControlPlane } from '../../cluster/collect.ts';
import { printable, usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import { awaitLoaded } from '../../plan/await-loaded.ts';
import { readRegistration, refuseRestartIntoCrash, selectConfigs } from '../../plan/registration.ts';
import { executeUpdate, planUpdate } from '../../plan/update.ts';
import type { GlobalArgs } from '../global-options.ts';
import { duration, openControlPlane, readCa } from '../options.ts';

const options = {
  server: { type: 'string', requiresArg: true, describe: 'address of the data plane as the operator reaches it' },
  'tls-server-name': { type: 'string', describe: 'name that its certificate is for; "" takes it away' },
  'ca-file': { type: 'string', requiresArg: true, describe: 'PEM file of the CA that signed what the data plane serves' },
  'proxy-url': { type: 'string', describe: 'proxy through which the operator reaches it; "" takes it away' },
  'dry-run': { type: 'boolean', describe: 'prove everything and show what changes, write nothing' },
  allow: { type: 'string', array: true, requiresArg: true, describe: 'lift a refusal by its name: would-not-start' },
  wait: { type: 'boolean', describe: 'wait until the operator has loaded the change and is ready' },
  timeout: { type: 'string', default: '2m', requiresArg: true, describe: 'how long to wait for the operator' },
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const clientconfigUpdate = (io: IO): CommandModule<object, Args> => ({
  command: 'update <NAME>',
  describe: 'change how the operator reaches a data plane (server, CA, proxy, TLS name), proven before it is written',
  builder: yargs =>
    yargs
      .positional('NAME', { type: 'string', describe: 'the ClientConfig, by name or by context' })
      .options(options)
      .example('$0 clientconfig update east --server https://east.example.com:6443', 'the API server has moved') as never,
  async handler(args: ArgumentsCamelCase<Args> & { NAME?: string }) {
    const { server, 'tls-server-name': tlsServerName, 'ca-file': caFile, 'proxy-url': proxyUrl } = args;
    if ([server, tlsServerName, caFile, proxyUrl].every(value => value === undefined))
      throw usage('nothing to change', 'pass --server, --ca-file, --proxy-url or --tls-server-name');
    if (server !== undefined && !/^https:\/\/[^/\s]+/.test(server))
      throw usage(`--server takes an https address, not "${server}"`, 'pass it as in --server https://host:6443');
    if (proxyUrl !== undefined && proxyUrl !== '' && !/^(https?|socks5):\/\/[^/\s]+/.test(proxyUrl))
      throw usage(`--proxy-url takes a URL, not "${proxyUrl}"`, 'pass it as in --proxy-url http://host:3128');
    const caPem = caFile === undefined ? undefined : readCa(io, caFile, '--ca-file');
    const patience = duration(args.timeout, '--timeout');
    const { connection, limits } = await openControlPlane(io, args, ['server', 'tls-server-name']);
    try {
      const controlPlane = await readControlPlane(connection, args.namespace);
      const [config] = selectConfigs(controlPlane, [args.NAME ?? '']);
      if (config === undefined) return;
      if (args.allow?.includes('would-not-start') !== true)
        refuseRestartIntoCrash(controlPlane, [`${config.metadata.namespace}/${config.metadata.name}`], '--allow would-not-start');
      const update = await planUpdate(
        await readRegistration(connection, config),
        { server, tlsServerName, caPem, proxyUrl },
        controlPlane.operator?.watches ?? 'all',
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
          [{ namespace: config.metadata.namespace ?? '', name: config.metadata.name }],
          controlPlane,
          limits,
          patience,
          line => io.out(`${printable(line)}\n`),
        );
    } finally {
      connection.close();
    }
  },
});
