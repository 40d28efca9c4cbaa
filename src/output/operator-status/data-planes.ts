import { printable } from '../../base/errors.ts';
import type { Read } from '../../base/read.ts';
import { shortList } from '../../base/text.ts';
import { width } from '../../base/width.ts';
import type { Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import type { ContextState } from '../../fleet/inventory.ts';
import { cut, fitted, wrap } from '../layout.ts';
import { readState } from '../read-state.ts';
import type { Style } from '../style.ts';
import type { DataPlaneStatus, OperatorStatus } from './document.ts';

const head = ['DATA PLANE', 'OPERATOR', 'VERSION', 'READY', 'RESTARTS', 'READ', 'NOTE'] as const;
const droppableColumns = ['RESTARTS', 'OPERATOR'];
/** A note that is shorter says nothing. */
const leastNote = 16;
const gap = 3;

/** A row for each context; where the terminal is too narrow for that, a paragraph for each. */
export const dataPlaneTable = ({ report, dataPlanes }: OperatorStatus, style: Style): string[] => {
  const rows = report.contexts.map(context => cellsOf(context, dataPlanes.get(context.name), report).map(cell => printable(cell)));
  const { columns } = style;
  const all = [[...head], ...rows];
  if (columns === undefined) return fitted(all, undefined, []);
  const cellLines = fitted(
    all.map(cells => cells.slice(0, -1)),
    columns - gap - leastNote,
    droppableColumns,
  );
  const maxWidth = Math.max(...cellLines.map(width));
  if (maxWidth + gap + leastNote > columns) return rows.flatMap(cells => paragraph(cells, columns));
  const notes = ['NOTE', ...rows.map(cells => cells.at(-1) ?? '')];
  return cellLines.map((line, at) => {
    const note = notes[at] ?? '';
    return note === '' ? line : `${line}${' '.repeat(maxWidth - width(line) + gap)}${cut(note, columns - maxWidth - gap, style)}`;
  });
};
const paragraph = ([name = '', ...cells]: readonly string[], columns: number): string[] => {
  const details = cells.flatMap((cell, at) => (cell === '' ? [] : [`${(head[at + 1] ?? '').toLowerCase()}: ${cell}`]));
  return [...wrap(name, '', '', columns), ...details.flatMap(text => wrap(text, '  ', '    ', columns))];
};

const cellsOf = (context: ContextState, read: Read<DataPlaneStatus> | undefined, report: Report): string[] => {
  const { name, providers, loaded } = context;
  return [
    name,
    ...(providers.length === 0 ? ['-', '-', '-', '-'] : operatorCells(read)),
    providers.length === 0 ? '-' : readState(loaded.status === 'pass' ? loaded.value : undefined),
    noteOf(name, read, report),
  ];
};
const operatorCells = (read: Read<DataPlaneStatus> | undefined): string[] => {
  if (read?.ok !== true) return ['?', '?', '?', '?'];
  const { operators, pods } = read.value;
  if (operators.length === 0) return ['none', '-', '-', '-'];
  return [
    shortList(
      operators.map(({ namespace, name }) => `${namespace}/${name}`),
      1,
    ),
    [...new Set(operators.map(({ version }) => version ?? '?'))].join(','),
    operators.every(({ ready }) => ready === true) ? 'yes' : 'NO',
    pods.ok ? String(pods.value.reduce((sum, { restarts }) => sum + restarts, 0)) : '?',
  ];
};
/** The gravest finding of it, else why its operator is not known. */
const noteOf = (name: string, read: Read<DataPlaneStatus> | undefined, report: Report): string => {
  const about = shownFindings(report).filter(({ contexts, severity }) => contexts.includes(name) && severity !== 'info');
  const [worstFinding] = [...about.filter(({ severity }) => severity === 'error'), ...about];
  if (worstFinding !== undefined)
    return `${worstFinding.code} ${(worstFinding.details ?? []).find(({ context }) => context === name)?.message ?? worstFinding.message}`;
  return read?.ok === false ? read.detail : '';
};
