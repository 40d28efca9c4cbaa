import { type CommandLine, sentenceText, type Target } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import type { Place } from '../../base/place.ts';
import { plural, shortList } from '../../base/text.ts';
import { width } from '../../base/width.ts';
import type { Finding, ObjectRef, Report, Severity } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import { whereOf } from '../facts.ts';
import { commandLines, wrap } from '../layout.ts';
import { mark, paint, paintAs, type Style } from '../style.ts';
import { harmWords } from './verdict.ts';

/** More findings of warning than this, beside errors, are one line. */
const mostWarnings = 3;

/** A block for each finding, the most harm first; notes, and many warnings beside errors, are one line of each kind. */
export const findingBlocks = (report: Report, style: Style): readonly string[][] => {
  const all = shownFindings(report);
  const of = (severity: Severity): readonly Finding[] => all.filter(one => one.severity === severity);
  const [errors, warnings, notes] = [of('error'), of('warning'), of('info')];
  const whole = style.show === 'all';
  const open = whole || style.openWarnings === true || errors.length === 0 || warnings.length <= mostWarnings;
  const blocks = (findings: readonly Finding[]) => findings.map(finding => findingBlock(finding, report.target, style));
  return [
    ...blocks(errors),
    ...(open ? blocks(warnings) : []),
    ...(whole ? blocks(notes) : []),
    [...(open ? [] : folded('warning', warnings, style)), ...(whole ? acceptedLines(report, style) : folded('note', notes, style))],
  ];
};

const folded = (what: 'warning' | 'note', findings: readonly Finding[], style: Style): string[] => {
  if (findings.length === 0) return [];
  const line = (text: (finding: Finding) => string): string =>
    `${plural(findings.length, what)}: ${findings.map(one => printable(text(one))).join(style.unicode ? ' · ' : '; ')}  (--show all opens ${findings.length === 1 ? 'it' : 'them'})`;
  const brief = ({ code, contexts }: Finding): string => `${code} ${shortList(contexts)}`.trim();
  const longLine = line(one => `${brief(one)} ${one.message}`);
  const fits = style.columns === undefined || width(longLine) + 2 <= style.columns;
  return wrap(fits ? longLine : line(brief), `${mark(what === 'note' ? 'info' : what, style)} `, '  ', style.columns);
};
/** What somebody allowed by name when it was made: told on request, and never counted. */
const acceptedLines = ({ findings }: Report, style: Style): string[] =>
  findings
    .filter(({ accepted }) => accepted === true)
    .flatMap(({ code, contexts, message }) =>
      wrap(
        printable(`${code} ${shortList(contexts)} accepted with --allow: ${message}`),
        `${mark('notRun', style)} `,
        '    ',
        style.columns,
      ),
    );

const placeOf = (object: ObjectRef, place: Place | undefined): string =>
  `${whereOf(object)}${place === undefined ? '' : ` (${place.file}:${place.line})`}`;

/** What is wrong, where, what follows and what to do. */
const findingBlock = (finding: Finding, target: Target, style: Style): string[] => {
  const { effect, remedies, object, place, details } = finding;
  // One cause in several places: each of them, up to a few.
  const places = [
    ...new Set((details ?? [{ object, place }]).flatMap(one => (one.object === undefined ? [] : [placeOf(one.object, one.place)]))),
  ];
  const indent = '    ';
  const line = (name: string, text: string): string[] =>
    wrap(printable(text), `${indent}${paint('dim', name.padEnd(7), style)}`, `${indent}       `, style.columns);
  const command = (name: string, what: CommandLine): string[] =>
    commandLines(what, target, `${indent}${paint('dim', name.padEnd(7), style)}`, `${indent}       `, style.columns);
  return [
    ...title(finding, style),
    ...(places.length === 0 ? [] : line('where', shortList(places))),
    ...line('effect', effect),
    ...remedies.flatMap(one => (one.label === 'do' ? line('do', sentenceText(one.text, target)) : command(one.label, one.command))),
  ];
};
/** What is wrong, and at the end of the first line how much it harms. */
const title = ({ severity, code, contexts, message, harm }: Finding, style: Style): string[] => {
  const label = `${mark(severity, style)} ${paint('bold', code, style)} `;
  const text = `${contexts.length === 0 ? '' : `${printable(shortList(contexts))}  `}${printable(message)}`;
  const tag = harmWords[harm];
  if (tag === undefined) return wrap(text, label, '    ', style.columns);
  const room = style.columns === undefined ? undefined : style.columns - width(tag) - 2;
  const [start = ''] = wrap(text, label, '    ', room);
  const blanks = room === undefined ? 2 : Math.max(2, room - width(start) + 2);
  // Only the first line is shorter for it.
  const rest = text.slice(start.length - label.length).trimStart();
  return [
    `${start}${' '.repeat(blanks)}${paintAs('error', tag, style)}`,
    ...(rest === '' ? [] : wrap(rest, '    ', '    ', style.columns)),
  ];
};
