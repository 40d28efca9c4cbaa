import { kubectl } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { confirm } from '../../cli/ask.ts';
import { withClock } from '../../cli/watched.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { registrationsIn } from '../../fleet/registrations.ts';
import { demand, required } from '../../kube/api/objects.ts';
import { apiPath, kinds } from '../../kube/kinds.ts';
import { awaitLoaded } from '../../plan/await-loaded.ts';
import { operatorToLoad, refuseRestartIntoCrash } from '../../plan/registration.ts';
import { again } from '../again.ts';
import { timeLimit } from '../options.ts';
import { withControlPlane } from '../session.ts';
import { type RestartArgs, restart } from './usage.ts';

export const operatorRestart = async (io: IO, args: RestartArgs): Promise<void> => {
  const patience = timeLimit(args.timeout, '--timeout');
  await withControlPlane(
    io,
    args,
    async ({ connection, limits }) => {
      const controlPlane = await readControlPlane(connection, args.namespace);
      const operator = operatorToLoad(controlPlane);
      // Without them it is known neither whether the operator comes up again, nor what it has to load.
      required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context);
      const registrations = registrationsIn(controlPlane);
      const staleRegistrations = registrations.filter(({ loaded }) => loaded === 'stale' || loaded === 'never');
      const unknowns = registrations.filter(({ loaded }) => loaded === undefined);
      if (staleRegistrations.length === 0 && unknowns.length === 0 && operator.ready && args.always !== true)
        return io.out(
          'nothing to do: the operator is ready and has loaded all that is stored. It restarts itself when a ClientConfig or its Secret changes; --always restarts it all the same\n',
        );
      for (const { config, loaded } of [...staleRegistrations, ...unknowns])
        io.out(`${printable(`${config.metadata.namespace}/${config.metadata.name}: ${loaded ?? 'not known whether it is loaded'}`)}\n`);
      const { namespace, name } = operator;
      refuseRestartIntoCrash(controlPlane, [], kubectl(undefined, '-n', namespace, 'rollout', 'restart', 'deployment', name));
      const question = `restart the operator ${namespace}/${name} of ${controlPlane.context}?`;
      await confirm(io, question, args.yes === true, again(restart, 'operator restart', args, ['--yes']));
      await demand(connection, `restart Deployment ${operator.namespace}/${operator.name}`, {
        method: 'PATCH',
        path: apiPath(kinds.deployment, operator.namespace, operator.name),
        contentType: 'application/merge-patch+json',
        body: {
          spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(io.now()).toISOString() } } } },
        },
        mustFinish: true,
      });
      io.out(`${printable(`restarted ${operator.namespace}/${operator.name} in ${controlPlane.context}`)}\n`);
      if (args.wait === true)
        await awaitLoaded(
          connection,
          registrations
            .filter(({ loaded }) => loaded !== 'ignored')
            .map(({ config }) => ({ namespace: config.metadata.namespace, name: config.metadata.name })),
          controlPlane,
          limits,
          patience,
          line => io.out(`${printable(line)}\n`),
          withClock(io),
        );
    },
    'unlimited',
  );
};
