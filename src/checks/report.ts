import type { Remedy, Target } from '../base/advice.ts';
import type { Place } from '../base/place.ts';
import type { ContextState, ControlPlane, Inventory } from '../fleet/inventory.ts';
import type { PlacementFacts } from '../fleet/placement.ts';
import type { Gap } from './gap.ts';

/** How bad a finding is; `info` is a note. */
export type Severity = 'error' | 'warning' | 'info';
/** What a finding costs, the worst first: the order in which findings are shown. */
export const harms = ['losesData', 'stopsStart', 'stopsLate', 'error', 'warning', 'info'] as const;
export type Harm = (typeof harms)[number];
/** The object, and where it is known its field, that a finding is about. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly field?: string;
}

/** One of the things that a finding of several is about. */
export interface Detail {
  /** other objects with the same fault */
  readonly also?: readonly ObjectRef[];
  readonly context?: string;
  readonly message: string;
  readonly object?: ObjectRef;
  readonly place?: Place;
  /** what to do about this one */
  readonly remedies: readonly Remedy[];
}
/** What a check found: where, what follows from it, and the command that cures it. */
export interface Finding {
  /** one for each context or object, when this one cause has several */
  readonly details?: readonly Detail[];
  readonly code: string;
  readonly severity: Severity;
  /** other objects with the same fault */
  readonly also?: readonly ObjectRef[];
  /** every context with this same cause; empty when the finding is about the control plane itself */
  readonly contexts: readonly string[];
  readonly object?: ObjectRef;
  readonly message: string;
  readonly effect: string;
  /** what makes it go away, in the order in which it is done, and what only shows it */
  readonly remedies: readonly Remedy[];
  readonly blocksStart: boolean;
  readonly harm: Harm;
  /** somebody allowed it by name: it is a note that counts as nothing */
  readonly accepted?: true;
  readonly place?: Place;
  readonly suppressed: boolean;
  /** stable over runs: code and object */
  readonly fingerprint: string;
}

/** What could not be judged, and why. */
export interface Undecided {
  /** the first code that it leaves open */
  readonly code: string;
  /** every code that it leaves open, when they are several */
  readonly codes?: readonly string[];
  readonly contexts: readonly string[];
  readonly reason: string;
  /** the fact that was not read, and why, where it is one */
  readonly gap?: Gap;
  /** nothing that this run was asked to read holds it: shown, and the run is complete without it */
  readonly expected?: true;
}

type StartVerdict = 'starts' | 'starts-then-stops' | 'does-not-start' | 'unknown';
/** Whether the operator would come up if it restarted now. */
export interface OperatorStart {
  readonly verdict: StartVerdict;
  /** `namespace/name` of the ClientConfig that decides it */
  readonly culprit?: string;
  readonly context?: string;
  /** the code of the finding that tells of this very fault */
  readonly code?: string;
  /** the operator's own message, or why it is unknown */
  readonly message: string;
}

/** What one run comes to: everything it has read, judged. Nothing behind it judges again. */
export interface Report {
  /** the control plane that the printed commands act on */
  readonly target: Target;
  readonly controlPlane: ControlPlane;
  readonly contexts: readonly ContextState[];
  readonly placements?: readonly PlacementFacts[];
  /** where all this was read, and what of it was not: see the inventory */
  readonly source: Inventory['source'];
  readonly unread?: readonly string[];
  readonly start: OperatorStart;
  readonly findings: readonly Finding[];
  readonly unknown: readonly Undecided[];
  /** what checks that were left out, with `--only` or `--skip`, may have had something to say of; the control plane is the empty name */
  readonly notJudged?: readonly string[];
  /** false when something could not be read or ran out of time: then nothing is proven */
  readonly complete: boolean;
  /** Ctrl-C ended the run: of so many contexts some were not read */
  readonly interrupted?: { readonly contexts: number; readonly unread: number };
  /** milliseconds since the epoch */
  readonly startedAt: number;
  readonly durationMs: number;
}

export type FailOn = 'error' | 'warning' | 'never';
const atOrAbove: Readonly<Record<FailOn, readonly Severity[]>> = { error: ['error'], warning: ['error', 'warning'], never: [] };

/** 1 findings at or above `failOn`, 3 incomplete, 0 otherwise; the same in every format. */
export const exitCode = ({ findings, complete }: Pick<Report, 'findings' | 'complete'>, failOn: FailOn): 0 | 1 | 3 =>
  findings.some(({ severity, suppressed }) => !suppressed && atOrAbove[failOn].includes(severity)) ? 1 : complete ? 0 : 3;
