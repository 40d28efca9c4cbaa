import { throwIfOver } from './deadline.ts';

/** Milliseconds of work without a pause, in which no signal is heard. */
const longest = 10;
/** Between two turns of long work: a signal is heard, and what it or the deadline ends is thrown. */
export const nextTurn = async (limits: Parameters<typeof throwIfOver>[0]): Promise<void> => {
  await new Promise(setImmediate);
  throwIfOver(limits);
};
/** Does work on each item, in such turns. */
export const inTurns = async <T, R>(
  items: readonly T[],
  work: (item: T) => R,
  limits: Parameters<typeof throwIfOver>[0],
): Promise<readonly R[]> => {
  const results: R[] = [];
  let since = performance.now();
  for (const item of items) {
    results.push(work(item));
    if (performance.now() - since < longest) continue;
    await nextTurn(limits);
    since = performance.now();
  }
  return results;
};
