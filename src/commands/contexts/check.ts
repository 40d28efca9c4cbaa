import { ours, sentence } from '../../base/advice.ts';
import { deadlineAfter } from '../../base/deadline.ts';
import { usage } from '../../base/errors.ts';
import { writeOutput } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { jsonText } from '../../base/json.ts';
import { exitCode, type Report } from '../../checks/report.ts';
import { collect, type Seen } from '../../fleet/from-cluster/collect.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import { readPlacements } from '../../fleet/from-cluster/placement.ts';
import { readerRole } from '../../fleet/from-cluster/rights.ts';
import type { Inventory } from '../../fleet/inventory.ts';
import { readOffline } from '../../fleet/offline.ts';
import { contextsOf } from '../../fleet/placement.ts';
import { toSnapshot } from '../../fleet/snapshot.ts';
import { withClusters } from '../../fleet/with-clusters.ts';
import { within } from '../../kube/api/connection.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { refuseUnwatched, tellNoOperator } from '../no-operator.ts';
import { duration, names, styleOf, timeLimit } from '../options.ts';
import { defaultDeadline, type Session, withControlPlane } from '../session.ts';
import { refuseBothNamespaces, refuseClusterFlags } from './control-plane-only.ts';
import { isFile, placingOf } from './for-cluster.ts';
import { chooseChecks, judge } from './judge.ts';
import { type Outputs, outputsOf, printed, refuseSameFile, writeFiles } from './outputs.ts';
import { showProgress } from './progress.ts';
import { suppressionsOf } from './suppressions.ts';
import type { CheckArgs } from './usage.ts';
import { type Look, untilClean, watch } from './watch.ts';

/** Formats that can follow one another on one output. */
const watchableFormats: readonly string[] = ['table', 'wide', 'short', 'jsonl'];
const forPeople: readonly string[] = ['table', 'wide', 'short'];
const exclude = (one: string, other: string): Error => usage(`${one} and ${other} exclude each other`, 'pass one of them');
const refuseContradictions = (args: CheckArgs, outputs: Outputs, contexts: readonly string[] | undefined): void => {
  refuseBothNamespaces(args);
  if (args.watch === true && args['wait-for'] !== undefined) throw exclude('--watch', '--wait-for');
  if (args.watch === true && !watchableFormats.includes(outputs.shown))
    throw exclude('--watch', `-o ${outputs.shown}, which is one document,`);
  if (args.watch === true && outputs.files.length > 0) throw exclude('--watch', `-o ${outputs.files[0]?.format}=FILE`);
  if (args.for !== undefined && contexts !== undefined) throw exclude('--for', 'NAME');
  if (args.filename === undefined) return;
  for (const flag of ['for', 'watch', 'wait-for', 'snapshot'] as const)
    if (args[flag] !== undefined && args[flag] !== false) throw exclude('--filename', `--${flag}`);
  refuseClusterFlags(args);
};

export const contextsCheck = async (io: IO, args: CheckArgs): Promise<void> => {
  const outputs = outputsOf(args.output);
  refuseContradictions(args, outputs, args.NAME);
  if (args['print-rbac'] === true) return io.out(manifestYaml(readerRole(args.namespace)));
  refuseSameFile(io, outputs, args.snapshot, {
    filename: args.filename ?? [],
    for: args.for !== undefined && isFile(args.for) ? [args.for] : [],
    'suppress-file': args['suppress-file'] === undefined ? [] : [args['suppress-file']],
  });
  const settings = await settingsOf(io, args, outputs);
  const { filename } = args;
  if (filename === undefined)
    return withControlPlane(
      io,
      args,
      async session => watchOrLook(io, args, settings, await gatherer(io, args, settings, session), session),
      // Of --watch each look has its own time.
      args.watch === true ? 'unlimited' : settings.deadline,
    );
  const scope = { namespace: args.namespace, names: args.NAME, warnBeforeDays: settings.warnBeforeDays };
  await watchOrLook(io, args, settings, () => readOffline(io, filename, scope));
};

type Settings = Awaited<ReturnType<typeof settingsOf>>;
/** What the flags come to; whatever is wrong with them is told before anything is read. */
const settingsOf = async (io: IO, args: CheckArgs, outputs: Outputs) => {
  const { NAME: contexts, parallel } = args;
  const selection = chooseChecks(names(args.only), names(args.skip));
  if (parallel < 1) throw usage('--parallel takes a whole number above 0', 'pass it as in --parallel 32');
  const suppressions = await suppressionsOf(
    io,
    names(args.suppress),
    args['suppress-file'],
    (code, context) =>
      selection.chosen.some(check => check.code === code) &&
      (contexts === undefined || (context !== undefined && contexts.includes(context))),
  );
  return {
    outputs,
    chosen: selection,
    suppressions,
    deadline: args.deadline === undefined ? defaultDeadline : timeLimit(args.deadline, '--deadline'),
    interval: timeLimit(args.interval, '--interval'),
    timeout: args.timeout === undefined ? undefined : timeLimit(args.timeout, '--timeout'),
    warnBeforeDays: args['warn-before'] === undefined ? undefined : duration(args['warn-before'], '--warn-before') / 86_400_000,
  };
};

