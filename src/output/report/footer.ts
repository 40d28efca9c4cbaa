import { printable } from '../../base/errors.ts';
import type { Report } from '../../checks/report.ts';
import type { Status } from '../../checks/status.ts';
import { startWords, summaryOf } from '../facts.ts';
import { plural, wrap } from '../layout.ts';
import { mark, paintAs, type Style, sign } from '../style.ts';
import { incomplete } from './incomplete.ts';

/** The counts, what is not known, and what a restart of the operator would do. */
export const footer = (report: Report, style: Style): string[] => {
  const { contexts: all, ok, warning, error, unknown, notJudged, notRun: unrun, suppressed } = summaryOf(report);
  const parts = [
    `${ok} ok`,
    ...(warning === 0 ? [] : [plural(warning, 'warning')]),
    ...(error === 0 ? [] : [plural(error, 'error')]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
    ...(notJudged === 0 ? [] : [`${notJudged} not judged (shown as ${sign('notJudged', style)})`]),
    ...(unrun === 0 ? [] : [`${plural(unrun, 'step')} not run (shown as ${sign('notRun', style)})`]),
    ...(suppressed === 0 ? [] : [`${plural(suppressed, 'finding')} suppressed`]),
  ];
  const { claim, why } = startWords(report);
  const status: Status = report.start.verdict === 'starts' ? 'ok' : report.start.verdict === 'unknown' ? 'unknown' : 'error';
  return [
    ...wrap(`${plural(all, 'context')}: ${parts.join(', ')}  ${(report.durationMs / 1000).toFixed(1)}s`, '', '  ', style.columns),
    ...(report.complete ? [] : wrap(incomplete(report), `${mark('unknown', style)} `, '  ', style.columns)),
    ...wrap(`${paintAs(status, printable(claim), style)}.`, '', '  ', style.columns),
    ...(why === undefined ? [] : wrap(printable(why), '  ', '  ', style.columns)),
  ];
};
