import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../checks/run.ts';
import { collect } from '../../cluster/collect.ts';
import { usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import type { Inventory } from '../../model/inventory.ts';
import { exitCode, type Report } from '../../model/report.ts';
import { operatorStart } from '../../operator/start.ts';
import { formats, printers } from '../../output/index.ts';
import type { GlobalArgs } from '../global-options.ts';
import { duration, names, openControlPlane, styleOf } from '../options.ts';
import { type Look, untilClean, watch } from './rounds.ts';
import { suppressionsOf } from './suppressions.ts';

const options = {
  output: { alias: 'o', choices: formats, default: 'table', describe: 'output format' },
  'fail-on': { choices: ['error', 'warning', 'never'], default: 'error', describe: 'lowest severity that makes the exit code 1' },
  timeout: { type: 'string', requiresArg: true, describe: 'time limit of one probe (default: --request-timeout)' },
  deadline: { type: 'string', default: '60s', requiresArg: true, describe: 'time limit of the whole run' },
  parallel: { type: 'number', default: 128, requiresArg: true, describe: 'contexts probed at once' },
  'warn-before': { type: 'string', default: '30d', requiresArg: true, describe: 'warn when something expires within this time' },
  only: { type: 'string', array: true, requiresArg: true, describe: 'only these codes, as KC101 or KC3' },
  skip: { type: 'string', array: true, requiresArg: true, describe: 'not these codes' },
  suppress: { type: 'string', array: true, requiresArg: true, describe: 'show but do not count CODE or CODE=CONTEXT' },
  'suppress-file': { type: 'string', requiresArg: true, describe: 'a file of suppressions, one a line; # starts a comment' },
  show: { choices: ['all', 'problems'], default: 'all', describe: 'problems: only the contexts that are not ok, in the tables' },
  watch: { alias: 'w', type: 'boolean', describe: 'look again and again, and show what has changed, until Ctrl-C' },
  'wait-for': { choices: ['ok'], describe: 'ok: look again until nothing is wrong, or --deadline has passed' },
  interval: { type: 'string', default: '2s', requiresArg: true, describe: 'the pause of --watch and --wait-for' },
  'all-namespaces': { alias: 'A', type: 'boolean', describe: 'all namespaces, as without --namespace' },
} as const satisfies Record<string, Options>;

/** Formats that can follow one another on one output. */
const watchable: readonly string[] = ['table', 'wide', 'jsonl'];
type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const contextsCheck = (io: IO): CommandModule<object, Args> => ({
  command: 'check [NAME..]',
  describe: 'check every context that is named or provided anywhere, and say whether the operator would start',
  builder: yargs =>
    yargs
      .positional('NAME', { type: 'string', array: true, describe: 'only these contexts' })
      .options(options)
      .example('$0 contexts check', 'every context of the current control plane')
      .example('$0 contexts check east west -o json', 'two contexts, for a pipeline') as never,
  async handler(args: ArgumentsCamelCase<Args> & { NAME?: string[] }) {
    const chosen = chooseChecks(names(args.only), names(args.skip));
    const parallel = args.parallel;
    if (!Number.isInteger(parallel) || parallel < 1) throw usage('--parallel takes a whole number above 0', 'pass it as in --parallel 32');
    const scope = {
      namespace: args.namespace,
      names: args.NAME === undefined || args.NAME.length === 0 ? undefined : args.NAME,
      parallel,
      warnBeforeDays: duration(args['warn-before'], '--warn-before') / 86_400_000,
      deadline: duration(args.deadline, '--deadline'),
    };
    if (args['all-namespaces'] === true && args.namespace !== undefined)
      throw usage('--all-namespaces and --namespace exclude each other', 'pass one of them');
    if (args.watch === true && args['wait-for'] !== undefined) throw usage('--watch and --wait-for exclude each other', 'pass one of them');
    if (args.watch === true && !watchable.includes(args.output))
      throw usage(`--watch and -o ${args.output} exclude each other: that is one document`, `pass -o ${watchable.join(', -o ')}`);
    const suppressions = suppressionsOf(
      io,
      names(args.suppress),
      args['suppress-file'],
      (code, context) =>
        chosen.some(check => check.code === code) &&
        (scope.names === undefined || (context !== undefined && scope.names.includes(context))),
    );
    const timeout = args.timeout === undefined ? undefined : duration(args.timeout, '--timeout');
    const interval = duration(args.interval, '--interval');
    const style = { ...styleOf(io, args), show: args.show };
    const { config, connection, limits } = await openControlPlane(io, args);
    const gather = (deadline: number): Promise<Inventory> =>
      collect(connection, config, { ...scope, deadline }, { ...limits, ...(timeout === undefined ? {} : { timeout }) }, io.now());
    const look = async (deadline: number): Promise<Look> => {
      const started = performance.now();
      const inventory = await gather(deadline);
      const report = judge({ ...inventory, suppressions }, chosen, Math.round(performance.now() - started));
      refuseUnknownNames(report, scope.names);
      const print = printers[args.output];
      return {
        same: print(timeless(report), style),
        text: `${print(report, style).replace(/\n$/, '')}\n`,
        code: exitCode(report, args['fail-on']),
      };
    };
    try {
      if (args.watch === true) return io.exit(await watch(io, interval, () => look(scope.deadline)));
      if (args['wait-for'] !== undefined) {
        const until = io.now() + scope.deadline;
        return io.exit(await untilClean(io, interval, until, () => look(Math.max(until - io.now(), 1))));
      }
      const { text, code } = await look(scope.deadline);
      io.out(text);
      return io.exit(code);
    } finally {
      connection.close();
    }
  },
});

/** The same report without what changes at every look: times and latencies. */
const timeless = (report: Report): Report => ({
  ...report,
  startedAt: 0,
  durationMs: 0,
  contexts: report.contexts.map(({ probe, ...context }) => ({
    ...context,
    probe: probe.reach.status === 'pass' ? { ...probe, reach: { status: 'pass', value: { ms: 0 } } } : probe,
  })),
});

/** Inventory in, report out: the checks and the start verdict. */
const judge = (inventory: Inventory, chosen: typeof checks, durationMs: number): Report => {
  const { findings, unknown } = runChecks(chosen, inventory);
  return {
    controlPlane: inventory.controlPlane,
    contexts: inventory.contexts,
    start: operatorStart(inventory),
    findings,
    unknown,
    complete: unknown.length === 0,
    startedAt: inventory.now,
    durationMs,
  };
};

const chooseChecks = (only: readonly string[], skip: readonly string[]): typeof checks => {
  for (const wanted of [...only, ...skip]) {
    if (!/^KC\d{1,3}$/.test(wanted) || !checks.some(({ code }) => code.startsWith(wanted)))
      throw usage(`there is no finding code ${wanted}`, 'see kubectl k8ssandra explain for all codes');
  }
  return checks.filter(
    ({ code }) => (only.length === 0 || only.some(wanted => code.startsWith(wanted))) && !skip.some(unwanted => code.startsWith(unwanted)),
  );
};
const refuseUnknownNames = ({ contexts }: Report, wanted: readonly string[] | undefined): void => {
  const missing = wanted?.filter(name => !contexts.some(context => context.name === name)) ?? [];
  if (missing.length === 0) return;
  throw usage(
    `no ClientConfig provides and nothing uses the context ${missing.join(', ')}`,
    'run kubectl k8ssandra contexts check without a name to see them all',
  );
};