/** Contexts of a report that was cut short, since whoever ended it does not wait: of more than these what is wrong is told alone, */
const mostDrawn = 100;
/** and of more than these nothing. */
const mostSoFar = 500;
const noProgress: Seen = { begun: () => undefined, probed: () => undefined };
/** Ctrl-C shows a person what has come so far. A machine gets a whole report or none, and so does who waits for another look. */
const showsSoFar = (args: CheckArgs, { outputs }: Settings): boolean =>
  forPeople.includes(outputs.shown) && args.watch !== true && args['wait-for'] === undefined;

/** Reads everything anew. */
type Gather = () => Promise<Inventory>;
const gatherer = async (io: IO, args: CheckArgs, settings: Settings, session: Session): Promise<Gather> => {
  const { config, selected, limits } = session;
  const { timeout = limits.timeout, warnBeforeDays = 30 } = settings;
  const placement = args.for === undefined ? undefined : await placingOf(io, args.for, args.namespace, selected.namespace ?? 'default');
  const gather = async (deadline: AbortSignal | undefined, seen: Seen): Promise<Inventory> => {
    const { NAME: names, namespace, parallel } = args;
    const scope = { namespace, names, parallel, warnBeforeDays, seen, soFar: showsSoFar(args, settings) };
    const probeLimits = { ...limits, timeout, ...(deadline === undefined ? {} : { deadline }) };
    const connection = deadline === undefined ? session.connection : within(session.connection, deadline);
    const controlPlane = await readControlPlane(connection, namespace);
    refuseUnwatched(controlPlane, namespace);
    tellNoOperator(io, controlPlane, config);
    if (placement === undefined) return collect(connection, config, controlPlane, { ...scope, named: true }, probeLimits, io.now());
    const clusters = placement(controlPlane);
    const plane = withClusters(controlPlane, clusters);
    const inventory = await collect(connection, config, plane, { ...scope, names: contextsOf(clusters) }, probeLimits, io.now());
    if (io.interrupted.aborted) return inventory;
    return { ...inventory, placements: await readPlacements(connection, config, inventory, clusters, probeLimits) };
  };
  return async () => {
    if (args.watch === true) return gather(deadlineAfter(settings.deadline), noProgress);
    const { seen, stop } = showProgress(io, styleOf(io, args), session.connection.context, timeout);
    try {
      return await gather(undefined, seen);
    } finally {
      stop();
    }
  };
};

const watchOrLook = async (io: IO, args: CheckArgs, settings: Settings, gather: Gather, session?: Session): Promise<void> => {
  const { outputs, chosen, suppressions, deadline, interval } = settings;
  const style = { ...styleOf(io, args), show: args.show, openWarnings: args['fail-on'] === 'warning' };
  // Of --watch Ctrl-C is the end that it is meant to have, with the exit code of the last look.
  const compute: IO['compute'] = args.watch === true ? async work => work() : io.compute;
  const look = async (): Promise<Look> => {
    const startTime = performance.now();
    const inventory = await gather();
    const cut = io.interrupted.aborted;
    if (cut && (!showsSoFar(args, settings) || inventory.contexts.length > mostSoFar)) throw io.interrupted.reason;
    const duration = Math.round(performance.now() - startTime);
    const fullReport = await compute(() => judge({ ...inventory, suppressions }, chosen, duration, session?.target));
    const report = cut ? cutShort(fullReport) : fullReport;
    const format = cut && report.contexts.length > mostDrawn ? 'short' : outputs.shown;
    refuseUnknownNames(report, args.NAME);
    if (args.snapshot !== undefined && !cut) writeSnapshot(io, args.snapshot, inventory);
    return {
      same: () => printed(outputs.shown, timeless(report), style),
      text: () => compute(() => printed(format, report, style)),
      code: exitCode(report, args['fail-on']),
      keep: () => writeFiles(io, outputs, report, style),
    };
  };
  if (args.watch === true) return io.exit(await watch(io, interval, look));
  const time = { until: io.now() + deadline, deadline: session?.limits.deadline };
  if (args['wait-for'] !== undefined) return io.exit(await untilClean(io, interval, time, look));
  const { text, code, keep } = await look();
  const output = await text();
  if (io.interrupted.aborted) return io.end(output, 130);
  io.out(output);
  io.exit(code);
  await keep();
};

const writeSnapshot = (io: IO, file: string, inventory: Inventory): void =>
  writeOutput(io, file, `${jsonText(toSnapshot(inventory), 1)}\n`, {
    overwrite: true,
    fix: 'pass --snapshot with a file in a folder that you may write to',
  });

/** The same report without what differs at every look: times and latencies. */
const timeless = (report: Report): Report => ({
  ...report,
  startedAt: 0,
  durationMs: 0,
  contexts: report.contexts.map(({ probe, ...context }) => ({
    ...context,
    probe: probe.reach.status === 'pass' ? { ...probe, reach: { status: 'pass', value: { ms: 0 } } } : probe,
  })),
});

/** A report on what was read before Ctrl-C. */
const cutShort = (report: Report): Report => {
  const unreadCount = report.contexts.filter(({ probe: { reach } }) => reach.status === 'notRun' && reach.reason === 'interrupted').length;
  return { ...report, complete: false, interrupted: { contexts: report.contexts.length, unread: unreadCount } };
};

const refuseUnknownNames = ({ contexts }: Report, wanted: readonly string[] | undefined): void => {
  const missingNames = wanted?.filter(name => !contexts.some(context => context.name === name)) ?? [];
  if (missingNames.length === 0) return;
  throw usage(
    `no ClientConfig provides and nothing uses the context ${missingNames.join(', ')}`,
    sentence`run ${ours('contexts check')} without a name to see them all`,
  );
};
