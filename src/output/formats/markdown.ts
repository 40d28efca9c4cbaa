import type { Target } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import type { Finding, Report } from '../../checks/report.ts';
import { shownFindings, statusOf } from '../../checks/status.ts';
import { countWords, docsOf, placeText, remedyLines, serverOf, userNames } from '../facts.ts';
import { notOk, placementsOf, placementWords } from '../placement.ts';
import { incomplete } from '../report/incomplete.ts';
import { unreadLines } from '../report/unread.ts';
import { verdictOfStart, verdictText } from '../report/verdict.ts';

/** For a ticket: what is wrong first, in Markdown that no text from a cluster can break out of, mention anyone with or link from. */
export const markdown = (report: Report): string => {
  const verdict = verdictOfStart(report);
  return [
    `# Contexts of ${text(report.controlPlane.context || '(none)')}`,
    `**${text(verdictText(verdict))}.**${verdict.why === undefined ? '' : ` ${text(verdict.why)}`}`,
    `${countWords(report).join('; ')}.${report.complete ? '' : ` ${text(incomplete(report))}`}`,
    ...(report.contexts.length === 0
      ? []
      : [
          [
            '| Status | Context | Server | Used by |',
            '|---|---|---|---|',
            ...report.contexts.map(
              context =>
                `| ${statusOf(context.name, report)} | ${text(context.name)} | ${text(serverOf(context) ?? '-')} | ${text(shortList(userNames(context)) || '-')} |`,
            ),
          ].join('\n'),
        ]),
    ...placementsOf(report).map(placementBlock),
    ...shownFindings(report).map(finding => block(finding, report.target)),
    ...(report.unknown.length === 0
      ? []
      : [
          '## Could not be judged',
          unreadLines(report)
            .map(one => `- ${text(one.text)}`)
            .join('\n'),
        ]),
  ]
    .map(part => `${part}\n`)
    .join('\n');
};

const placementBlock = ({ cluster, verdict, accepted, datacenters }: ReturnType<typeof placementsOf>[number]): string =>
  [
    `## Placement of ${text(`${cluster.namespace}/${cluster.name}`)}: ${placementWords[verdict]}\n`,
    ...(accepted.message === '' ? [] : [`The API server says: ${text(accepted.message)}\n`]),
    '| Datacenter | Context | Namespace | Not ok |',
    '|---|---|---|---|',
    ...datacenters.map(
      dc => `| ${text(dc.name)} | ${text(dc.context || '(local)')} | ${text(dc.namespace)} | ${text(notOk(dc).join(', ') || '-')} |`,
    ),
  ].join('\n');

const block = (finding: Finding, target: Target): string => {
  const { severity, code, contexts, message, effect, blocksStart, details = [] } = finding;
  return [
    `## ${severity}: [${code}](${docsOf(code)})${contexts.length === 0 ? '' : ` ${text(shortList(contexts))}`}\n`,
    `**What** ${text(message)}${blocksStart ? ' **(blocks the start of the operator)**' : ''}\n`,
    ...(details.length > 0
      ? [details.map(one => `- ${text([one.context ?? '', one.message, placeText(one)].filter(Boolean).join(': '))}\n`).join('')]
      : placeText(finding) === ''
        ? []
        : [`**Where** ${text(placeText(finding))}\n`]),
    `**Effect** ${text(effect)}\n`,
    whatToDo(finding, target).join('\n\n'),
  ].join('\n');
};
/** Sentences as text, and commands of one label in one block to paste. */
const whatToDo = (finding: Finding, target: Target): string[] => {
  const lines = remedyLines(finding, target);
  return (['fix', 'look', 'do'] as const).flatMap(label => {
    const texts = lines.filter(line => line.label === label).map(line => line.text);
    if (texts.length === 0) return [];
    return [
      label === 'do'
        ? texts.map(one => `**Do** ${text(one)}`).join('\n\n')
        : `**${label === 'fix' ? 'Fix' : 'Look'}**\n\n${fenced(texts.map(one => printable(one.toWellFormed())).join('\n'))}`,
    ];
  });
};
/** A fence that is longer than every run of backticks inside. */
const fenced = (code: string): string => {
  const fence = '`'.repeat(Math.max(3, ...(code.match(/`+/g) ?? []).map(({ length }) => length + 1)));
  return `${fence}sh\n${code}\n${fence}`;
};
// entities are text wherever they stand, in table cells too; an empty comment parts what a forge would turn into a link or a mention
const text = (value: string): string =>
  printable(value.toWellFormed()).replace(/[\\`*_[\]|~$&<>]|[@#]|:(?=\/\/)|www(?=\.)/gi, found =>
    /[@#:w]/i.test(found) ? `${found}<!-- -->` : `&#${found.charCodeAt(0)};`,
  );
