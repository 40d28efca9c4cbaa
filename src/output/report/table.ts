import { type Command, commandLine, commandWords, ours, sentenceText, shellWord, type Target } from '../../base/advice.ts';
import type { Cause } from '../../base/cause.ts';
import { printable } from '../../base/errors.ts';
import type { Place } from '../../base/place.ts';
import type { Step } from '../../base/read.ts';
import { width } from '../../base/width.ts';
import type { Finding, ObjectRef, Report, Unknown } from '../../checks/report.ts';
import type { Status } from '../../checks/status.ts';
import { localStatus, shownFindings, statusOf } from '../../checks/status.ts';
import type { ContextState, ControlPlane } from '../../fleet/inventory.ts';
import { operatorVantage, type Vantage } from '../../fleet/vantage.ts';
import { expiryOf, hostOf, localUsers, serverOf, startWords, stepNames, stepsOf, summaryOf, usersOf, whereOf } from '../facts.ts';
import { cut, fitted, plural, shortList, span, wrap, wrapCommand } from '../layout.ts';
import { placementBlocks } from '../placement.ts';
import { mark, paint, paintAs, type Style, sign } from '../style.ts';
import { incomplete } from './incomplete.ts';

export interface TableOptions {
  /** every column and every name, however wide it gets */
  readonly wide?: boolean;
}

/** The report as a person reads it: the fleet, what is wrong with the cure, and what a restart of the operator would do. */
export const table = (report: Report, style: Style, options: TableOptions = {}): string =>
  [
    header(report.controlPlane, style),
    contexts(report, style, options),
    ...placementBlocks(report, style),
    ...shownFindings(report).map(finding => findingBlock(finding, report.target, style)),
    unknowns(report.unknown, style),
    style.verbose === true ? notRun(report, style) : [],
    footer(report, style),
  ]
    .filter(block => block.length > 0)
    .map(block => block.map(line => `${line.trimEnd()}\n`).join(''))
    .join('\n');

const header = (plane: ControlPlane, style: Style): string[] => {
  const { operator } = plane;
  const parts = [
    `Control plane ${paint('bold', printable(plane.context === '' ? '(none)' : plane.context), style)}`,
    ...(operator === undefined ? [] : [`ns ${printable(operator.namespace)}`]),
    printable(operatorWords(plane)),
    ...(operator === undefined
      ? []
      : [`watching: ${printable(operator.watches === 'all' ? 'all namespaces' : operator.watches.join(', '))}`]),
    `seen from: ${plane.server === '' ? 'manifests' : 'here'}${plane.operatorView.ok ? ', operator' : ''}`,
  ];
  return pack(parts, style.columns);
};

/** Whole parts on as few lines as they fit on. */
const pack = (parts: readonly string[], columns: number | undefined): string[] => {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && (columns === undefined || width(last) + 2 + width(part) <= columns))
      lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(...wrap(part, lines.length === 0 ? '' : '  ', '    ', columns));
  }
  return lines;
};

const operatorWords = ({ operator, operators, pods }: ControlPlane): string => {
  if (operator !== undefined) {
    const restarts = pods.ok ? pods.value.reduce((sum, pod) => sum + pod.restarts, 0) : 0;
    const waiting = pods.ok ? pods.value.find(pod => pod.waiting !== undefined)?.waiting : undefined;
    return [
      `operator ${operator.version ?? 'of unknown version'}${operator.ready === undefined ? '' : operator.ready ? ' Ready' : ' NOT ready'}`,
      ...(waiting === undefined ? [] : [waiting]),
      ...(restarts === 0 ? [] : [plural(restarts, 'restart')]),
    ].join(', ');
  }
  if (!operators.ok) return `operator unknown (${operators.reason}: ${operators.detail})`;
  return operators.value.length === 0 ? 'no operator found' : `${plural(operators.value.length, 'operator')} found, none chosen`;
};

