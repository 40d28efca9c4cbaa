import { merged, ours, sentence, type Target } from '../../base/advice.ts';
import { usage } from '../../base/errors.ts';
import { blamed } from '../../checks/blame.ts';
import { checks } from '../../checks/index.ts';
import { operatorWouldStart } from '../../checks/operator-would-start.ts';
import type { Finding, ObjectRef, Report } from '../../checks/report.ts';
import { runChecks } from '../../checks/run.ts';
import { operatorStart } from '../../checks/start.ts';
import type { Inventory } from '../../fleet/inventory.ts';
import { clusterKey } from '../../fleet/placement.ts';

/** Inventory in, report out: the checks and the start verdict. */
export const judge = (
  inventory: Inventory,
  { chosen, only }: Chosen,
  durationMs: number,
  target: Target = { context: inventory.controlPlane.context || undefined },
): Report => {
  const { findings: shownFindings, unknown } = concerning(inventory, runChecks(chosen, inventory));
  const findings = withCauses(shownFindings, inventory);
  return {
    target,
    controlPlane: inventory.controlPlane,
    contexts: inventory.contexts,
    source: inventory.source,
    ...(inventory.unread === undefined ? {} : { unread: inventory.unread }),
    ...(inventory.placements === undefined ? {} : { placements: inventory.placements }),
    start: blamed(operatorStart(inventory), findings),
    findings,
    unknown,
    notJudged: leftOpen(inventory, chosen, only),
    complete: unknown.every(({ expected }) => expected === true),
    startedAt: inventory.now,
    durationMs,
  };
};

/** The verdict names no cause: it is cured by what the findings say that this run leaves out. */
const withCauses = (findings: readonly Finding[], inventory: Inventory): readonly Finding[] => {
  const { code } = operatorWouldStart;
  if (!findings.some(one => one.code === code)) return findings;
  const causes = runChecks(checks, inventory).findings.filter(one => one.blocksStart && one.code !== code);
  const remedies = merged(causes.flatMap(one => one.remedies));
  return findings.map(one => (one.code === code && remedies.length > 0 ? { ...one, remedies } : one));
};

/** `--only` leaves everything else open, `--skip` what the checks left out would have said. */
const leftOpen = (inventory: Inventory, chosen: typeof checks, only: boolean): readonly string[] => {
  if (only) return ['', ...inventory.contexts.map(({ name }) => name)];
  const { findings, unknown } = runChecks(
    checks.filter(check => !chosen.includes(check)),
    inventory,
  );
  const problems = [...findings.filter(({ severity }) => severity !== 'info'), ...unknown.filter(({ expected }) => expected !== true)];
  return [...new Set(problems.flatMap(({ contexts }) => (contexts.length === 0 ? [''] : contexts)))];
};

/** With `--for`, what is said of its contexts and of the control plane; everything otherwise. */
const concerning = ({ placements, contexts }: Inventory, judged: ReturnType<typeof runChecks>): ReturnType<typeof runChecks> => {
  if (placements === undefined) return judged;
  const clusterKeys = placements.map(({ cluster }) => clusterKey(cluster));
  const here = ({ contexts: contextNames, object }: { readonly contexts: readonly string[]; readonly object?: ObjectRef }): boolean =>
    contextNames.length === 0
      ? object?.kind !== 'K8ssandraCluster' || clusterKeys.includes(`${object.namespace ?? ''}/${object.name}`)
      : contextNames.some(name => contexts.some(context => context.name === name));
  return { findings: judged.findings.filter(here), unknown: judged.unknown.filter(here) };
};

export interface Chosen {
  readonly chosen: typeof checks;
  /** `--only` was given */
  readonly only: boolean;
}
export const everything: Chosen = { chosen: checks, only: false };
/** The checks that `--only` and `--skip` leave; exit 2 for a code or family that nobody raises. */
export const chooseChecks = (only: readonly string[], skip: readonly string[]): Chosen => {
  for (const prefix of [...only, ...skip]) {
    if (!/^KC\d{1,3}$/.test(prefix) || !checks.some(({ code }) => code.startsWith(prefix)))
      throw usage(`there is no finding code ${prefix}`, sentence`see ${ours('explain')} for all codes`);
  }
  const selection = checks.filter(
    ({ code }) => (only.length === 0 || only.some(wanted => code.startsWith(wanted))) && !skip.some(unwanted => code.startsWith(unwanted)),
  );
  return { chosen: selection, only: only.length > 0 };
};
