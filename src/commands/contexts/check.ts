import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../checks/run.ts';
import { collect } from '../../cluster/collect.ts';
import { readPlacements } from '../../cluster/placement.ts';
import { usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import type { Inventory } from '../../model/inventory.ts';
import { clusterKey } from '../../model/placement.ts';
import { exitCode, type ObjectRef, type Report } from '../../model/report.ts';
import { operatorStart } from '../../operator/start.ts';
import { formats, printers } from '../../output/index.ts';
import type { GlobalArgs } from '../global-options.ts';
import { duration, names, openControlPlane, styleOf } from '../options.ts';
import { placingOf } from './placing.ts';

const options = {
  output: { alias: 'o', choices: formats, default: 'table', describe: 'output format' },
  'fail-on': { choices: ['error', 'warning', 'never'], default: 'error', describe: 'lowest severity that makes the exit code 1' },
  timeout: { type: 'string', requiresArg: true, describe: 'time limit of one probe (default: --request-timeout)' },
  deadline: { type: 'string', default: '60s', requiresArg: true, describe: 'time limit of the whole run' },
  parallel: { type: 'number', default: 32, requiresArg: true, describe: 'contexts probed at once' },
  'warn-before': { type: 'string', default: '30d', requiresArg: true, describe: 'warn when something expires within this time' },
  only: { type: 'string', array: true, requiresArg: true, describe: 'only these codes, as KC101 or KC3' },
  skip: { type: 'string', array: true, requiresArg: true, describe: 'not these codes' },
  for: { type: 'string', requiresArg: true, describe: 'can this K8ssandraCluster be applied now? NAME, NAMESPACE/NAME or a manifest' },
  suppress: { type: 'string', array: true, requiresArg: true, describe: 'show but do not count CODE or CODE=CONTEXT' },
} as const satisfies Record<string, Options>;

type Args = GlobalArgs & InferredOptionTypes<typeof options>;

export const contextsCheck = (io: IO): CommandModule<object, Args> => ({
  command: 'check [NAME..]',
  describe: 'check every context that is named or provided anywhere, and say whether the operator would start',
  builder: yargs =>
    yargs
      .positional('NAME', { type: 'string', array: true, describe: 'only these contexts' })
      .options(options)
      .example('$0 contexts check', 'every context of the current control plane')
      .example('$0 contexts check east west -o json', 'two contexts, for a pipeline')
      .example('$0 contexts check --for demo.yaml', 'can this K8ssandraCluster be applied now?') as never,
  async handler(args: ArgumentsCamelCase<Args> & { NAME?: string[] }) {
    const started = performance.now();
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
    const suppressions = names(args.suppress).map(suppression);
    const timeout = args.timeout === undefined ? undefined : duration(args.timeout, '--timeout');
    if (args.for !== undefined && scope.names !== undefined)
      throw usage('--for and NAME exclude each other', 'name contexts, or one K8ssandraCluster with --for');
    const { config, selected, connection, limits } = await openControlPlane(io, args);
    try {
      const startedAt = io.now();
      const probing = { ...limits, ...(timeout === undefined ? {} : { timeout }) };
      const placing = args.for === undefined ? undefined : placingOf(io, args.for, args.namespace, selected.namespace ?? 'default');
      const collected = await collect(connection, config, { ...scope, placing }, probing, startedAt);
      const inventory =
        placing === undefined
          ? collected
          : Object.freeze({
              ...collected,
              placements: await readPlacements(connection, config, collected, placing(collected.controlPlane), probing),
            });
      const report = judge(inventory, chosen, suppressions, startedAt, Math.round(performance.now() - started));
      refuseUnknownNames(report, scope.names);
      io.out(`${printers[args.output](report, styleOf(io, args)).replace(/\n$/, '')}\n`);
      io.exit(exitCode(report, args['fail-on']));
    } finally {
      connection.close();
    }
  },
});

/** With `--for`, what is said of its contexts and of the control plane; everything otherwise. */
const concerning = ({ placements, contexts }: Inventory, judged: ReturnType<typeof runChecks>): ReturnType<typeof runChecks> => {
  if (placements === undefined) return judged;
  const ours = placements.map(({ cluster }) => clusterKey(cluster));
  const here = ({ contexts: named, object }: { readonly contexts: readonly string[]; readonly object?: ObjectRef }): boolean =>
    named.length === 0
      ? object?.kind !== 'K8ssandraCluster' || ours.includes(`${object.namespace ?? ''}/${object.name}`)
      : named.some(name => contexts.some(context => context.name === name));
  return { findings: judged.findings.filter(here), unknown: judged.unknown.filter(here) };
};

/** Inventory in, report out: the checks, the start verdict and the suppressions. */
export const judge = (
  inventory: Inventory,
  chosen: typeof checks,
  suppressions: readonly { code: string; context: string | undefined }[],
  startedAt: number,
  durationMs: number,
): Report => {
  const { findings, unknown } = concerning(inventory, runChecks(chosen, inventory));
  const suppressed = (code: string, contexts: readonly string[]): boolean =>
    suppressions.some(
      one =>
        one.code === code && (one.context === undefined || (contexts.length > 0 && contexts.every(context => context === one.context))),
    );
  return {
    controlPlane: inventory.controlPlane,
    contexts: inventory.contexts,
    ...(inventory.placements === undefined ? {} : { placements: inventory.placements }),
    start: operatorStart(inventory),
    findings: findings.map(finding => ({ ...finding, suppressed: suppressed(finding.code, finding.contexts) })),
    unknown,
    complete: unknown.length === 0,
    startedAt,
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
const suppression = (text: string): { code: string; context: string | undefined } => {
  const [code = '', ...rest] = text.split('=');
  if (!checks.some(check => check.code === code))
    throw usage(`--suppress names ${code}, which is no finding code`, 'pass it as in --suppress KC102=west');
  return { code, context: rest.length === 0 ? undefined : rest.join('=') };
};
const refuseUnknownNames = ({ contexts }: Report, wanted: readonly string[] | undefined): void => {
  const missing = wanted?.filter(name => !contexts.some(context => context.name === name)) ?? [];
  if (missing.length === 0) return;
  throw usage(
    `no ClientConfig provides and nothing uses the context ${missing.join(', ')}`,
    'run kubectl k8ssandra contexts check without a name to see them all',
  );
};
