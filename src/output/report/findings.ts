import { type Command, commandWords, ours, sentenceText, shellWord, type Target } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import type { Place } from '../../base/place.ts';
import type { Finding, ObjectRef, Report, Unknown } from '../../checks/report.ts';
import { operatorVantage } from '../../fleet/vantage.ts';
import { stepNames, stepsOf, whereOf } from '../facts.ts';
import { shortList, wrap, wrapCommand } from '../layout.ts';
import { mark, paint, paintAs, type Style } from '../style.ts';

const placeOf = (object: ObjectRef, place: Place | undefined): string =>
  `${whereOf(object)}${place === undefined ? '' : ` (${place.file}:${place.line})`}`;
/** What is wrong, where, what follows and what to do. */
export const findingBlock = (finding: Finding, target: Target, style: Style): string[] => {
  const { severity, code, contexts: names, message, effect, remedies, object, place, blocksStart, details } = finding;
  const label = `${mark(severity, style)} ${paint('bold', code, style)} `;
  const about = names.length === 0 ? '' : `${printable(shortList(names))}  `;
  // One cause in several places: each of them, up to a few.
  const places = [
    ...new Set((details ?? [{ object, place }]).flatMap(one => (one.object === undefined ? [] : [placeOf(one.object, one.place)]))),
  ];
  const indent = '    ';
  const line = (name: string, text: string): string[] =>
    wrap(printable(text), `${indent}${paint('dim', name.padEnd(7), style)}`, `${indent}       `, style.columns);
  const command = (name: string, what: Command): string[] =>
    wrapCommand(
      commandWords(what, target).map(shellWord),
      `${indent}${paint('dim', name.padEnd(7), style)}`,
      `${indent}       `,
      style.columns,
    );
  return [
    ...wrap(
      `${about}${printable(message)}${blocksStart ? paintAs('error', '  BLOCKS OPERATOR START', style) : ''}`,
      label,
      indent,
      style.columns,
    ),
    ...(places.length === 0 ? [] : line('where', shortList(places))),
    ...line('effect', effect),
    ...remedies.flatMap(one => (one.label === 'do' ? line('do', sentenceText(one.text, target)) : command(one.label, one.command))),
    ...command('more', ours('explain', [code])),
  ];
};
/** What could not be judged, one line for each reason. */
export const unknowns = (all: readonly Unknown[], style: Style): string[] => {
  const reasons = Map.groupBy(all, ({ reason }) => reason);
  return [...reasons].flatMap(([reason, members]) => {
    const names = [...new Set(members.flatMap(({ contexts: some }) => some))];
    const codes = [...new Set(members.flatMap(({ code, codes: several = [code] }) => several))];
    return wrap(
      printable(`could not be judged: ${reason}${names.length === 0 ? ` (${shortList(codes)})` : ` (${shortList(names)})`}`),
      `${mark('unknown', style)} `,
      '    ',
      style.columns,
    );
  });
};
/** Why a step was not run, for `-v`. */
export const notRun = (report: Report, style: Style): string[] => [
  ...report.contexts.flatMap(context => {
    const vantage = operatorVantage(context, report.controlPlane);
    const webhook = report.controlPlane.webhook.get(context.name);
    return [
      ...(vantage.status === 'unknown' ? [`operator: ${vantage.reason}: ${vantage.detail}`] : []),
      ...(webhook === undefined || webhook.ok ? [] : [`webhook: ${webhook.reason}: ${webhook.detail}`]),
    ].flatMap(text => wrap(printable(`${context.name} ${text}`), `${mark('notRun', style)} `, '    ', style.columns));
  }),
  ...report.contexts.flatMap(context =>
    stepNames.flatMap(name => {
      const step = stepsOf(context)[name];
      return step.status === 'notRun'
        ? wrap(printable(`${context.name} ${name}: ${step.reason}: ${step.detail}`), `${mark('notRun', style)} `, '    ', style.columns)
        : [];
    }),
  ),
];
