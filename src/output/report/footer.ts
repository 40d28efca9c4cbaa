import { ours, type Remedy, sentenceText } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import { plural, shortList } from '../../base/text.ts';
import type { Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { countWords, summaryOf } from '../facts.ts';
import { commandLines, hiddenLines, wrap } from '../layout.ts';
import { placementsOf, placementWords } from '../placement.ts';
import { mark, paint, paintAs, type Style, sign } from '../style.ts';
import { incomplete } from './incomplete.ts';
import { harmWords, verdictOfStart, verdictText } from './verdict.ts';

/** What it all comes to: what is not known, the verdict with every finding behind it, what to do first, and the counts. */
export const footer = (report: Report, style: Style, hidden: readonly string[]): string[] => [
  ...unfinished(report, style),
  ...verdict(report, style),
  ...placed(report, style),
  ...first(report, style),
  ...wrap(counts(report, style), '', '  ', style.columns),
  ...more(report, style, hidden),
];

const verdict = (report: Report, style: Style): string[] => {
  const { status, claim, why, ...what } = verdictOfStart(report);
  return [
    ...wrap(verdictText({ ...what, claim: paintAs(status, claim, style) }), '', '  ', style.columns),
    ...(why === undefined ? [] : wrap(why, '  ', '  ', style.columns)),
  ];
};
const placed = (report: Report, style: Style): string[] =>
  placementsOf(report).flatMap(({ cluster: { namespace, name }, verdict: can }) =>
    wrap(printable(`${namespace}/${name}: ${placementWords[can]}`), '', '  ', style.columns),
  );

const preference: readonly Remedy['label'][] = ['fix', 'do', 'look'];
/** The gravest of several errors, and what is done about it. */
const first = (report: Report, style: Style): string[] => {
  const [worstFinding, ...others] = shownFindings(report).filter(({ severity }) => severity === 'error');
  if (worstFinding === undefined || others.length === 0) return [];
  const { code, contexts, harm, remedies } = worstFinding;
  const [remedy] = preference.flatMap(label => remedies.filter(one => one.label === label));
  if (remedy === undefined) return [];
  const why = harmWords[harm];
  const about = [code, shortList(contexts), ...(why === undefined ? [] : [`(${why.toLowerCase()})`])].filter(part => part !== '');
  return [
    ...wrap(`${paint('bold', 'do first', style)}  ${printable(about.join(' '))}`, '', '  ', style.columns),
    ...(remedy.label === 'do'
      ? wrap(printable(sentenceText(remedy.text, report.target)), '  ', '  ', style.columns)
      : commandLines(remedy.command, report.target, '  ', '  ', style.columns)),
  ];
};

/** Contexts and findings, each counted as what they are, and the time of the run. */
export const counts = (report: Report, style: Style): string =>
  [...countWords(report), `${(report.durationMs / 1000).toFixed(1)} s`].join(style.unicode ? ' · ' : '; ');

/** That the run was cut short, or that something which was asked for is not known. */
export const unfinished = (report: Report, style: Style): string[] => {
  const { interrupted } = report;
  if (interrupted !== undefined) {
    const { unread, contexts } = interrupted;
    const text = `interrupted: ${unread === 0 ? "the operator's own view" : `${unread} of ${plural(contexts, 'context')}`} not read`;
    return wrap(paintAs('warning', text, style), `${mark('unknown', style)} `, '  ', style.columns);
  }
  return report.complete ? [] : wrap(incomplete(report), `${mark('unknown', style)} `, '  ', style.columns);
};

/** Where more is to be had: once, and last. */
const more = (report: Report, style: Style, hidden: readonly string[]): string[] => {
  const [finding] = shownFindings(report);
  const unrun = report.contexts.length > 0 && style.verbose !== true && summaryOf(report).notRun > 0;
  return [
    ...(finding === undefined
      ? []
      : commandLines(ours('explain', [finding.code]), {}, `${paint('dim', 'more about a finding:', style)} `, '  ', style.columns)),
    ...(unrun ? wrap(`${sign('notRun', style)} was not run (-v 1 says why)`, '', '  ', style.columns) : []),
    ...hiddenLines(hidden, style.columns),
  ];
};
