import { UserError } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { known } from '../../base/read.ts';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../checks/run.ts';
import { collect } from '../../fleet/from-cluster/collect.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { registrationsIn } from '../../fleet/registrations.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { configKey } from '../../kube/key.ts';
import { kinds } from '../../kube/kinds.ts';
import { effectiveContext } from '../../operator/references.ts';
import { describeText } from '../../output/describe.ts';
import { selectConfigs } from '../../plan/registration.ts';
import { withControlPlane } from '../session.ts';
import type { DescribeArgs } from './usage.ts';

export const clientconfigDescribe = async (io: IO, args: DescribeArgs): Promise<void> => {
  await withControlPlane(io, args, async ({ config, connection, limits, target }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    const [clientConfig] = selectConfigs(controlPlane, [args.NAME]);
    if (clientConfig === undefined) throw new UserError('no ClientConfig was named', 'name one', 2);
    const names = [effectiveContext(clientConfig)];
    const scope = { namespace: args.namespace, names, parallel: 1, warnBeforeDays: 30 };
    const inventory = await collect(connection, config, controlPlane, scope, limits, io.now());
    const registration = registrationsIn(inventory.controlPlane).find(one => configKey(one.config) === configKey(clientConfig));
    if (registration === undefined) throw new UserError(`ClientConfig ${configKey(clientConfig)} went away meanwhile`, 'run this again');
    const { namespace, name } = clientConfig.metadata;
    const events = await listObjects(connection, kinds.event, namespace);
    const objects = new Set([
      `ClientConfig/${name}`,
      ...(registration.references ?? []).map(reference => `${reference.kind}/${reference.name}`),
    ]);
    const about = events.ok
      ? known(events.value.filter(({ involvedObject }) => objects.has(`${involvedObject?.kind}/${involvedObject?.name}`)).slice(-10))
      : events;
    const report = runChecks(checks, inventory);
    io.out(describeText(registration, { ...report, target }, about, io.now()));
    const open = report.unknown.some(
      ({ contexts, expected }) => expected !== true && (contexts.length === 0 || contexts.includes(registration.context)),
    );
    io.exit(open || !events.ok ? 3 : 0);
  });
};
