import { printable } from '../base/errors.ts';
import type { IO } from '../base/io.ts';

/** One line a step; on a tty a step's later line takes the place of its earlier one, as `[4/5] waiting` and `[4/5] loaded`. */
export const progress = (io: IO): ((line: string) => void) => {
  let last = '';
  const columns = io.columns ?? 80;
  return line => {
    const text = printable(line);
    const step = /^\[\d+\/\d+\]/.exec(text)?.[0];
    const same = io.stdoutTty && step !== undefined && last.startsWith(step) && last.length < columns;
    io.out(`${same ? '\u001b[1A\u001b[2K' : ''}${text}\n`);
    last = text;
  };
};