interface Row {
  readonly status: Status;
  readonly name: string;
  readonly cells: Readonly<Record<Column, string>>;
}
const columnNames = ['CLUSTER', 'CONFIG', 'HERE', 'OPERATOR', 'TLS', 'IDENTITY', 'ACCESS', 'CRDS', 'READ', 'EXPIRES', 'USED BY'] as const;
type Column = (typeof columnNames)[number];
/** The first to go on a narrow terminal: what the findings repeat anyway. */
const dropOrder: readonly Column[] = [
  'USED BY',
  'CRDS',
  'TLS',
  'CLUSTER',
  'ACCESS',
  'IDENTITY',
  'OPERATOR',
  'EXPIRES',
  'READ',
  'CONFIG',
  'HERE',
];

/** More contexts without a problem than this are one line on a terminal. */
const mostFine = 50;
const contexts = (report: Report, style: Style, { wide }: TableOptions): string[] => {
  if (report.contexts.length === 0) return nothing(report);
  const all = [localRow(report, style), ...report.contexts.map(context => contextRow(context, report, style, wide === true))];
  const quiet = ['ok', 'notJudged'] as const;
  const counts = quiet.map(status => ({ status, count: report.contexts.filter(({ name }) => statusOf(name, report) === status).length }));
  const fine = counts.reduce((sum, { count }) => sum + count, 0);
  // On a terminal a few rows with problems would be lost among hundreds without.
  const summed = wide !== true && style.columns !== undefined && style.show !== 'problems' && fine > mostFine;
  const rows = all.filter(({ status }) => (style.show !== 'problems' && !summed) || !quiet.some(one => one === status));
  const rest = counts.flatMap(({ status, count }) =>
    summed && count > 0
      ? [`${mark(status, style)}  ${plural(count, 'context')} ${status === 'ok' ? 'ok' : 'not judged'}, each shown by -o wide`]
      : [],
  );
  const columns = wide === true ? undefined : style.columns;
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(12, Math.floor(columns / 3));
  const table = [
    [' ', 'CONTEXT', ...columnNames],
    ...rows.map(({ status, name, cells }) => [mark(status, style), cut(name, room, style), ...columnNames.map(column => cells[column])]),
  ];
  return [...fitted(table, columns, dropOrder, 2), ...rest];
};

/** An empty fleet, and what to run next. */
const nothing = ({ controlPlane, target }: Report): string[] => [
  controlPlane.clientConfigs.ok
    ? 'No ClientConfig and nothing that names a context: this control plane reaches no other cluster yet.'
    : `ClientConfigs could not be read: ${printable(controlPlane.clientConfigs.detail)}`,
  `Next: ${commandLine(ours('clientconfig create', [], '--help'), target)} shows how to register a data plane.`,
];

const localRow = (report: Report, style: Style): Row => {
  const { controlPlane } = report;
  const none = sign('notRun', style);
  return {
    status: localStatus(report),
    name: '(local)',
    cells: {
      CLUSTER: controlPlane.version.ok ? printable(shortVersion(controlPlane.version.value)) : '?',
      CONFIG: '-',
      HERE: controlPlane.version.ok ? mark('ok', style) : '?',
      OPERATOR: '-',
      TLS: none,
      IDENTITY: none,
      ACCESS: none,
      CRDS: none,
      READ: '-',
      EXPIRES: '-',
      'USED BY': printable(shortList(localUsers(controlPlane), 2)),
    },
  };
};
const shortVersion = (version: string): string => /^v?(\d+\.\d+)/.exec(version)?.[1] ?? version;

