import { commandLine, ours, sentence } from '../base/advice.ts';
import { printable, usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import { readUserKubeconfig } from '../kube/kubeconfig/user.ts';
import { clientconfigCreate } from './clientconfig/create.ts';
import type { RegisterArgs } from './usage.ts';

/** `clientconfig create` in the words of k8ssandra-client. */
export const register = async (io: IO, args: RegisterArgs): Promise<void> => {
  const source = args['source-context'];
  const destination = args['dest-context'];
  if (source === undefined || destination === undefined)
    throw usage(`--${source === undefined ? 'source' : 'dest'}-context is missing`, 'pass --source-context and --dest-context');
  const { 'source-kubeconfig': from, 'dest-kubeconfig': to } = args;
  const name = args['destination-name'];
  const target = { kubeconfig: to ?? args.kubeconfig, context: destination };
  const command = ours('clientconfig create', name === undefined ? [] : [name], ...words(args, source));
  for (const flag of ['server', 'tls-server-name'] as const)
    if (args[flag] !== undefined)
      throw Object.assign(
        usage(
          `--${flag} says not which of the two clusters it means`,
          sentence`pass --override-src-ip and --override-src-port, or use ${command}, where it means the data plane`,
        ),
        { target },
      );
  await clientconfigCreate(
    io,
    {
      ...args,
      NAME: name,
      context: destination,
      kubeconfig: to ?? args.kubeconfig,
      'from-context': [source],
      'service-account': args['serviceaccount-name'],
      server: serverOf(args['override-src-ip'], args['override-src-port']),
      'tls-server-name': undefined,
      'ca-file': undefined,
      'proxy-url': undefined,
      'token-ttl': undefined,
      'dry-run': false,
      output: 'text',
      wait: false,
      timeout: '2m',
    },
    await readUserKubeconfig(io, from ?? args.kubeconfig),
  );
  io.err(`register is deprecated: use ${printable(commandLine(command, target))}\n`);
};

/** The flags of `create` that say the same. */
const words = (args: RegisterArgs, source: string): readonly string[] =>
  Object.entries({
    '--from-context': source,
    '--source-namespace': args['source-namespace'],
    '--service-account': args['serviceaccount-name'],
    '--dest-namespace': args['dest-namespace'],
    '--server': serverOf(args['override-src-ip'], args['override-src-port']),
    '--allow': args.allow?.join(','),
  }).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));

const serverOf = (ip: string | undefined, port: string | undefined): string | undefined => {
  if (ip === undefined && port === undefined) return undefined;
  if (ip === undefined || port === undefined) throw usage('--override-src-ip and --override-src-port go together', 'pass both or none');
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw usage(`--override-src-port takes a port, not "${port}"`, 'pass a number from 1 to 65535');
  return `https://${ip.includes(':') && !ip.startsWith('[') ? `[${ip}]` : ip}:${port}`;
};
