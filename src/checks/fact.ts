import type { Read } from '../base/read.ts';
import type { Gap } from './gap.ts';

/** A fact that a check may ask for: read, or missing for these reasons. */
export type Fact<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly gaps: readonly Gap[] };
export type Missing = Extract<Fact<never>, { ok: false }>;

export const have = <T>(value: T): Fact<T> => ({ ok: true, value });
export const lack = (fact: string, reason: Gap['reason'], detail: string): Missing => ({ ok: false, gaps: [{ fact, reason, detail }] });
export const from = <T>(fact: string, read: Read<T>): Fact<T> => (read.ok ? read : lack(fact, read.reason, read.detail));
/** What follows from several facts: every one that is missing is a reason. */
export const given = <T>(facts: readonly Fact<unknown>[], value: () => T): Fact<T> => {
  const gaps = facts.flatMap(fact => (fact.ok ? [] : fact.gaps));
  return gaps.length === 0 ? have(value()) : { ok: false, gaps };
};
/** An extra that is asked for only where it can explain a failure. */
export const extra = <T>(fact: string, read: Read<T> | undefined): Fact<T> =>
  read === undefined
    ? lack(fact, 'not-asked', 'not asked for')
    : read.ok || read.reason !== 'skipped'
      ? from(fact, read)
      : lack(fact, 'not-asked', read.detail);
