import type { Cause, Unreadable } from './cause.ts';

/** What a list or get answered: the value, or the reason there is none. An absent object is `ok` with `undefined`. */
export type Read<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** of a list: one line for each member that is not what it should be, and so is not in it */
      readonly unfit?: readonly string[];
    }
  | Unread;
export interface Unread {
  readonly ok: false;
  readonly reason: Unreadable;
  readonly detail: string;
}

export const known = <T>(value: T): Read<T> => ({ ok: true, value });
/** A list that can prove that something is not in it: one with unfit members is no more than malformed. */
export const whole = <T>(read: Read<T>): Read<T> => {
  const [first, ...others] = read.ok ? (read.unfit ?? []) : [];
  if (first === undefined) return read;
  return unreadable('malformed', others.length === 0 ? first : `${first}, and ${others.length} more`);
};
export const unreadable = (reason: Unreadable, detail: string): Read<never> => ({ ok: false, reason, detail });

/** One probe of one context: passed with a value, failed with a cause, or not run with the reason. */
export type Step<T> =
  | { readonly status: 'pass'; readonly value: T; readonly ms?: number }
  | { readonly status: 'fail'; readonly cause: Cause; readonly detail: string }
  | { readonly status: 'notRun'; readonly reason: Unreadable | 'earlier-failure'; readonly detail: string };

export const pass = <T>(value: T, ms?: number): Step<T> => (ms === undefined ? { status: 'pass', value } : { status: 'pass', value, ms });
export const fail = (cause: Cause, detail: string): Step<never> => ({ status: 'fail', cause, detail });
export const notRun = (reason: Unreadable | 'earlier-failure', detail: string): Step<never> => ({ status: 'notRun', reason, detail });
