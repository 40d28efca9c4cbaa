import Table from 'cli-table3';
import { width } from '../base/width.ts';

/** Every line and corner that a table of cli-table3 is drawn with: ours has none. */
const noLines = Object.fromEntries(
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle'
    .split(' ')
    .map(name => [name, '']),
);
const noStyle = { 'padding-left': 0, 'padding-right': 0, head: [], border: [] };
/** It compares each cell of a table with all before it, so that a long table is laid out in pieces with columns of the same width. */
const rowsOfPiece = 16;

type Rows = readonly (readonly string[])[];
const widthsOf = (rows: Rows): readonly number[] =>
  (rows[0] ?? []).map((_, column) => rows.reduce((widest, row) => Math.max(widest, width(row[column] ?? '')), 1));
const laidOut = (rows: Rows, widths: readonly number[], gap: number): string[] => {
  const options = { chars: noLines, style: noStyle, colWidths: widths.map(own => own + gap) };
  return Array.from({ length: Math.ceil(rows.length / rowsOfPiece) }, (_, piece) => {
    const table = new Table(options);
    for (const row of rows.slice(piece * rowsOfPiece, (piece + 1) * rowsOfPiece)) table.push([...row]);
    return table.toString().split('\n');
  })
    .flat()
    .map(line => line.trimEnd());
};

/**
 * A table with a head, without borders, the columns `gap` blanks apart, and no blanks at the end of a line. On a narrow terminal the
 * columns named in `drop` go, in that order, and nothing wraps; `hidden` names those that went, from left to right.
 */
export const fit = (
  rows: Rows,
  columns: number | undefined,
  drop: readonly string[],
  gap = 3,
): { readonly lines: string[]; readonly hidden: readonly string[] } => {
  const all = widthsOf(rows).map((own, at) => ({ at, own, name: rows[0]?.[at] ?? '' }));
  const taken = (kept: typeof all): number => kept.reduce((sum, { own }) => sum + own + gap, -gap);
  const columnsLeft = drop.reduce(
    (left, name) => (columns === undefined || taken(left) <= columns ? left : left.filter(one => one.name !== name)),
    all,
  );
  const lines = laidOut(
    rows.map(row => columnsLeft.map(({ at }) => row[at] ?? '')),
    columnsLeft.map(({ own }) => own),
    gap,
  );
  return { lines, hidden: all.filter(one => !columnsLeft.includes(one)).map(({ name }) => name) };
};
export const fitted = (rows: Rows, columns: number | undefined, drop: readonly string[], gap = 3): string[] =>
  fit(rows, columns, drop, gap).lines;
