import { causes } from '../../base/cause.ts';
import { TransportError, transportError } from './transport-error.ts';

/** How long what is asked may take, and what ends it before. */
export interface Limits {
  /** milliseconds for one request, all phases included */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** milliseconds for a plugin of the user's to log in, where a limit was asked for; by itself one that a person looks on has none */
  readonly pluginTimeout?: number;
  /** aborted when the time of the whole run is up: what is still asked then timed out */
  readonly deadline?: AbortSignal;
  /** told of each write of an object as it is answered */
  readonly wrote?: (write: Written) => void;
}
/** What became of one object by a write. */
export interface Written {
  readonly did: 'created' | 'updated' | 'deleted' | 'unknown';
  /** as `Secret namespace/name` */
  readonly object: string;
  /** the kubeconfig context of the cluster that it is in */
  readonly context: string;
  readonly why?: string;
}
export const unstoppable = new AbortController().signal;
/** Milliseconds that a write and what takes it back may wait for an answer, although the run is over. */
const longestFinish = 60_000;
/** The limits of what neither Ctrl-C nor the deadline ends. */
export const finishing = ({ timeout }: Limits): Limits => ({ timeout: Math.min(timeout, longestFinish), signal: unstoppable });

/**
 * Work with one server that ends after its time, at the deadline of the run, or on Ctrl-C, which throws the signal's reason; everything
 * else that goes wrong is a TransportError. `start` returns what gives the work up.
 */
export const limited = <T>(
  host: string,
  { timeout, signal, deadline }: Limits,
  start: (done: (value: T) => void, fail: (error: unknown) => void) => () => void,
): Promise<T> =>
  new Promise((done, broken) => {
    let giveUp = (): void => undefined;
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      deadline?.removeEventListener('abort', late);
    };
    const fail = (error: unknown): void => {
      settle();
      giveUp();
      broken(signal.aborted ? signal.reason : transportError(error, host));
    };
    const stop = (): void => fail(signal.reason);
    const late = (): void => fail(new TransportError('deadline', `${host}: ${causes.deadline.one}`));
    const timer = setTimeout(() => fail(new TransportError('timeout', `${host}: no answer within ${timeout / 1000}s`)), timeout);
    if (signal.aborted) return stop();
    if (deadline?.aborted === true) return late();
    signal.addEventListener('abort', stop, { once: true });
    deadline?.addEventListener('abort', late, { once: true });
    try {
      giveUp = start(value => {
        settle();
        done(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
