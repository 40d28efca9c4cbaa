import { look, ours, type Remedy, sentenceText } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import type { Finding, Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import type { Operator } from '../../operator/environment.ts';
import { commandLines, span, wrap } from '../layout.ts';
import { header } from '../report/header.ts';
import { unreadLines } from '../report/unread.ts';
import { verdictOfStart, verdictText } from '../report/verdict.ts';
import { mark, paint, paintAs, type Style } from '../style.ts';
import { dataPlaneTable } from './data-planes.ts';
import type { OperatorStatus } from './document.ts';

/** The operator of the control plane, how it last ended and what a restart would bring; then the data planes, and what else is wrong. */
export const operatorStatusText = (status: OperatorStatus, style: Style): string => {
  const { report } = status;
  const lines = [
    ...header(report.controlPlane, style),
    ...others(report, style),
    ...lastEnd(status, style),
    ...verdict(report, style),
    ...(report.contexts.length === 0 ? [] : ['', ...dataPlaneTable(status, style)]),
    ...rest(report, style),
  ];
  return `${lines.join('\n')}\n`;
};

const indent = '    ';
const room = 11;
/** A line with its name before it, which hangs under itself where it wraps. */
const named = (name: string, text: string, style: Style): string[] =>
  wrap(printable(text), `${indent}${paint('dim', name.padEnd(room), style)}`, `${indent}${' '.repeat(room)}`, style.columns);

/** The operators of this cluster that read no ClientConfigs, or all of them when none could be chosen. */
const others = ({ controlPlane: { operator, operators } }: Report, style: Style): string[] =>
  (operators.ok ? operators.value : []).flatMap(one =>
    named(one === operator ? 'image' : 'also here', wordsOf(one, one === operator), style),
  );
const wordsOf = ({ namespace, name, version, controlPlane, watches, image = 'unknown' }: Operator, chosen: boolean): string =>
  chosen
    ? image
    : `${namespace}/${name} ${version ?? 'of unknown version'}, ${controlPlane ? 'control plane' : 'data plane'}, watching: ${watches === 'all' ? 'all namespaces' : shortList(watches)}`;

const lastEnd = ({ report, lastExit }: OperatorStatus, style: Style): string[] => {
  const { operator, pods } = report.controlPlane;
  if (operator === undefined) return [];
  if (!pods.ok) return named('last exit', `unknown: ${pods.detail}`, style);
  const endedPod = pods.value.find(({ lastExitCode }) => lastExitCode !== undefined);
  if (endedPod === undefined)
    return named('last exit', pods.value.length === 0 ? 'unknown: it has no pod' : 'no restart since the pod was created', style);
  const at = Date.parse(endedPod.lastExitAt ?? '');
  const when = Number.isNaN(at) ? '' : `, ${span(Math.max(0, report.startedAt - at))} ago`;
  const why = endedPod.lastExitCode === 0 ? ' (it restarts itself when a ClientConfig changes)' : '';
  return [
    ...named('last exit', `code ${endedPod.lastExitCode}${when}${why}`, style),
    ...(lastExit.ok
      ? lastExit.value === undefined
        ? named('last log', 'none is kept', style)
        : named('last log', lastExit.value.line, style)
      : named('last log', `unknown: ${lastExit.detail}`, style)),
    ...(lastExit.ok &&
    lastExit.value?.culprit !== undefined &&
    endedPod.lastExitCode !== 0 &&
    lastExit.value.culprit !== report.start.culprit
      ? named('it names', `ClientConfig ${lastExit.value.culprit}`, style)
      : []),
  ];
};
/** What a restart would bring: the verdict of the checks, the finding that tells its cause, and the cure. */
const verdict = (report: Report, style: Style): string[] => {
  const { start } = report;
  const { status, claim, why, ...what } = verdictOfStart(report);
  const finding = causeOf(report);
  return [
    ...wrap(verdictText({ ...what, claim: paintAs(status, claim, style) }), '', indent, style.columns),
    ...(why === undefined ? [] : named('message', why, style)),
    ...(start.culprit === undefined
      ? []
      : named('culprit', `ClientConfig ${start.culprit}${start.code === undefined ? '' : ` (${start.code})`}`, style)),
    ...(finding === undefined ? [] : remediesOf(finding, start.context).flatMap(one => remedy(one, report, style))),
  ];
};
const causeOf = ({ start, findings }: Report): Finding | undefined =>
  findings.find(({ code, contexts }) => code === start.code && (start.context === undefined || contexts.includes(start.context)));
const remediesOf = ({ details = [], remedies }: Finding, context: string | undefined): readonly Remedy[] =>
  details.find(one => one.context === context)?.remedies ?? remedies;
const remedy = (one: Remedy, { target }: Report, style: Style): string[] =>
  one.label === 'do'
    ? named('do', sentenceText(one.text, target), style)
    : commandLines(
        one.command,
        target,
        `${indent}${paint('dim', one.label.padEnd(room), style)}`,
        `${indent}${' '.repeat(room)}`,
        style.columns,
      );

/** That it is down, and that it would be, stands above. */
const headCodes = ['KC601', 'KC604'];
/** What else is wrong with the operator itself, what could not be read, and where everything is told. */
const rest = (report: Report, style: Style): string[] => {
  const cause = causeOf(report);
  const isTold = ({ code }: Finding): boolean => report.controlPlane.operator !== undefined && headCodes.includes(code);
  const own = shownFindings(report).filter(one => one !== cause && !isTold(one) && one.contexts.length === 0 && one.severity !== 'info');
  const unexpectedLines = unreadLines(report).filter(({ expected }) => !expected);
  const lines = [
    ...own.flatMap(one =>
      wrap(printable(one.message), `${mark(one.severity, style)} ${paint('bold', one.code, style)} `, indent, style.columns),
    ),
    ...unexpectedLines.flatMap(({ text }) => wrap(printable(text), `${mark('unknown', style)} `, indent, style.columns)),
  ];
  const clean = lines.length === 0 && shownFindings(report).every(({ severity }) => severity === 'info');
  if (clean) return [];
  return ['', ...lines, ...remedy(look(ours('contexts check')), report, style)];
};
