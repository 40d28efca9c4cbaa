import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { readControlPlane } from '../../cluster/collect.ts';
import { printable, usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { operatorToLoad, readRegistration, watchedConfigs } from '../../plan/registration.ts';
import { dataPlaneManifests, renewerManifests } from '../../plan/renewer.ts';
import type { GlobalArgs } from '../global-options.ts';
import { duration, openControlPlane } from '../options.ts';

const options = {
  image: { type: 'string', requiresArg: true, describe: 'an image whose entry point is this binary' },
  schedule: { type: 'string', default: '17 3 * * *', requiresArg: true, describe: 'when to look, as cron writes it' },
  'token-ttl': { type: 'string', default: '90d', requiresArg: true, describe: 'how long a new token lives' },
  'expiring-within': { type: 'string', default: '30d', requiresArg: true, describe: 'renew what ends within this time' },
  'for-context': {
    type: 'string',
    requiresArg: true,
    describe: 'print what this data plane must grant, instead of what the control plane gets',
  },
  output: { alias: 'o', choices: ['yaml'], default: 'yaml', describe: 'output format' },
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const clientconfigRenewer = (io: IO): CommandModule<object, Args> => ({
  builder: yargs =>
    yargs
      .options(options)
      .example('$0 clientconfig renewer --image registry.example.com/kubectl-k8ssandra:1.0.0 | kubectl apply -f -', 'in the control plane')
      .example('$0 clientconfig renewer --for-context east | kubectl --context east apply -f -', 'in each data plane') as never,
  async handler(args: ArgumentsCamelCase<Args>) {
    const ttl = duration(args['token-ttl'], '--token-ttl');
    const within = duration(args['expiring-within'], '--expiring-within');
    if (within * 2 > ttl)
      throw usage(
        '--expiring-within is more than half of --token-ttl, so each run would renew everything',
        'pass a shorter --expiring-within',
      );
    const { image, 'for-context': wanted } = args;
    if (image === undefined && wanted === undefined) throw usage('--image is missing', 'pass an image whose entry point is this binary');
    const { connection } = await openControlPlane(io, args);
    try {
      const controlPlane = await readControlPlane(connection, args.namespace);
      const operator = operatorToLoad(controlPlane);
      const registrations = await Promise.all(watchedConfigs(controlPlane).map(config => readRegistration(connection, config)));
      if (wanted !== undefined) {
        const granted = dataPlaneManifests(registrations).find(({ context }) => context === wanted);
        if (granted === undefined)
          throw usage(`no ClientConfig with a service-account token provides the context ${wanted}`, 'see clientconfig list');
        return io.out(manifestYaml(granted.manifests));
      }
      for (const { contextName } of registrations)
        io.err(
          `${printable(`needed once: kubectl k8ssandra clientconfig renewer --for-context ${contextName} | kubectl --context <context> apply -f -`)}\n`,
        );
      io.out(
        manifestYaml(
          renewerManifests(
            {
              image: image ?? '',
              schedule: args.schedule,
              ttl: args['token-ttl'],
              within: args['expiring-within'],
              namespace: operator.namespace,
              watches: operator.watches,
            },
            registrations,
          ),
        ),
      );
    } finally {
      connection.close();
    }
  },
});
