import { UserError } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { known } from '../../base/read.ts';
import { operatorStart } from '../../checks/start.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { readDataPlaneOperators } from '../../fleet/from-cluster/data-planes.ts';
import { readPreviousLog } from '../../fleet/from-cluster/log.ts';
import { lastExit } from '../../fleet/last-exit.ts';
import { registeredIn } from '../../fleet/registered.ts';
import { yamlOf } from '../../output/client-configs.ts';
import { type OperatorStatus, operatorStatusDocument, operatorStatusText } from '../../output/operator-status.ts';
import { styleOf } from '../options.ts';
import { withControlPlane } from '../session.ts';
import type { StatusArgs } from './usage.ts';

export const operatorStatus = async (io: IO, args: StatusArgs): Promise<void> => {
  await withControlPlane(io, args, async ({ connection, limits }) => {
    const controlPlane = await readControlPlane(connection, args.namespace);
    if (controlPlane.operators.ok && controlPlane.operators.value.length === 0)
      throw new UserError(
        `${controlPlane.context} has no K8ssandra Operator (no Deployment labelled control-plane=k8ssandra-operator)`,
        'choose the control plane with --context, or install the operator there',
      );
    const registered = registeredIn(controlPlane);
    const loadable = registered.filter(({ loaded }) => loaded !== 'ignored');
    const ended = controlPlane.pods.ok ? controlPlane.pods.value.find(({ lastExitCode }) => lastExitCode !== undefined) : undefined;
    const [dataPlanes, log] = await Promise.all([
      Promise.all(loadable.map(async one => [one.context, await readDataPlaneOperators(one, limits)] as const)),
      ended === undefined ? known([]) : readPreviousLog(connection, controlPlane.operator?.namespace ?? '', ended.name),
    ]);
    const status: OperatorStatus = {
      controlPlane,
      registered,
      dataPlanes: new Map(dataPlanes),
      lastExit: log.ok ? known(lastExit(log.value, registered)) : log,
      start: operatorStart({ now: io.now(), source: 'cluster', warnBeforeDays: 0, controlPlane, contexts: [], places: new Map() }),
    };
    const document = operatorStatusDocument(status);
    io.out(
      args.output === 'json'
        ? `${JSON.stringify(document, null, 2)}\n`
        : args.output === 'yaml'
          ? yamlOf(document)
          : operatorStatusText(status, io.now(), styleOf(io, args)),
    );
    io.exit(exitOf(status));
  });
};
/** 1 when the operator is not up or has not loaded what is stored, 3 when that could not be read. */
const exitOf = ({ controlPlane, registered, dataPlanes, start }: OperatorStatus): 0 | 1 | 3 => {
  const { operator, operators, pods } = controlPlane;
  const bad =
    (operator !== undefined && !operator.ready) ||
    start.verdict === 'does-not-start' ||
    registered.some(({ loaded }) => loaded === 'stale' || loaded === 'never' || loaded === 'no-secret');
  if (bad) return 1;
  return operators.ok &&
    operator !== undefined &&
    pods.ok &&
    registered.every(({ loaded }) => loaded !== undefined) &&
    [...dataPlanes.values()].every(({ ok }) => ok)
    ? 0
    : 3;
};