const contextRow = (context: ContextState, report: Report, style: Style, wide: boolean): Row => {
  const { reach, tls, version, identity, access, crds } = context.probe;
  const expires = expiryOf(context);
  const server = serverOf(context);
  const used = usersOf(context);
  const configsRead = report.controlPlane.clientConfigs.ok;
  return {
    status: statusOf(context.name, report),
    name: printable(context.name),
    cells: {
      CLUSTER: printable(
        [
          server === undefined ? (context.providers.length === 0 && configsRead ? 'no ClientConfig' : '?') : hostOf(server),
          ...(version.status === 'pass' ? [shortVersion(version.value)] : []),
        ].join(' '),
      ),
      CONFIG:
        context.providers.length === 0 || !context.secret.ok
          ? context.secret.ok && configsRead
            ? mark('error', style)
            : mark('unknown', style)
          : context.stored === undefined
            ? mark(context.secret.value?.encrypted === true ? 'unknown' : 'error', style)
            : mark(context.stored.ok ? 'ok' : 'error', style),
      HERE: cell(reach, style, ({ ms }) => `${ms}ms`),
      OPERATOR: operatorCell(operatorVantage(context, report.controlPlane), style),
      TLS: cell(tls, style, () => mark('ok', style)),
      IDENTITY: cell(identity, style, () => mark('ok', style)),
      ACCESS: cell(access, style, ({ asked, missing }) =>
        paintAs(missing.length === 0 ? 'ok' : 'error', `${asked - missing.length}/${asked}`, style),
      ),
      CRDS: cell(crds, style, ({ asked, missing }) =>
        paintAs(missing.length === 0 ? 'ok' : 'error', `${asked - missing.length}/${asked}`, style),
      ),
      READ: cell(context.loaded, style, state =>
        unknownToWebhook(context, report)
          ? paintAs('warning', 'unknown', style)
          : state !== 'current'
            ? paintAs('warning', state, style)
            : // The operator has read what it then dies of.
              stopsStart(context, report)
              ? state
              : mark('ok', style),
      ),
      EXPIRES:
        expires === undefined
          ? sign('notRun', style)
          : expires === 'never'
            ? 'never'
            : expires <= report.startedAt
              ? paintAs('error', 'expired', style)
              : span(expires - report.startedAt),
      'USED BY': printable(wide ? used.join(', ') : shortList(used, 2)),
    },
  };
};
/** What the operator is answered, the most frequent first; `none` for requests without an answer. */
const operatorCell = (vantage: Vantage, style: Style): string => {
  if (vantage.status === 'unknown') return vantage.reason === 'forbidden' ? mark('unknown', style) : sign('notRun', style);
  const codes = Object.entries(vantage.counts)
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .map(([code]) => (code === '<error>' ? 'none' : printable(code)));
  const said = vantage.status === 'reached' ? (codes[0] ?? '') : shortList(codes, 2);
  return vantage.status === 'refused' || vantage.status === 'unanswered' ? paintAs('error', said, style) : said;
};
const stopsStart = ({ name }: ContextState, report: Report): boolean =>
  shownFindings(report).some(({ blocksStart, contexts }) => blocksStart && contexts.includes(name));
const unknownToWebhook = ({ name }: ContextState, { controlPlane }: Report): boolean => {
  const read = controlPlane.webhook.get(name);
  return read?.ok === true && !read.value;
};
const cell = <T>(step: Step<T>, style: Style, text: (value: T) => string): string =>
  step.status === 'pass'
    ? text(step.value)
    : step.status === 'notRun'
      ? mark('notRun', style)
      : paintAs('error', said[step.cause] ?? sign('error', style), style);
/** Causes that fit into a cell; the finding below tells the rest. */
const said: Readonly<Partial<Record<Cause, string>>> = {
  unauthorized: '401',
  forbidden: '403',
  timeout: 'timeout',
  refused: 'refused',
  dns: 'no DNS',
};

const placeOf = (object: ObjectRef, place: Place | undefined): string =>
  `${whereOf(object)}${place === undefined ? '' : ` (${place.file}:${place.line})`}`;
const findingBlock = (finding: Finding, target: Target, style: Style): string[] => {
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
const unknowns = (all: readonly Unknown[], style: Style): string[] => {
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
const notRun = (report: Report, style: Style): string[] => [
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

const footer = (report: Report, style: Style): string[] => {
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
