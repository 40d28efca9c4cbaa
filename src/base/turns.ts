/** Milliseconds of work without a pause, in which no signal is heard. */
const longest = 10;
/** Does work on each item, in turns between which a signal is heard; then what it ends is thrown. */
export const inTurns = async <T, R>(items: readonly T[], work: (item: T) => R, signal: AbortSignal | undefined): Promise<readonly R[]> => {
  const results: R[] = [];
  let since = performance.now();
  for (const item of items) {
    results.push(work(item));
    if (performance.now() - since < longest) continue;
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    since = performance.now();
  }
  return results;
};
