import { firstOf } from '../../base/deadline.ts';
import { type Limits, unstoppable } from './limited.ts';
import type { Reply, Request } from './request.ts';
import { TransportError } from './transport-error.ts';

const throttleStatuses = new Set([429, 503]);

/** A pause that Ctrl-C ends: it then throws the signal's reason. */
export const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done, broken) => {
    const stop = (): void => {
      clearTimeout(timer);
      broken(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, ms);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });

/** Retries what is safe to retry: a throttled request, one that was never looked at, and once a read whose connection broke. */
export const persistent = async (
  send: (request: Request, limits: Limits) => Promise<Reply>,
  request: Request,
  limits: Limits,
): Promise<Reply> => {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await send(request, limits);
      if (attempt >= 2 || !throttleStatuses.has(answer.status)) return answer;
      await pause(answer.retryAfter * 1000, request, limits);
    } catch (error) {
      if (!(error instanceof TransportError) || error.reason !== 'reset') throw error;
      const reading = (request.method ?? 'GET') === 'GET';
      if (attempt >= (error.unsent ? 3 : 1) || !(reading || error.unsent)) throw error;
    }
  }
};
/** Cut short by the deadline of the run, too: the next attempt then tells of it. */
const pause = async (ms: number, { mustFinish }: Request, { signal, deadline }: Limits): Promise<void> => {
  if (mustFinish === true) return pauseFor(ms, unstoppable);
  try {
    await pauseFor(ms, firstOf(signal, deadline));
  } catch (error) {
    if (signal.aborted) throw error;
  }
};
