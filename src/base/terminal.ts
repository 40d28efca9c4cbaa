import { width } from './width.ts';

/** A terminal that two things may want at once: lines that are drawn anew in place, and a program that talks to a person. */
export interface Terminal {
  /** the lines at its end, in the place of those drawn before; none of them takes the last away */
  readonly draw: (lines: readonly string[]) => void;
  /** one at a time has the terminal; what was drawn makes room for it */
  readonly withTerminal: <T>(work: () => Promise<T>) => Promise<T>;
}

const up = (rows: number): string => (rows === 0 ? '' : `\u001b[${rows}A`);

/** `columns` is what the terminal has now: lines that it has broken in the meantime take more rows than they are. */
export const terminalOf = (write: (text: string) => void, columns: () => number): Terminal => {
  let linesOnScreen: readonly string[] = [];
  let frames = 0;
  let last: Promise<unknown> = Promise.resolve();
  const draw = (lines: readonly string[]): void => {
    if ((frames > 0 && lines.length > 0) || (linesOnScreen.length === 0 && lines.length === 0)) return;
    const rows = linesOnScreen.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns())), 0);
    // Line by line: a screen that is cleared whole is kept as history by some terminals.
    const over = Math.max(0, rows - lines.length);
    const blankLines = '\u001b[2K\n'.repeat(over);
    write(`${up(rows)}\r${lines.map(line => `\u001b[2K${line}\n`).join('')}${blankLines}\u001b[2K${up(over)}`);
    linesOnScreen = lines;
  };
  return {
    draw,
    withTerminal: work => {
      const turn = last.then(async () => {
        draw([]);
        frames++;
        try {
          return await work();
        } finally {
          frames--;
        }
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
};
