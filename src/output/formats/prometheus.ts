import { printable } from '../../base/errors.ts';
import type { Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { expiryOf, upFromHere, upFromOperator, wouldStart } from '../facts.ts';

const severities = ['error', 'warning', 'info'] as const;
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One row a metric: all are gauges of one run. */
interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: (report: Report, findings: ReturnType<typeof shownFindings>) => Sample[];
}
const metrics: readonly Metric[] = [
  {
    name: 'k8ssandra_context_up',
    help: 'Whether the stored credential is let in: from this machine, and from the operator by its request counters.',
    samples: ({ contexts, controlPlane }) =>
      contexts.flatMap(context => [
        ...sample({ context: context.name, vantage: 'here' }, upFromHere(context)),
        ...sample({ context: context.name, vantage: 'operator' }, upFromOperator(context, controlPlane)),
      ]),
  },
  {
    name: 'k8ssandra_context_expires_timestamp_seconds',
    help: 'When the stored credential expires, +Inf when it never does.',
    samples: ({ contexts }) =>
      contexts.flatMap((context): Sample[] => {
        const expires = expiryOf(context);
        return expires === undefined ? [] : [[{ context: context.name }, expires === 'never' ? Number.POSITIVE_INFINITY : expires / 1000]];
      }),
  },
  {
    name: 'k8ssandra_context_findings',
    help: 'Findings about a context that are not suppressed.',
    samples: ({ contexts }, findings) =>
      contexts.flatMap(({ name }) =>
        severities.map((severity): Sample => {
          const ownFindings = findings.filter(one => one.severity === severity && one.contexts.includes(name));
          return [{ context: name, severity }, ownFindings.length];
        }),
      ),
  },
  {
    name: 'k8ssandra_finding',
    help: 'Findings that are not suppressed, by context; those about the control plane have an empty one.',
    samples: (_, findings) =>
      counted(
        findings.flatMap(({ contexts, code, severity }) =>
          (contexts.length === 0 ? [''] : contexts).map(context => ({ code, severity, context })),
        ),
      ),
  },
  {
    name: 'k8ssandra_check_unknown',
    help: 'What could not be judged, by finding code.',
    samples: ({ unknown }) => counted(unknown.flatMap(({ code, codes = [code] }) => codes.map(one => ({ code: one })))),
  },
  {
    name: 'k8ssandra_operator_would_start',
    help: 'Whether the operator would start and stay if it restarted now.',
    samples: report => sample({}, wouldStart(report) ?? undefined),
  },
  {
    name: 'k8ssandra_operator_start',
    help: 'What a restart of the operator would come to, 1 for the verdict that holds.',
    samples: ({ start }) =>
      (['starts', 'starts-then-stops', 'does-not-start', 'unknown'] as const).flatMap(verdict =>
        sample({ verdict }, verdict === start.verdict),
      ),
  },
  {
    name: 'k8ssandra_check_complete',
    help: 'Whether everything could be read.',
    samples: ({ complete }) => sample({}, complete),
  },
  {
    name: 'k8ssandra_check_duration_seconds',
    help: 'How long the run took.',
    samples: ({ durationMs }) => [[{}, durationMs / 1000]],
  },
  {
    name: 'k8ssandra_check_timestamp_seconds',
    help: 'When the run started.',
    samples: ({ startedAt }) => [[{}, startedAt / 1000]],
  },
];

/** The text exposition format, for a textfile collector or a push. What is unknown has no sample. */
export const prometheus = (report: Report): string => {
  const findings = shownFindings(report);
  return metrics.map(({ name, help, samples }) => metricText(name, help, samples(report, findings))).join('');
};

const sample = (labels: Readonly<Record<string, string>>, value: boolean | undefined): Sample[] =>
  value === undefined ? [] : [[labels, Number(value)]];
const counted = (all: readonly Readonly<Record<string, string>>[]): Sample[] =>
  [...Map.groupBy(all, labels => JSON.stringify(labels))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, [labels = {}, ...more]]) => [labels, more.length + 1]);
const metricText = (name: string, help: string, samples: readonly Sample[]): string =>
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
