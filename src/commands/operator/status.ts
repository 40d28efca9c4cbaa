import type { IO } from '../../base/io.ts';
import { jsonText } from '../../base/json.ts';
import { known } from '../../base/read.ts';
import { exitCode } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { collect } from '../../fleet/from-cluster/collect.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { readDataPlaneOperators } from '../../fleet/from-cluster/data-planes.ts';
import { readPreviousLog } from '../../fleet/from-cluster/log.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { lastExit } from '../../fleet/last-exit.ts';
import { type Registration, registrationsIn } from '../../fleet/registrations.ts';
import { yamlOf } from '../../output/client-configs.ts';
import { type OperatorStatus, operatorStatusDocument } from '../../output/operator-status/document.ts';
import { operatorStatusText } from '../../output/operator-status/text.ts';
import { everything, judge } from '../contexts/judge.ts';
import { refuseNoOperator } from '../no-operator.ts';
import { styleOf } from '../options.ts';
import { type Session, withControlPlane } from '../session.ts';
import type { StatusArgs } from './usage.ts';

export const operatorStatus = async (io: IO, args: StatusArgs): Promise<void> => {
  await withControlPlane(io, args, async session => {
    const status = await readStatus(io, args, session);
    const document = operatorStatusDocument(status);
    io.out(
      args.output === 'json'
        ? `${jsonText(document, 2)}\n`
        : args.output === 'yaml'
          ? yamlOf(document)
          : operatorStatusText(status, styleOf(io, args)),
    );
    io.exit(exitOf(status));
  });
};

/** What `contexts check` reads, so that both judge the same, with the operators of the data planes and the last log beside it. */
const readStatus = async (io: IO, { namespace }: StatusArgs, session: Session): Promise<OperatorStatus> => {
  const { connection, config, limits, target } = session;
  const controlPlane = await readControlPlane(connection, namespace);
  refuseNoOperator(controlPlane, namespace);
  const registrations = registrationsIn(controlPlane);
  const loadableRegistrations = registrations.filter(({ loaded }) => loaded !== 'ignored');
  const startTime = performance.now();
  const scope = { namespace, parallel: 16, warnBeforeDays: 30 };
  const [inventory, dataPlanes, end] = await Promise.all([
    collect(connection, config, controlPlane, scope, limits, io.now()),
    Promise.all(loadableRegistrations.map(async one => [one.context, await readDataPlaneOperators(one, limits)] as const)),
    readLastExit(session, controlPlane, registrations),
  ]);
  return {
    report: judge(inventory, everything, Math.round(performance.now() - startTime), target),
    registered: registrations,
    dataPlanes: new Map(dataPlanes),
    lastExit: end,
  };
};
const readLastExit = async (
  { connection }: Session,
  controlPlane: ControlPlane,
  registered: readonly Registration[],
): Promise<OperatorStatus['lastExit']> => {
  const { operator, pods } = controlPlane;
  const endedPod = pods.ok ? pods.value.find(({ lastExitCode }) => lastExitCode !== undefined) : undefined;
  const log = endedPod === undefined ? known([]) : await readPreviousLog(connection, operator?.namespace ?? '', endedPod.name);
  return log.ok ? known(lastExit(log.value, controlPlane, registered)) : log;
};

/** As `contexts check` exits, but that what waits to be read counts too: 1 with a fault, 3 when something could not be read. */
const exitOf = ({ report, registered, dataPlanes, lastExit: last }: OperatorStatus): 0 | 1 | 3 => {
  const waits = registered.some(({ loaded }) => loaded === 'stale' || loaded === 'never' || loaded === 'no-secret');
  if (waits || report.controlPlane.operator?.ready === false) return 1;
  const unread = !report.controlPlane.pods.ok || !last.ok || [...dataPlanes.values()].some(read => !read.ok || !read.value.pods.ok);
  return exitCode({ findings: shownFindings(report), complete: report.complete && !unread }, 'error');
};
