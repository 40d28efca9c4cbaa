import type { ExitCode } from '../../base/errors.ts';
import { describe, UserError } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import { pauseFor } from '../../kube/api/connection.ts';

/** One look: its text, printed where it is shown, its exit code, and its text without times, by which a change is seen. */
export interface Look {
  readonly same: () => string;
  readonly text: () => Promise<string>;
  readonly code: ExitCode;
  /** writes the files that were asked for */
  readonly keep: () => Promise<void>;
}

const tried = async (io: IO, look: () => Promise<Look>): Promise<Look> => {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== 4 || io.interrupted.aborted) throw error;
    return { same: () => error.message, text: async () => describe(error), code: 4, keep: async () => undefined };
  }
};

/** Shows every look that differs from the one before, until Ctrl-C, or until nobody reads them; then the exit code is that of the last look. */
export const watch = async (io: IO, interval: number, look: () => Promise<Look>): Promise<ExitCode> => {
  let last: Look | undefined;
  let screen: string | undefined;
  try {
    for (;;) {
      const next = await tried(io, look);
      const content = next.same();
      if (content !== screen) io.out(`${io.stdoutTty ? '\u001b[H\u001b[2J' : last === undefined ? '' : '\n'}${await next.text()}`);
      last = next;
      screen = content;
      await pauseFor(interval, io.interrupted);
      if (io.readerGone()) return next.code;
    }
  } catch (error) {
    if (io.interrupted.aborted && last !== undefined) return last.code;
    throw error;
  }
};

/** Looks again until one is clean or the time is up, and shows that last one alone: the one before it where the deadline has cut it short. */
export const untilClean = async (
  io: IO,
  interval: number,
  { until, deadline }: { readonly until: number; readonly deadline: AbortSignal | undefined },
  look: () => Promise<Look>,
): Promise<ExitCode> => {
  let last: Look | undefined;
  for (;;) {
    const next = await tried(io, look);
    const isCut = deadline?.aborted === true;
    if (next.code === 0 || isCut || io.now() + interval >= until) {
      const look = isCut && next.code !== 0 && last !== undefined ? last : next;
      if (look.code === 4) throw new UserError(look.same(), 'check that the control plane answers: the time of --deadline is up');
      io.out(await look.text());
      await look.keep();
      return look.code;
    }
    last = next;
    await pauseFor(interval, io.interrupted);
  }
};
