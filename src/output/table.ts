import width from 'fast-string-width';
import { printable } from '../errors.ts';
import type { ContextState, ControlPlane } from '../model/inventory.ts';
import type { Cause, Step } from '../model/read.ts';
import type { Finding, ObjectRef, Report, Unknown } from '../model/report.ts';
import {
  expiryOf,
  hostOf,
  localStatus,
  localUsers,
  operatorCounts,
  qualified,
  serverOf,
  shownFindings,
  startWords,
  statusOf,
  stepNames,
  stepsOf,
  summaryOf,
  usersOf,
} from './facts.ts';
import { cut, grid, plural, shellWord, shortList, span, wrap, wrapCommand } from './layout.ts';
import { mark, paint, paintAs, type Status, type Style, sign } from './style.ts';

export interface TableOptions {
  /** every column and every name, however wide it gets */
  readonly wide?: boolean;
  /** why something was not run, too */
  readonly verbose?: boolean;
  /** `problems`: only the contexts that are not ok */
  readonly show?: 'all' | 'problems';
}

/** The report as a person reads it: the fleet, what is wrong with the cure, and what a restart of the operator would do. */
export const table = (report: Report, style: Style, options: TableOptions = {}): string =>
  [
    header(report.controlPlane, style),
    contexts(report, style, options),
    ...shownFindings(report).map(finding => findingBlock(finding, style, options)),
    unknowns(report.unknown, style, options),
    options.verbose === true ? notRun(report, style) : [],
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
    ...(operator === undefined ? [] : [`watching: ${printable(operator.watches === 'all' ? 'all namespaces' : operator.watches.join(', '))}`]),
    `seen from: here${plane.operatorView.ok ? ', operator' : ''}`,
  ];
  return pack(parts, style.columns);
};

/** Whole parts on as few lines as they fit on. */
const pack = (parts: readonly string[], columns: number | undefined): string[] => {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && (columns === undefined || width(last) + 2 + width(part) <= columns)) lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(...wrap(part, lines.length === 0 ? '' : '  ', '    ', columns));
  }
  return lines;
};

const operatorWords = ({ operator, operators, pods }: ControlPlane): string => {
  if (operator !== undefined) {
    const restarts = pods.ok ? pods.value.reduce((sum, pod) => sum + pod.restarts, 0) : 0;
    const waiting = pods.ok ? pods.value.find(pod => pod.waiting !== undefined)?.waiting : undefined;
    return [
      `operator ${operator.version ?? 'of unknown version'} ${operator.ready ? 'Ready' : 'NOT ready'}`,
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
const columnNames = [
  'CLUSTER',
  'CONFIG',
  'HERE',
  'OPERATOR',
  'TLS',
  'IDENTITY',
  'ACCESS',
  'CRDS',
  'LOADED',
  'EXPIRES',
  'USED BY',
] as const;
type Column = (typeof columnNames)[number];
/** The first to go on a narrow terminal: what the findings repeat anyway. */
const dropOrder: readonly Column[] = ['USED BY', 'CRDS', 'TLS', 'CLUSTER', 'ACCESS', 'IDENTITY', 'OPERATOR', 'EXPIRES', 'LOADED', 'CONFIG', 'HERE'];

const contexts = (report: Report, style: Style, { wide, show }: TableOptions): string[] => {
  if (report.contexts.length === 0) return nothing(report, style);
  const rows = [
    localRow(report, style, wide),
    ...report.contexts.map(context => contextRow(context, report, style, wide)),
  ].filter(({ status }) => show !== 'problems' || status !== 'ok');
  if (rows.length === 0) return [];
  const signs = Math.max(...rows.map(({ status }) => width(sign(status, style))));
  const columns = wide === true ? undefined : style.columns;
  const kept = fitting(rows, signs, columns);
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(8, columns - signs - 1 - columnsWidth(rows, kept));
  return [
    ['', 'CONTEXT', ...kept],
    ...rows.map(({ status, name, cells }) => [mark(status, style), cut(name, room, style), ...kept.map(column => cells[column])]),
  ]
    .map(([first = '', ...rest]) => ({ first, rest }))
    .reduce<{ signs: string[]; cells: string[][] }>(
      (all, { first, rest }) => ({ signs: [...all.signs, first + ' '.repeat(signs - width(first))], cells: [...all.cells, rest] }),
      { signs: [], cells: [] },
    ) satisfies { signs: string[]; cells: string[][] } as never;
};
