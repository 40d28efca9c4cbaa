import type { IO } from '../base/io.ts';

/** Somebody looks on: both outputs are a terminal that can draw, and no pipeline's. */
export const isWatched = ({ stdoutTty, stderrTty, env }: Pick<IO, 'stdoutTty' | 'stderrTty' | 'env'>): boolean =>
  stdoutTty && stderrTty && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';

/** `0:35` */
const clock = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

/** Work that takes up to so many milliseconds: where somebody looks on, a line tells how long it has taken, as `0:35 of 5:00`. */
export const withClock =
  (io: IO) =>
  async <T>(limit: number, work: () => Promise<T>): Promise<T> => {
    if (!isWatched(io)) return work();
    const startTime = io.now();
    const timer = setInterval(() => io.draw([`  ${clock(io.now() - startTime)} of ${clock(limit)}`]), 500);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      io.draw([]);
    }
  };
