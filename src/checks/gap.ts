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

/** Facts of a data plane beside its probe, by the names that a gap has: what may not be read there is no right of the reader in the control plane. */
export const dataPlaneFacts = {
  operators: 'the operators of the data plane',
  serviceAccount: 'the service account of the token',
  tokenSecret: 'the Secret of the token',
  ca: 'the CA that the cluster publishes',
  ownTokens: 'the token Secrets of the data plane',
} as const;
