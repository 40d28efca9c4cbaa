import { printable } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import type { Report, Severity } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { byPlace, labelled, whereOf } from '../facts.ts';
import { unreadLines } from '../report/unread.ts';
import { verdictOfStart, verdictText } from '../report/verdict.ts';

const command: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: % first, then what would end the command
const data = (text: string): string => text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands of GitHub Actions, one line an annotation; what could not be judged is a warning, and what manifests cannot tell stands in the one notice about the whole. */
export const github = (report: Report): string => {
  const findings = shownFindings(report)
    .flatMap(byPlace)
    .map(finding => {
      const { severity, code, contexts, message, effect, object, place, blocksStart } = finding;
      const file = place === undefined ? '' : `file=${property(place.file)},line=${place.line},`;
      return annotation(
        command[severity],
        file,
        [code, shortList(contexts)],
        [
          `${message}${blocksStart ? ' (blocks the start of the operator)' : ''}`,
          ...(object === undefined ? [] : [`where: ${whereOf(object)}`]),
          `effect: ${effect}`,
          ...labelled(finding, report.target),
        ],
      );
    });
  const lines = unreadLines(report);
  const unknowns = lines
    .filter(({ expected }) => !expected)
    .map(({ text, contexts }) => annotation('warning', '', ['unknown', shortList(contexts)], [text]));
  const verdict = verdictOfStart(report);
  const summary = [
    verdictText(verdict),
    ...(verdict.why === undefined ? [] : [verdict.why]),
    ...lines.filter(({ expected }) => expected).map(({ text }) => text),
  ];
  return [...findings, ...unknowns, annotation('notice', '', ['contexts check'], summary), ''].join('\n');
};
const annotation = (name: string, file: string, title: readonly string[], lines: readonly string[]): string =>
  `::${name} ${file}title=${property(title.filter(Boolean).join(' '))}::${data(lines.map(line => printable(line)).join('\n'))}`;
