import { ellipsis, type Style } from './style.ts';
import { width } from './width.ts';

export { wrap, wrapCommand } from './wrap.ts';

/** The text, cut to the room it has. */
export const cut = (text: string, room: number, style: Style): string => {
  if (width(text) <= room) return text;
  const end = ellipsis(style);
  let kept = '';
  for (const char of text) {
    if (width(kept + char + end) > room) break;
    kept += char;
  }
  return kept + end;
};

/** Cells in columns without borders, `gap` spaces apart, and no blanks at the end of a line. */
export const grid = (rows: readonly (readonly string[])[], gap: number): string[] => {
  const widths: number[] = [];
  const measured = rows.map(row =>
    row.map((cell, column) => {
      const own = width(cell);
      widths[column] = Math.max(widths[column] ?? 1, own);
      return { cell, own };
    }),
  );
  return measured.map(row =>
    row
      .map(({ cell, own }, column) => cell + ' '.repeat((widths[column] ?? own) + gap - own))
      .join('')
      .trimEnd(),
  );
};

/** A table with a head that fits: on a narrow terminal the columns named in `drop` go, in that order, and nothing wraps. */
export const fitted = (rows: readonly (readonly string[])[], columns: number | undefined, drop: readonly string[]): string[] => {
  const lines = grid(rows, 3);
  const [next, ...others] = drop;
  if (columns === undefined || next === undefined || lines.every(line => width(line) <= columns)) return lines;
  const at = rows[0]?.indexOf(next) ?? -1;
  return fitted(at < 0 ? rows : rows.map(row => row.filter((_, index) => index !== at)), columns, others);
};

/** `a, b, c and 7 more` */
export const shortList = (names: readonly string[], shown = 3): string =>
  names.length <= shown + 1 ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;

export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** `6d`, `5h`, `40m`: the largest unit that says enough. */
export const span = (milliseconds: number): string => {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes >= 2880 ? `${Math.floor(minutes / 1440)}d` : minutes >= 120 ? `${Math.floor(minutes / 60)}h` : `${minutes}m`;
};
