import { usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { exitCode, type Report } from '../../checks/report.ts';
import { collect } from '../../fleet/from-cluster/collect.ts';
import { readPlacements } from '../../fleet/from-cluster/placement.ts';
import { readerRole } from '../../fleet/from-cluster/rights.ts';
import type { Inventory } from '../../fleet/inventory.ts';
import { readOffline } from '../../fleet/offline.ts';
import { toSnapshot } from '../../fleet/snapshot.ts';
import { printers } from '../../output/index.ts';
import { manifestYaml } from '../../output/manifests.ts';
import { duration, names, openControlPlane, styleOf, timeLimit } from '../options.ts';
import { refuseBothNamespaces, refuseClusterFlags } from './control-plane-only.ts';
import { placingOf } from './for-cluster.ts';
import { chooseChecks, judge } from './judge.ts';
import { suppressionsOf } from './suppressions.ts';
import type { CheckArgs } from './usage.ts';
import { type Look, untilClean, watch } from './watch.ts';

/** Formats that can follow one another on one output. */
const watchable: readonly string[] = ['table', 'wide', 'jsonl'];
const exclude = (one: string, other: string): Error => usage(`${one} and ${other} exclude each other`, 'pass one of them');
const refuseContradictions = (args: CheckArgs, contexts: readonly string[] | undefined): void => {
  refuseBothNamespaces(args);
  if (args.watch === true && args['wait-for'] !== undefined) throw exclude('--watch', '--wait-for');
  if (args.watch === true && !watchable.includes(args.output)) throw exclude('--watch', `-o ${args.output}, which is one document,`);
  if (args.for !== undefined && contexts !== undefined) throw exclude('--for', 'NAME');
  if (args.filename === undefined) return;
  for (const flag of ['for', 'watch', 'wait-for', 'snapshot'] as const)
    if (args[flag] !== undefined && args[flag] !== false) throw exclude('--filename', `--${flag}`);
  refuseClusterFlags(args);
};

export const contextsCheck = async (io: IO, args: CheckArgs): Promise<void> => {
  const { NAME: contexts } = args;
  refuseContradictions(args, contexts);
  if (args['print-rbac'] === true) return io.out(manifestYaml(readerRole(args.namespace)));
  const chosen = chooseChecks(names(args.only), names(args.skip));
  const { parallel } = args;
  if (parallel < 1) throw usage('--parallel takes a whole number above 0', 'pass it as in --parallel 32');
  const suppressions = suppressionsOf(
    io,
    names(args.suppress),
    args['suppress-file'],
    (code, context) =>
      chosen.some(check => check.code === code) && (contexts === undefined || (context !== undefined && contexts.includes(context))),
  );
  const deadline = timeLimit(args.deadline, '--deadline');
  const interval = timeLimit(args.interval, '--interval');
  const style = { ...styleOf(io, args), show: args.show };
  const { gather, close } =
    args.filename === undefined ? await liveSource(io, args, { contexts, parallel }) : offlineSource(io, args, args.filename, contexts);
  const look = async (time: number): Promise<Look> => {
    const started = performance.now();
    const inventory = await gather(time);
    const report = judge({ ...inventory, suppressions }, chosen, Math.round(performance.now() - started));
    refuseUnknownNames(report, contexts);
    if (args.snapshot !== undefined) writeSnapshot(io, args.snapshot, inventory);
    const print = (shown: Report): string => `${printers[args.output](shown, style).replace(/\n$/, '')}\n`;
    return { same: () => print(timeless(report)), text: print(report), code: exitCode(report, args['fail-on']) };
  };
  try {
    if (args.watch === true) return io.exit(await watch(io, interval, () => look(deadline)));
    const until = io.now() + deadline;
    if (args['wait-for'] !== undefined) return io.exit(await untilClean(io, interval, until, () => look(Math.max(until - io.now(), 1))));
    const { text, code } = await look(deadline);
    io.out(text);
    return io.exit(code);
  } finally {
    close();
  }
};

/** Where inventories come from: each call of `gather` reads everything anew, within so many milliseconds. */
interface Source {
  readonly gather: (deadline: number) => Promise<Inventory>;
  readonly close: () => void;
}
const liveSource = async (
  io: IO,
  args: CheckArgs,
  { contexts, parallel }: { readonly contexts: readonly string[] | undefined; readonly parallel: number },
): Promise<Source> => {
  const timeout = args.timeout === undefined ? undefined : timeLimit(args.timeout, '--timeout');
  const warnBeforeDays = days(args) ?? 30;
  const { config, selected, connection, limits } = await openControlPlane(io, args);
  const probing = { ...limits, ...(timeout === undefined ? {} : { timeout }) };
  const placing = args.for === undefined ? undefined : placingOf(io, args.for, args.namespace, selected.namespace ?? 'default');
  const gather: Source['gather'] = async deadline => {
    const scope = { namespace: args.namespace, names: contexts, placing, parallel, warnBeforeDays, deadline };
    const collected = await collect(connection, config, scope, probing, io.now());
    if (placing === undefined) return collected;
    return {
      ...collected,
      placements: await readPlacements(connection, config, collected, placing(collected.controlPlane), probing),
    };
  };
  return { gather, close: connection.close };
};

const offlineSource = (io: IO, args: CheckArgs, paths: readonly string[], contexts: readonly string[] | undefined): Source => ({
  gather: async () => readOffline(io, paths, { namespace: args.namespace, names: contexts, warnBeforeDays: days(args) }),
  close: () => undefined,
});
const days = (args: CheckArgs): number | undefined =>
  args['warn-before'] === undefined ? undefined : duration(args['warn-before'], '--warn-before') / 86_400_000;
const writeSnapshot = (io: IO, file: string, inventory: Inventory): void => {
  try {
    io.writePrivate(file, `${JSON.stringify(toSnapshot(inventory), null, 1)}\n`, true);
  } catch (error) {
    throw usage(
      `cannot write the snapshot ${file}: ${(error as NodeJS.ErrnoException).code ?? 'not writable'}`,
      'pass a file in a folder that you may write to',
    );
  }
};

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

const refuseUnknownNames = ({ contexts }: Report, wanted: readonly string[] | undefined): void => {
  const missing = wanted?.filter(name => !contexts.some(context => context.name === name)) ?? [];
  if (missing.length === 0) return;
  throw usage(
    `no ClientConfig provides and nothing uses the context ${missing.join(', ')}`,
    'run kubectl k8ssandra contexts check without a name to see them all',
  );
};
