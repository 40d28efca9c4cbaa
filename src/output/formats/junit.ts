import type { Target } from '../../base/advice.ts';
import { checks } from '../../checks/index.ts';
import type { Finding, Report, Undecided } from '../../checks/report.ts';
import type { ContextState } from '../../fleet/inventory.ts';
import { docsOf, labelled, placeText, shortfall, stepNames, stepsOf } from '../facts.ts';
import { escaped } from './markup.ts';

interface Case {
  readonly name: string;
  readonly seconds?: number;
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message?: string;
  readonly lines?: readonly string[];
}

/**
 * A suite for the control plane and one for each context. An error fails its case, and what should have been judged and could not be
 * is JUnit's `error`, so that neither reads as passed; a warning passes and tells itself in `system-out`, as the exit code does by default.
 */
export const junit = (report: Report): string => {
  const suites = [
    suite('(control plane)', [], about(report, undefined), report),
    ...report.contexts.map(context => suite(context.name, steps(context), about(report, context.name), report)),
  ];
  const total = (kind: Case['kind']): number => suites.flatMap(({ cases }) => cases).filter(one => one.kind === kind).length;
  const all = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const counts = `tests="${all}" failures="${total('failure')}" errors="${total('error')}" skipped="${total('skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kubectl k8ssandra contexts check" ${counts} time="${report.durationMs / 1000}">
${suites.map(({ text }) => text).join('')}</testsuites>
`;
};

const suite = (name: string, first: readonly Case[], others: readonly Case[], report: Report): { cases: readonly Case[]; text: string } => {
  const cases = [...first, ...others];
  const count = (kind: Case['kind']): number => cases.filter(one => one.kind === kind).length;
  const seconds = cases.reduce((sum, one) => sum + Math.round((one.seconds ?? 0) * 1000), 0) / 1000;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const timestamp = new Date(report.startedAt).toISOString();
  const text = `  <testsuite name="${escaped(name)}" ${counts} time="${seconds}" timestamp="${timestamp}">
${cases.map(one => caseText(name, one)).join('')}  </testsuite>
`;
  return { cases, text };
};
const caseText = (suiteName: string, { name, seconds, kind, message, lines }: Case): string => {
  const open = `    <testcase classname="${escaped(suiteName)}" name="${escaped(name)}" time="${seconds ?? 0}"`;
  const body = (lines ?? []).map(line => escaped(line)).join('\n');
  if (kind === 'passed') return body === '' ? `${open}/>\n` : `${open}>\n      <system-out>${body}</system-out>\n    </testcase>\n`;
  return `${open}>\n      <${kind} message="${escaped(message ?? '')}"${kind === 'skipped' ? '' : ` type="${escaped(name.split(' ')[0] ?? '')}"`}>${body}</${kind}>\n    </testcase>\n`;
};

/** The probes; one that failed is judged by a finding and one that is unknown by what needs it, so it is counted there. */
const steps = (context: ContextState): readonly Case[] =>
  stepNames.flatMap((name): Case[] => {
    const step = stepsOf(context)[name];
    const gap = shortfall(context, name);
    if (gap !== undefined) return [{ name, kind: 'skipped', message: `failed, judged by the findings: ${gap}` }];
    if (step.status === 'pass') return [{ name, kind: 'passed', ...(step.ms === undefined ? {} : { seconds: step.ms / 1000 }) }];
    const message =
      step.status === 'fail' ? `failed, judged by the findings: ${step.cause}: ${step.detail}` : `not run: ${step.reason}: ${step.detail}`;
    return [{ name, kind: 'skipped', message }];
  });

/** Findings and unknowns of one context, or of none: a case for each code, so that a viewer can tell the cases of two runs apart. */
const about = (report: Report, context: string | undefined): readonly Case[] => {
  const mine = ({ contexts }: Finding | Undecided): boolean => (context === undefined ? contexts.length === 0 : contexts.includes(context));
  const findings = [...Map.groupBy(report.findings.filter(mine), ({ code }) => code)].map(([code, group]): Case => {
    const countedFindings = group.filter(({ suppressed }) => !suppressed);
    const failure = countedFindings.find(({ severity }) => severity === 'error');
    const [first] = group;
    return {
      name: titled(code),
      kind: failure !== undefined ? 'failure' : countedFindings.length === 0 ? 'skipped' : 'passed',
      message: failure === undefined ? `suppressed: ${first?.message ?? ''}` : of(failure, context).message,
      lines: group.flatMap(finding => lines(of(finding, context), report.target)),
    };
  });
  const unknowns = [...Map.groupBy(report.unknown.filter(mine), ({ code }) => code)].map(
    ([code, group]): Case => ({
      name: code.startsWith('KC') ? `${titled(code)} (unknown)` : code,
      kind: group.every(({ expected }) => expected === true) ? 'skipped' : 'error',
      message: `could not be judged: ${group.map(({ reason }) => reason).join('; ')}`,
    }),
  );
  return [...findings, ...unknowns];
};
/** The finding as far as it is about this context. */
const of = (finding: Finding, context: string | undefined): Finding => {
  const detail = finding.details?.find(one => one.context === context);
  return detail === undefined ? finding : { ...finding, ...detail };
};
const lines = (finding: Finding, target: Target): readonly string[] => [
  `${finding.severity}${finding.suppressed ? ', suppressed' : ''}: ${finding.message}${finding.blocksStart ? ' (blocks the start of the operator)' : ''}`,
  ...(placeText(finding) === '' ? [] : [`where: ${placeText(finding)}`]),
  `effect: ${finding.effect}`,
  ...labelled(finding, target),
  `more: ${docsOf(finding.code)}`,
];
const titled = (code: string): string => [code, checks.find(check => check.code === code)?.title].filter(Boolean).join(' ');
