import { ours, sentence } from '../../base/advice.ts';
import { printable, UserError } from '../../base/errors.ts';
import { writeOutput } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { configKey } from '../../kube/key.ts';
import { kinds } from '../../kube/kinds.ts';
import { localReach } from '../../kube/kubeconfig/reach.ts';
import { redacted } from '../../kube/kubeconfig/redact.ts';
import { selectConfigs } from '../../plan/registration.ts';
import { withControlPlane } from '../session.ts';
import type { KubeconfigArgs } from './usage.ts';

export const clientconfigKubeconfig = async (io: IO, args: KubeconfigArgs): Promise<void> => {
  await withControlPlane(io, args, async ({ connection }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const [config] = selectConfigs(controlPlane, [args.NAME]);
    if (config === undefined) return;
    const [namespace, name] = [config.metadata.namespace, config.spec?.kubeConfigSecret?.name ?? ''];
    const secret =
      name === ''
        ? undefined
        : required(await getObject(connection, kinds.secret, namespace, name), `Secret ${namespace}/${name}`, connection.context);
    const data = secret?.data?.['kubeconfig'];
    if (data === undefined)
      throw new UserError(
        `ClientConfig ${configKey(config)} has no kubeconfig: ${secret === undefined ? `the Secret ${namespace}/${name} does not exist` : `the Secret ${namespace}/${name} has no key kubeconfig`}`,
        sentence`run ${ours('contexts check')} to see what follows from it`,
      );
    const text = Buffer.from(data, 'base64').toString('utf8');
    const file = args['output-file'];
    if (file !== undefined || args['show-token'] === true) refuseReach(configKey(config), Buffer.from(data, 'base64'));
    if (file !== undefined) {
      writeOutput(io, file, text, {
        overwrite: args.overwrite === true,
        fix: 'pass --output-file with a file in a folder that you may write to',
      });
      return io.err(`wrote ${printable(file)} (mode 0600, with its credential)\n`);
    }
    // A file gets it as it is; a terminal would obey what it holds.
    const printableText = io.stdoutTty ? printable(text, true) : text;
    const output = args['show-token'] === true ? printableText : redacted(text);
    io.out(output.endsWith('\n') ? output : `${output}\n`);
  });
};

/** Whoever may write the Secret must not choose what runs, or what file is sent away, on the machine of whoever uses its kubeconfig. */
const refuseReach = (key: string, kubeconfig: Uint8Array): void => {
  const reach = localReach(kubeconfig);
  if (reach.length > 0)
    throw new UserError(
      `refused: with the kubeconfig of ClientConfig ${key} a client would do on this machine what somebody has stored in the cluster: ${reach.join(', ')}`,
      'look at it without --show-token and --output-file; the operator needs a token or a certificate in the kubeconfig itself',
    );
};
