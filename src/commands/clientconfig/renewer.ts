import { kubectl, ours, type Sentence, sentence, sentenceText } from '../../base/advice.ts';
import { printable, UserError, usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { contextsOfServer } from '../../fleet/from-cluster/user-context.ts';
import { annotation } from '../../kube/annotations.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { proveAccount } from '../../plan/account.ts';
import { openDataPlane } from '../../plan/data-plane.ts';
import {
  type LiveRegistration,
  operatorToLoad,
  ownerOf,
  readRegistration,
  selectConfigs,
  watchedConfigs,
} from '../../plan/registration.ts';
import { dataPlaneManifests, leftKubeconfig, renewerManifests } from '../../plan/renewer.ts';
import { duration } from '../options.ts';
import { withControlPlane } from '../session.ts';
import type { RenewerArgs } from './usage.ts';

export const clientconfigRenewer = async (io: IO, args: RenewerArgs): Promise<void> => {
  const ttl = duration(args['token-ttl'], '--token-ttl');
  const within = duration(args['expiring-within'], '--expiring-within');
  if (within * 2 > ttl)
    throw usage(
      '--expiring-within is more than half of --token-ttl, so each run would renew everything',
      'pass a shorter --expiring-within',
    );
  const { image = '', schedule, 'for-context': forContext } = args;
  if (!/^(@\w+|\S+( \S+){4})$/.test(schedule))
    throw usage(`--schedule takes the five fields of cron, not "${schedule}"`, "pass it as cron writes it, as in --schedule '17 3 * * *'");
  if (image === '' && forContext === undefined)
    throw usage('--image is missing', 'pass --image with an image whose entry point is this binary');
  if (/\s/.test(image))
    throw usage(`--image "${image}" has a blank in it`, 'pass --image as in --image registry.example.com/kubectl-k8ssandra:1.0.0');
  await withControlPlane(io, args, async ({ config, connection, limits, opened, target }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const operator = operatorToLoad(controlPlane);
    if (forContext !== undefined) {
      const [clientConfig] = selectConfigs(controlPlane, [forContext]);
      if (clientConfig === undefined) return;
      const registration = await readRegistration(connection, clientConfig);
      const source = await openDataPlane(registration, config, args['from-context'], limits);
      opened.push(source);
      // The stored server alone could name any account, and the user is about to grant it something.
      if (source.by === 'stored')
        throw new UserError(
          `refused: none of your contexts leads to the data plane of ${registration.contextName}, so its account cannot be proven`,
          'name your own context of it with --from-context',
        );
      const owner = ownerOf(controlPlane, registration.key);
      return io.out(manifestYaml(dataPlaneManifests(await proveAccount(registration, source, owner, limits), owner)));
    }
    const registrations = await Promise.all(watchedConfigs(controlPlane).map(one => readRegistration(connection, one)));
    for (const registration of registrations) io.err(`${printable(sentenceText(grantOf(registration, config), target))}\n`);
    const left = await leftKubeconfig(connection, operator.namespace);
    if (left !== undefined)
      io.err(
        `${printable(sentenceText(sentence`needed no more, once this is applied: the ConfigMap of an earlier renewer; ${left}`, target))}\n`,
      );
    io.out(
      manifestYaml(
        renewerManifests(
          {
            image,
            schedule,
            ttl: args['token-ttl'],
            within: args['expiring-within'],
            namespace: operator.namespace,
            watches: operator.watches,
          },
          registrations,
        ),
      ),
    );
  });
};

/** How a data plane comes by what it must grant: through the user's own context, where one is known. */
const grantOf = ({ contextName, secret, stored }: LiveRegistration, config: UserKubeconfig): Sentence => {
  const grant = ours('clientconfig renewer', [], '--for-context', contextName);
  const [source] = contextsOfServer(config, stored.server, secret.metadata.annotations?.[annotation.sourceContext]);
  return source !== undefined
    ? sentence`needed once: ${grant} | ${kubectl(source, 'apply', '-f', '-')}`
    : sentence`needed once, applied in the data plane of ${contextName}: what ${grant} prints`;
};
