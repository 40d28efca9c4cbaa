import { type Cause, causes, type Unreadable, unreads } from './cause.ts';
import { type Codec, foreignText, is, list, number, object, oneOf, optional, text, union } from './codec.ts';
import type { Read, Step } from './read.ts';

const cause: Codec<Cause> = oneOf(causes);
const unreadable: Codec<Unreadable> = oneOf(unreads);
/** A fact, or why it is unread. */
export const readOf = <T>(value: Codec<T>): Codec<Read<T>> =>
  union('ok', {
    true: object({ ok: is(true), value, unfit: optional(list(text)) }),
    false: object({ ok: is(false), reason: unreadable, detail: foreignText }),
  });
/** A step of a probe, with the value that it passes with. */
export const stepOf = <T>(value: Codec<T>): Codec<Step<T>> =>
  union('status', {
    pass: object({ status: is('pass'), value, ms: optional(number) }),
    fail: object({ status: is('fail'), cause, detail: foreignText }),
    notRun: object({ status: is('notRun'), reason: oneOf({ ...unreads, 'earlier-failure': true }), detail: foreignText }),
  });
