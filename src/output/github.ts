import { printable } from '../errors.ts';
import type { Report, Severity } from '../model/report.ts';
import { fixLine, shownFindings, startWords, whereOf } from './facts.ts';
import { shortList } from './layout.ts';

const command: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: % first, then what would end the command
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands of GitHub Actions, one line an annotation; what could not be judged is a warning. */
export const github = (report: Report): string => {
  const findings = shownFindings(report).map(finding => {
    const { severity, code, contexts, message, effect, object, place, blocksStart } = finding;
    const file = place === undefined ? '' : `file=${property(place.file)},line=${place.line},`;
    const title = property([code, ...(contexts.length === 0 ? [] : [shortList(contexts)])].join(' '));
    const lines = [
      `${message}${blocksStart ? ' (blocks the start of the operator)' : ''}`,
      ...(object === undefined ? [] : [`where: ${whereOf(object)}`]),
      `effect: ${effect}`,
      `fix: ${fixLine(finding)}`,
    ];
    return `::${command[severity]} ${file}title=${title}::${data(lines.map(line => printable(line)).join('\n'))}`;
  });
  const unknowns = report.unknown.map(({ code, contexts, reason }) => {
    const title = property(['unknown', code, ...(contexts.length === 0 ? [] : [shortList(contexts)])].join(' '));
    return `::warning title=${title}::${data(printable(`could not be judged: ${reason}`))}`;
  });
  return [...findings, ...unknowns, `::notice title=contexts check::${data(printable(startWords(report).claim))}`, ''].join('\n');
};
