import { printable } from '../../base/errors.ts';
import type { Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { expiryOf, upFromHere, upFromOperator, wouldStart } from '../facts.ts';

const severities = ['error', 'warning', 'info'] as const;
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** The text exposition format, for a textfile collector or a push: all gauges of one run. What is unknown has no sample. */
export const prometheus = (report: Report): string => {
  const { contexts, controlPlane, start, unknown } = report;
  const starts = wouldStart(report);
  const found = shownFindings(report);
  return [
    metric(
      'k8ssandra_context_up',
      'Whether the stored credential is let in: from this machine, and from the operator by its request counters.',
      contexts.flatMap(context => [
        ...sample({ context: context.name, vantage: 'here' }, upFromHere(context)),
        ...sample({ context: context.name, vantage: 'operator' }, upFromOperator(context, controlPlane)),
      ]),
    ),
    metric(
      'k8ssandra_context_expires_timestamp_seconds',
      'When the stored credential ends, +Inf for one without an end.',
      contexts.flatMap((context): Sample[] => {
        const expires = expiryOf(context);
        return expires === undefined ? [] : [[{ context: context.name }, expires === 'never' ? Number.POSITIVE_INFINITY : expires / 1000]];
      }),
    ),
    metric(
      'k8ssandra_context_findings',
      'Findings about a context that are not suppressed.',
      contexts.flatMap(({ name }) =>
        severities.map(
          (severity): Sample => [
            { context: name, severity },
            found.filter(one => one.severity === severity && one.contexts.includes(name)).length,
          ],
        ),
      ),
    ),
    metric(
      'k8ssandra_finding',
      'Findings that are not suppressed, by context; those about the control plane have an empty one.',
      counted(
        found.flatMap(({ contexts: names, code, severity }) =>
          (names.length === 0 ? [''] : names).map(context => ({ code, severity, context })),
        ),
      ),
    ),
    metric(
      'k8ssandra_check_unknown',
      'What could not be judged, by finding code.',
      counted(unknown.flatMap(({ code, codes = [code] }) => codes.map(one => ({ code: one })))),
    ),
    metric('k8ssandra_operator_would_start', 'Whether the operator would start and stay if it restarted now.', [
      ...sample({}, starts ?? undefined),
    ]),
    metric(
      'k8ssandra_operator_start',
      'What a restart of the operator would come to, 1 for the verdict that holds.',
      (['starts', 'starts-then-stops', 'does-not-start', 'unknown'] as const).flatMap(verdict =>
        sample({ verdict }, verdict === start.verdict),
      ),
    ),
    metric('k8ssandra_check_complete', 'Whether everything could be read.', sample({}, report.complete)),
    metric('k8ssandra_check_duration_seconds', 'How long the run took.', [[{}, report.durationMs / 1000]]),
    metric('k8ssandra_check_timestamp_seconds', 'When the run started.', [[{}, report.startedAt / 1000]]),
  ].join('');
};

const sample = (labels: Readonly<Record<string, string>>, value: boolean | undefined): Sample[] =>
  value === undefined ? [] : [[labels, Number(value)]];
const counted = (all: readonly Readonly<Record<string, string>>[]): Sample[] =>
  [...Map.groupBy(all, labels => JSON.stringify(labels))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, [labels = {}, ...more]]) => [labels, more.length + 1]);
const metric = (name: string, help: string, samples: readonly Sample[]): string =>
  samples.length === 0
    ? ''
    : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.map(([labels, value]) => `${name}${labelText(labels)} ${numberText(value)}\n`).join('')}`;
const numberText = (value: number): string => (value === Number.POSITIVE_INFINITY ? '+Inf' : String(value));
const labelText = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${printable(value.toWellFormed()).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};
