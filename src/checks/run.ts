import type { Inventory } from '../fleet/inventory.ts';
import type { Before, Check, Circumstances, Said } from './check.ts';
import type { Fact } from './fact.ts';
import { contextFacts, fleetFacts } from './facts.ts';
import type { Gap } from './gap.ts';
import { group } from './group.ts';
import { byHarm } from './harm.ts';
import { isShared, type Run, runOver } from './inventory-run.ts';
import type { Finding, Undecided } from './report.ts';
import { covers } from './suppress.ts';

/** Judges an inventory. Findings of one cause are grouped over contexts; what could not be read is unknown, never passed. */
export const runChecks = (
  checks: readonly Check[],
  inventory: Inventory,
): { readonly findings: readonly Finding[]; readonly unknown: readonly Undecided[] } => {
  const run = runOver(inventory);
  const judgements = checks.map(check => judge(check, run));
  const before: Before = {
    findings: judgements.flatMap(one => one.findings),
    open: judgements.flatMap(({ open }) => open),
  };
  const last = checks.flatMap(check => (check.scope === 'report' ? [judgeReport(check, before, run)] : []));
  const all = [...judgements, ...last];
  const findings = all.flatMap(one => one.findings);
  return {
    findings: findings.map(finding => suppressed(finding, inventory)).sort(byHarm),
    unknown: [
      ...byReason(all.flatMap(({ open }) => open.flatMap(one => unknownOf(one, findings, inventory)))),
      ...(inventory.unread ?? []).map(reason => ({ code: 'manifests', contexts: [], reason })),
      ...ownVersion(inventory),
    ],
  };
};

/** Shown of the control plane itself, and needed by no check. */
const ownVersion = ({ controlPlane: { version } }: Inventory): readonly Undecided[] =>
  version.ok || version.reason === 'skipped'
    ? []
    : [
        {
          code: 'version',
          contexts: [],
          reason: `version: ${version.reason}: ${version.detail}`,
          gap: { fact: 'version', reason: version.reason, detail: version.detail },
        },
      ];

const suppressed = (finding: Finding, { suppressions = [] }: Inventory): Finding =>
  suppressions.some(one => covers(one, finding)) ? { ...finding, suppressed: true } : finding;

/** What one check, of one context or of none, could not judge. */
interface Open {
  readonly code: string;
  readonly context?: string | undefined;
  /** a text is a reason as it stands */
  readonly left: Gap | string;
}
interface Judgement {
  readonly findings: readonly Finding[];
  readonly open: readonly Open[];
}
const emptyJudgement: Judgement = { findings: [], open: [] };

const judge = (check: Check, run: Run): Judgement => {
  if (check.scope === 'report') return emptyJudgement;
  const { inventory, shared } = run;
  const about = circumstances(inventory);
  if (check.scope === 'fleet') {
    const gathering = gather(check, need => fleetFacts[need](inventory));
    return gathering.facts === undefined
      ? { findings: [], open: opened(check, gathering.gaps) }
      : heard(check, check.run(gathering.facts, about), run);
  }
  // Which contexts there are is a fact too.
  const configs = fleetFacts.clientConfigs(inventory);
  if (!configs.ok) return { findings: [], open: opened(check, configs.gaps) };
  const each = inventory.contexts.map(context => {
    const gathering = gather(check, need => (isShared(need) ? shared(need) : contextFacts[need](context, inventory)));
    return gathering.facts === undefined
      ? { said: [], open: opened(check, gathering.gaps, context.name) }
      : { said: Array.from(check.run(gathering.facts, about), one => ({ context: context.name, ...one })), open: [] };
  });
  const { findings, open } = heard(
    check,
    each.flatMap(({ said }) => said),
    run,
  );
  return { findings, open: [...open, ...each.flatMap(one => one.open)] };
};
const judgeReport = (check: Extract<Check, { scope: 'report' }>, before: Before, run: Run): Judgement => {
  const { inventory } = run;
  const gathering = gather(check, need => fleetFacts[need](inventory));
  return gathering.facts === undefined
    ? { findings: [], open: opened(check, gathering.gaps) }
    : heard(check, check.run(gathering.facts, before, circumstances(inventory)), run);
};
const circumstances = ({ now, source, warnBeforeDays, places, controlPlane: { context, server } }: Inventory): Circumstances => ({
  now,
  source,
  warnBeforeDays,
  places,
  controlPlane: { context, server },
});

/** The facts that a check declares and no other, or what is missing of those it cannot do without. */
const gather = <Need extends string>(
  { needs, helps }: { readonly needs: readonly Need[]; readonly helps: readonly Need[] },
  take: (need: Need) => Fact<unknown>,
): { readonly facts: object } | { readonly facts?: undefined; readonly gaps: readonly Gap[] } => {
  const facts: Partial<Record<Need, unknown>> = {};
  const gaps: Gap[] = [];
  for (const need of needs) {
    const fact = take(need);
    if (fact.ok) facts[need] = fact.value;
    else gaps.push(...fact.gaps);
  }
  if (gaps.length > 0) return { gaps };
  for (const help of helps) facts[help] = take(help);
  return { facts };
};
/** Where there is nothing to judge, or nothing called for it, nothing is left open. */
const opened = ({ code }: Check, gaps: readonly Gap[], context?: string): readonly Open[] =>
  gaps.filter(({ reason }) => reason !== 'absent' && reason !== 'not-asked').map(left => ({ code, context, left }));
const heard = (check: Check, said: Iterable<Said>, run: Run): Judgement => {
  const all = [...said];
  const { code } = check;
  return {
    findings: group(
      check,
      all.flatMap(one => ('message' in one ? [one] : [])),
      run,
    ),
    open: all.flatMap(one =>
      'gaps' in one ? opened(check, one.gaps, one.context) : 'unjudged' in one ? [{ code, context: one.context, left: one.unjudged }] : [],
    ),
  };
};

/** What is left open, unless a finding of the same report tells what stands before it. */
const unknownOf = ({ code, context, left }: Open, findings: readonly Finding[], { source }: Inventory): readonly Undecided[] => {
  const of = (reason: string, more: Pick<Undecided, 'expected' | 'gap'> = {}): readonly Undecided[] => [
    { code, contexts: context === undefined ? [] : [context], reason, ...more },
  ];
  if (typeof left === 'string') return of(left);
  const { fact, reason, detail } = left;
  if (reason === 'skipped') return source === 'manifests' ? of(detail, { expected: true }) : [];
  if (reason !== 'earlier-failure') return of(`${fact}: ${reason}: ${detail}`, { gap: left });
  const told = findings.some(
    ({ severity, contexts }) => severity === 'error' && (contexts.length === 0 || (context !== undefined && contexts.includes(context))),
  );
  return told ? [] : of(detail);
};
/** One reason mostly stands before several checks and often before several contexts. */
const byReason = (all: readonly Undecided[]): readonly Undecided[] =>
  [...Map.groupBy(all, ({ reason, expected, contexts }) => JSON.stringify([reason, expected, contexts.length === 0]))].flatMap(
    ([, members]) => {
      const [first] = members;
      if (first === undefined) return [];
      const codes = [...new Set(members.map(({ code }) => code))].sort();
      const contexts = [...new Set(members.flatMap(one => one.contexts))].sort();
      return [{ ...first, code: codes[0] ?? first.code, ...(codes.length > 1 ? { codes } : {}), contexts }];
    },
  );
