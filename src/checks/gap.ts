import type { Cause, Unreadable } from '../base/cause.ts';

/**
 * Why a fact is not there. `absent`: there is nothing to know it of; `not-asked`: nothing called for it. Neither leaves anything open.
 * `earlier-failure`: something else that is wrong stands before it. That and every other reason leaves what needs the fact unknown.
 */
export interface Gap {
  readonly fact: string;
  readonly reason: Unreadable | Cause | 'earlier-failure' | 'absent' | 'not-asked';
  readonly detail: string;
}
