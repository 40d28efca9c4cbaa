import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { checks } from '../../checks/index.ts';
import { runChecks } from '../../checks/run.ts';
import { collect } from '../../cluster/collect.ts';
import { usage } from '../../errors.ts';
import type { IO } from '../../io.ts';
import { readOffline } from '../../manifests/offline.ts';
import type { Inventory } from '../../model/inventory.ts';
import { exitCode, type Report } from '../../model/report.ts';
import { toSnapshot } from '../../model/snapshot.ts';
import { operatorStart } from '../../operator/start.ts';
import { formats, printers } from '../../output/index.ts';
import type { GlobalArgs } from '../global-options.ts';
import { duration, names, openControlPlane, styleOf } from '../options.ts';

const options = {
  filename: {
    alias: 'f',
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'check these manifests or this snapshot, and dial nothing: a file, a folder, or - for standard input',
  },
  snapshot: { type: 'string', requiresArg: true, describe: 'also write what was read to this file, without credentials, for -f' },
  output: { alias: 'o', choices: formats, default: 'table', describe: 'output format' },
  'fail-on': { choices: ['error', 'warning', 'never'], default: 'error', describe: 'lowest severity that makes the exit code 1' },
  timeout: { type: 'string', requiresArg: true, describe: 'time limit of one probe (default: --request-timeout)' },
  deadline: { type: 'string', default: '60s', requiresArg: true, describe: 'time limit of the whole run' },
  parallel: { type: 'number', default: 32, requiresArg: true, describe: 'contexts probed at once' },
  'warn-before': { type: 'string', requiresArg: true, describe: 'warn when something expires within this time (default: 30d)' },
  only: { type: 'string', array: true, requiresArg: true, describe: 'only these codes, as KC101 or KC3' },
  skip: { type: 'string', array: true, requiresArg: true, describe: 'not these codes' },
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
      .example('kustomize build overlays/prod | $0 contexts check -f -', 'manifests, before they are applied') as never,
  async handler(args: ArgumentsCamelCase<Args> & { NAME?: string[] }) {
    const started = performance.now();
    const chosen = chooseChecks(names(args.only), names(args.skip));
    const parallel = args.parallel;
    if (!Number.isInteger(parallel) || parallel < 1) throw usage('--parallel takes a whole number above 0', 'pass it as in --parallel 32');
    const scope = {
      namespace: args.namespace,
      names: args.NAME === undefined || args.NAME.length === 0 ? undefined : args.NAME,
      parallel,
      warnBeforeDays: duration(args['warn-before'] ?? '30d', '--warn-before') / 86_400_000,
      deadline: duration(args.deadline, '--deadline'),
    };
    const suppressions = names(args.suppress).map(suppression);
    const timeout = args.timeout === undefined ? undefined : duration(args.timeout, '--timeout');
    const finish = (inventory: Inventory): void => {
      const report = judge(inventory, chosen, suppressions, inventory.now, Math.round(performance.now() - started));
      refuseUnknownNames(report, scope.names);
      if (args.snapshot !== undefined) writeSnapshot(io, args.snapshot, inventory);
      io.out(`${printers[args.output](report, styleOf(io, args)).replace(/\n$/, '')}\n`);
      io.exit(exitCode(report, args['fail-on']));
    };
    if (args.filename !== undefined) {
      refuseConnection(args);
      return finish(readOffline(io, args.filename, args['warn-before'] === undefined ? { ...scope, warnBeforeDays: undefined } : scope));
    }
    const { config, connection, limits } = await openControlPlane(io, args);
    try {
      finish(await collect(connection, config, scope, { ...limits, ...(timeout === undefined ? {} : { timeout }) }, io.now()));
    } finally {
      connection.close();
    }
  },
});

/** Inventory in, report out: the checks, the start verdict and the suppressions. */
export const judge = (
  inventory: Inventory,
  chosen: typeof checks,
  suppressions: readonly { code: string; context: string | undefined }[],
  startedAt: number,
  durationMs: number,
): Report => {
  const { findings, unknown } = runChecks(chosen, inventory);
  const suppressed = (code: string, contexts: readonly string[]): boolean =>
    suppressions.some(
      one =>
        one.code === code && (one.context === undefined || (contexts.length > 0 && contexts.every(context => context === one.context))),
    );
  return {
    controlPlane: inventory.controlPlane,
    contexts: inventory.contexts,
    start: operatorStart(inventory),
    findings: findings.map(finding => ({ ...finding, suppressed: suppressed(finding.code, finding.contexts) })),
    unknown,
    complete: unknown.every(({ expected }) => expected === true),
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
/** A flag that chooses a cluster asks for an answer of that cluster, which manifests and snapshots do not give. */
const refuseConnection = (args: Args): void => {
  const given = connectionFlags.find(flag => args[flag] !== undefined);
  if (given !== undefined) throw usage(`--${given} chooses a cluster, and with -f nothing is dialled`, `pass either -f or --${given}`);
  if (args.snapshot !== undefined) throw usage('--snapshot keeps what a cluster tells, and -f reads none', 'pass either -f or --snapshot');
};
const connectionFlags = [
  ...(['kubeconfig', 'context', 'cluster', 'user', 'server', 'tls-server-name', 'insecure-skip-tls-verify'] as const),
  ...(['token', 'as', 'as-group'] as const),
];
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
const refuseUnknownNames = ({ contexts }: Report, wanted: readonly string[] | undefined): void => {
  const missing = wanted?.filter(name => !contexts.some(context => context.name === name)) ?? [];
  if (missing.length === 0) return;
  throw usage(
    `no ClientConfig provides and nothing uses the context ${missing.join(', ')}`,
    'run kubectl k8ssandra contexts check without a name to see them all',
  );
};
