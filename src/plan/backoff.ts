import { firstOf } from '../base/deadline.ts';
import { type Limits, pauseFor } from '../kube/api/connection.ts';

/** How long to ask for an answer, and how the pauses between two questions grow; all but `growth` in milliseconds. */
interface Patience {
  readonly patience: number;
  readonly first?: number;
  readonly longest?: number;
  readonly growth?: number;
}
/**
 * Asks again, with growing pauses, until there is an answer. When the patience (milliseconds) ends without one, what `late` makes of it
 * is thrown; the first question is always asked, and Ctrl-C ends a pause at once.
 */
export const askUntil = async <T>(
  ask: () => Promise<T | undefined>,
  { patience, first = 50, longest = 2000, growth = 2 }: Patience,
  { signal, deadline }: Pick<Limits, 'signal' | 'deadline'>,
  late: () => Error,
): Promise<T> => {
  const startTime = performance.now();
  for (let pause = first; ; pause = Math.min(pause * growth, longest)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - startTime > patience) throw late();
    await pauseFor(pause, firstOf(signal, deadline));
  }
};
export const seconds = (ms: number): string => `${Math.round(ms / 1000)}s`;
