import { commandLine, ours } from '../../base/advice.ts';
import type { Cause } from '../../base/cause.ts';
import { printable } from '../../base/errors.ts';
import type { Step } from '../../base/read.ts';
import { byText, plural, shortList } from '../../base/text.ts';
import type { Report } from '../../checks/report.ts';
import type { Status } from '../../checks/status.ts';
import { localStatus, shownFindings, statusOf } from '../../checks/status.ts';
import type { ContextState } from '../../fleet/inventory.ts';
import { operatorVantage, type Vantage } from '../../fleet/vantage.ts';
import { expiryOf, hostOf, localUsers, serverOf, userNames } from '../facts.ts';
import { cut, fit, span, wrap } from '../layout.ts';
import { mark, paintAs, type Style, sign } from '../style.ts';

export interface TableOptions {
  /** every column and every name, however wide it gets */
  readonly wide?: boolean;
}

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

interface Fitted {
  readonly lines: string[];
  /** columns that had no room */
  readonly hidden: readonly string[];
}
const statusWords: Readonly<Record<Status, string>> = {
  ok: 'ok',
  warning: 'warning',
  error: 'error',
  unknown: 'unknown',
  notJudged: 'not judged',
};
/** The sign and its word: the one column that stays at any width, and means the same without colour. */
const statusCell = (status: Status, style: Style): string => {
  const word = statusWords[status];
  return sign(status, style) === word ? mark(status, style) : `${mark(status, style)} ${paintAs(status, word, style)}`;
};

/** More contexts without a problem than this are one line on a terminal. */
const mostFine = 50;
/** A row for each context, the local one first. */
export const fleet = (report: Report, style: Style, { wide }: TableOptions): Fitted => {
  if (report.contexts.length === 0) return { lines: nothing(report, style), hidden: [] };
  const all = [localRow(report, style), ...report.contexts.map(context => contextRow(context, report, style, wide === true))];
  const quietStatuses = ['ok', 'notJudged'] as const;
  const counts = quietStatuses.map(status => ({
    status,
    count: report.contexts.filter(({ name }) => statusOf(name, report) === status).length,
  }));
  const fineCount = counts.reduce((sum, { count }) => sum + count, 0);
  // On a terminal a few rows with problems would be lost among hundreds without.
  const summed = wide !== true && style.columns !== undefined && style.show === undefined && fineCount > mostFine;
  const rows = all.filter(({ status }) => (style.show !== 'problems' && !summed) || !quietStatuses.some(one => one === status));
  const rest = counts.flatMap(({ status, count }) =>
    summed && count > 0 ? [`${statusCell(status, style)}  ${plural(count, 'context')}, each shown by --show all`] : [],
  );
  const columns = wide === true ? undefined : style.columns;
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(12, Math.floor(columns / 3));
  const table = [
    ['STATUS', 'CONTEXT', ...columnNames],
    ...rows.map(({ status, name, cells }) => [
      statusCell(status, style),
      cut(name, room, style),
      ...columnNames.map(column => cells[column]),
    ]),
  ];
  const { lines, hidden } = fit(table, columns, dropOrder, 2);
  return { lines: [...lines, ...rest], hidden };
};

/** An empty fleet, and what to run next. */
const nothing = ({ controlPlane, target }: Report, { columns }: Style): string[] =>
  (controlPlane.clientConfigs.ok
    ? [
        'no ClientConfigs, and nothing names a context: this control plane reaches no other cluster yet',
        `register a data plane: ${commandLine(ours('clientconfig create', [], '--help'), target)}`,
      ]
    : ['which contexts there are could not be read']
  ).flatMap(text => wrap(text, '', '  ', columns));

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

/** What the probe of a context from here showed. */
export const probeCells = (context: ContextState, configsRead: boolean, style: Style) => {
  const { reach, tls, version, identity, access, crds } = context.probe;
  const server = serverOf(context);
  const share = ({ asked, missing }: { readonly asked: number; readonly missing: readonly unknown[] }): string =>
    paintAs(missing.length === 0 ? 'ok' : 'error', `${asked - missing.length}/${asked}`, style);
  return {
    CLUSTER: printable(
      [
        server === undefined ? (context.providers.length === 0 && configsRead ? 'no ClientConfig' : '?') : hostOf(server),
        ...(version.status === 'pass' ? [shortVersion(version.value)] : []),
      ].join(' '),
    ),
    HERE: cell(reach, style, ({ ms }) => `${ms}ms`),
    TLS: cell(tls, style, () => mark('ok', style)),
    IDENTITY: cell(identity, style, () => mark('ok', style)),
    ACCESS: cell(access, style, share),
    CRDS: cell(crds, style, share),
  } as const;
};
const contextRow = (context: ContextState, report: Report, style: Style, wide: boolean): Row => {
  const users = userNames(context);
  const configsRead = report.controlPlane.clientConfigs.ok;
  return {
    status: statusOf(context.name, report),
    name: printable(context.name),
    cells: {
      ...probeCells(context, configsRead, style),
      CONFIG: configCell(context, configsRead, style),
      OPERATOR: operatorCell(operatorVantage(context, report.controlPlane), style),
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
      EXPIRES: expiresCell(context, report, style),
      'USED BY': printable(wide ? users.join(', ') : shortList(users, 2)),
    },
  };
};
const configCell = ({ providers, secret, stored }: ContextState, configsRead: boolean, style: Style): string => {
  if (providers.length === 0 || !secret.ok) return mark(secret.ok && configsRead ? 'error' : 'unknown', style);
  if (stored === undefined) return mark(secret.value?.encrypted === true ? 'unknown' : 'error', style);
  return mark(stored.ok ? 'ok' : 'error', style);
};
const expiresCell = (context: ContextState, { startedAt }: Report, style: Style): string => {
  const expires = expiryOf(context);
  if (expires === undefined) return sign('notRun', style);
  if (expires === 'never') return 'never';
  return expires <= startedAt ? paintAs('error', 'expired', style) : span(expires - startedAt);
};
/** What the operator is answered, the most frequent first; `none` for requests without an answer. */
const operatorCell = (vantage: Vantage, style: Style): string => {
  if (vantage.status === 'unknown') return vantage.reason === 'forbidden' ? mark('unknown', style) : sign('notRun', style);
  const codes = Object.entries(vantage.counts)
    .sort(([a, x], [b, y]) => y - x || byText(a, b))
    .map(([code]) => (code === '<error>' ? 'none' : printable(code)));
  const codeText = vantage.status === 'reached' ? (codes[0] ?? '') : shortList(codes, 2);
  return vantage.status === 'refused' || vantage.status === 'unanswered' ? paintAs('error', codeText, style) : codeText;
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
      : paintAs('error', wordOfCause[step.cause] ?? sign('error', style), style);
/** Causes that fit into a cell; the finding below tells the rest. */
const wordOfCause: Readonly<Partial<Record<Cause, string>>> = {
  unauthorized: '401',
  forbidden: '403',
  timeout: 'timeout',
  refused: 'refused',
  dns: 'no DNS',
};
