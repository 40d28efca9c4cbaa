import type { Cause, Unreadable } from './cause.ts';

/** What a list or get answered: the value, or the reason there is none. An absent object is `ok` with `undefined`. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: Unreadable; readonly detail: string };

export const known = <T>(value: T): Read<T> => ({ ok: true, value });
export const unreadable = (reason: Unreadable, detail: string): Read<never> => ({ ok: false, reason, detail });

/** One probe of one context: passed with a value, failed with a cause, or not run with the reason. */
export type Step<T> =
  | { readonly status: 'pass'; readonly value: T; readonly ms?: number }
  | { readonly status: 'fail'; readonly cause: Cause; readonly detail: string }
  | { readonly status: 'notRun'; readonly reason: Unreadable | 'earlier-failure'; readonly detail: string };

export const pass = <T>(value: T, ms?: number): Step<T> => (ms === undefined ? { status: 'pass', value } : { status: 'pass', value, ms });
export const fail = (cause: Cause, detail: string): Step<never> => ({ status: 'fail', cause, detail });
export const notRun = (reason: Unreadable | 'earlier-failure', detail: string): Step<never> => ({ status: 'notRun', reason, detail });
