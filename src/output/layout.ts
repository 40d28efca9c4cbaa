import { width } from '../base/width.ts';
import { wrap } from '../base/wrap.ts';
import { fit } from './columns.ts';
import { ellipsis, type Style } from './style.ts';

export { commandLines, wrap } from '../base/wrap.ts';
export { fit, fitted } from './columns.ts';

/** The text, cut to the room it has. */
export const cut = (text: string, room: number, style: Style): string => {
  if (width(text) <= room) return text;
  const end = ellipsis(style);
  let result = '';
  for (const char of text) {
    if (width(result + char + end) > room) break;
    result += char;
  }
  return result + end;
};

/** The columns that the terminal has no room for, and how to see them. */
export const hiddenLines = (hidden: readonly string[], columns: number | undefined): string[] =>
  hidden.length === 0 ? [] : wrap(`hidden at ${columns} columns: ${hidden.join(', ')} (-o wide)`, '', '  ', columns);

/** A table that has a wide form: a last line names the columns that the terminal has no room for. */
export const listed = (rows: readonly (readonly string[])[], columns: number | undefined, drop: readonly string[]): string[] => {
  const { lines, hidden } = fit(rows, columns, drop);
  return [...lines, ...hiddenLines(hidden, columns)];
};

/** `6d`, `5h`, `40m`, `12s`: the largest unit that says enough. */
export const span = (milliseconds: number): string => {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return `${Math.floor(milliseconds / 1000)}s`;
  return minutes >= 2880 ? `${Math.floor(minutes / 1440)}d` : minutes >= 120 ? `${Math.floor(minutes / 60)}h` : `${minutes}m`;
};
