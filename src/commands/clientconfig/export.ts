import { printable } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { jsonText } from '../../base/json.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { kinds, type Secret } from '../../kube/kinds.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { portableConfig, portableSecret } from '../../plan/move.ts';
import { selectConfigs, watchedConfigs } from '../../plan/registration.ts';
import { withControlPlane } from '../session.ts';
import type { ExportArgs } from './usage.ts';

export const clientconfigExport = async (io: IO, args: ExportArgs): Promise<void> => {
  await withControlPlane(io, args, async ({ connection }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const configs = args.NAME === undefined ? watchedConfigs(controlPlane) : selectConfigs(controlPlane, args.NAME);
    const secrets = new Map<string, Secret>();
    if (args['with-secrets'] === true)
      for (const { metadata, spec } of configs) {
        const [namespace, name] = [metadata.namespace, spec?.kubeConfigSecret?.name ?? ''];
        const secret =
          name === ''
            ? undefined
            : required(await getObject(connection, kinds.secret, namespace, name), `Secret ${namespace}/${name}`, connection.context);
        if (secret === undefined)
          io.err(`${printable(`left out: the Secret ${namespace}/${name} of ClientConfig ${metadata.name} does not exist`)}\n`);
        else secrets.set(`${namespace}/${name}`, portableSecret(secret));
      }
    else if (configs.length > 0) io.err('without their Secrets: pass --with-secrets for an export that import can use alone\n');
    const objects = [...secrets.values(), ...configs.map(portableConfig)];
    io.out(args.output === 'json' ? `${jsonText({ apiVersion: 'v1', kind: 'List', items: objects }, 2)}\n` : manifestYaml(objects));
  });
};
