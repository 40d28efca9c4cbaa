import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { getObject, required } from '../../cluster/api.ts';
import { readControlPlane } from '../../cluster/collect.ts';
import type { IO } from '../../io.ts';
import { kinds, type Secret } from '../../model/kinds.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { portable } from '../../plan/move.ts';
import { selectConfigs, watchedConfigs } from '../../plan/registration.ts';
import type { GlobalArgs } from '../global-options.ts';
import { openControlPlane } from '../options.ts';

const options = {
  'with-secrets': { type: 'boolean', describe: 'with the Secrets and the tokens in them: keep the output as safe as a password' },
  output: { alias: 'o', choices: ['yaml', 'json'], default: 'yaml', describe: 'output format' },
} as const satisfies Record<string, Options>;
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const clientconfigExport = (io: IO): CommandModule<object, Args> => ({
  builder: yargs =>
    yargs
      .positional('NAME', { type: 'string', array: true, describe: 'ClientConfigs to export (default: all that the operator reads)' })
      .options(options)
      .example('$0 clientconfig export --with-secrets > registrations.yaml', 'everything import needs; umask 077 first') as never,
  async handler(args: ArgumentsCamelCase<Args> & { NAME?: string[] }) {
    const { connection } = await openControlPlane(io, args);
    try {
      const controlPlane = await readControlPlane(connection, args.namespace);
      const chosen =
        args.NAME === undefined || args.NAME.length === 0 ? watchedConfigs(controlPlane) : selectConfigs(controlPlane, args.NAME);
      const secrets = new Map<string, Secret>();
      if (args['with-secrets'] === true)
        for (const { metadata, spec } of chosen) {
          const [namespace, name] = [metadata.namespace ?? '', spec?.kubeConfigSecret?.name ?? ''];
          const secret =
            name === ''
              ? undefined
              : required(
                  await getObject<Secret>(connection, kinds.secret, namespace, name),
                  `Secret ${namespace}/${name}`,
                  connection.context,
                );
          if (secret === undefined) io.err(`left out: the Secret ${namespace}/${name} of ClientConfig ${metadata.name} does not exist\n`);
          else secrets.set(`${namespace}/${name}`, portable(secret, kinds.secret));
        }
      else if (chosen.length > 0) io.err('without their Secrets: pass --with-secrets for an export that import can use alone\n');
      const objects = [...secrets.values(), ...chosen.map(config => portable(config, kinds.clientConfig))];
      io.out(
        args.output === 'json' ? `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n` : manifestYaml(objects),
      );
    } finally {
      connection.close();
    }
  },
});
