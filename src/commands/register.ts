import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { usage } from '../errors.ts';
import type { IO } from '../io.ts';
import { createClientConfigs } from './clientconfig/create.ts';
import type { GlobalArgs } from './global-options.ts';

/** The flags of k8ssandra-client's `register`; cmd/kubectl-k8ssandra/register/command.go. */
const options = {
  'source-kubeconfig': { type: 'string', requiresArg: true, describe: 'kubeconfig with the context of the data plane' },
  'dest-kubeconfig': { type: 'string', requiresArg: true, describe: 'kubeconfig with the context of the control plane' },
  'source-context': { type: 'string', requiresArg: true, describe: 'context of the data plane' },
  'dest-context': { type: 'string', requiresArg: true, describe: 'context of the control plane' },
  'source-namespace': { type: 'string', requiresArg: true, describe: 'namespace of the service account (default: found)' },
  'dest-namespace': { type: 'string', requiresArg: true, describe: 'namespace of Secret and ClientConfig (default: found)' },
  'serviceaccount-name': { type: 'string', requiresArg: true, describe: 'service account in the data plane (default: found)' },
  'destination-name': { type: 'string', requiresArg: true, describe: 'context name (default: the source context, unchanged)' },
  'override-src-ip': { type: 'string', requiresArg: true, describe: 'address of the data plane, with --override-src-port' },
  'override-src-port': { type: 'string', requiresArg: true, describe: 'port of the data plane, with --override-src-ip' },
  allow: { type: 'string', array: true, requiresArg: true, describe: 'lift a refusal of clientconfig create by its name' },
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const register = (io: IO): Omit<CommandModule<object, Args>, 'command' | 'describe'> => ({
  builder: yargs =>
    yargs
      .options(options)
      .example(
        '$0 register --source-context east --dest-context hub',
        'the same as clientconfig create --from-context east --context hub',
      ) as never,
  handler: async (args: ArgumentsCamelCase<Args>) => {
    const source = args['source-context'];
    const destination = args['dest-context'];
    if (source === undefined || destination === undefined)
      throw usage(`--${source === undefined ? 'source' : 'dest'}-context is missing`, 'pass --source-context and --dest-context');
    const { 'source-kubeconfig': from, 'dest-kubeconfig': to } = args;
    const name = args['destination-name'];
    io.err(
      `register is deprecated: use kubectl k8ssandra clientconfig create${name === undefined ? '' : ` ${name}`} --from-context ${source} --context ${destination}\n`,
    );
    await createClientConfigs(io, {
      ...args,
      NAME: name,
      context: destination,
      kubeconfig: to ?? args.kubeconfig,
      sourceKubeconfig: from ?? args.kubeconfig,
      'from-context': [source],
      'service-account': args['serviceaccount-name'],
      server: serverOf(args['override-src-ip'], args['override-src-port']),
      'tls-server-name': undefined,
      'ca-file': undefined,
      'proxy-url': undefined,
      'dry-run': false,
      output: 'text',
      wait: false,
      timeout: '2m',
    });
  },
});

const serverOf = (ip: string | undefined, port: string | undefined): string | undefined => {
  if (ip === undefined && port === undefined) return undefined;
  if (ip === undefined || port === undefined) throw usage('--override-src-ip and --override-src-port go together', 'pass both or none');
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw usage(`--override-src-port takes a port, not "${port}"`, 'pass a number from 1 to 65535');
  return `https://${ip.includes(':') && !ip.startsWith('[') ? `[${ip}]` : ip}:${port}`;
};
