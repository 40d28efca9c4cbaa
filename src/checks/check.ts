import type { Remedy } from '../base/advice.ts';
import type { Place } from '../base/place.ts';
import type { Read } from '../base/read.ts';
import type { ContextState, ControlPlane, Inventory } from '../fleet/inventory.ts';
import type { Finding, ObjectRef, Severity } from './report.ts';

/** What a check says of one thing. Findings of one check that differ in nothing but the context become one finding. */
export interface Found {
  readonly context?: string;
  readonly object?: ObjectRef;
  /** what is wrong, without the context's name, lower case, no full stop */
  readonly message: string;
  /** the same without the names in it: what is one cause is one finding, and this is its message when the messages differ */
  readonly cause?: string;
  /** what follows from it, when that is more than the check's own `why` */
  readonly effect?: string;
  /** the curing command for these contexts, when it differs from the check's own */
  readonly fix?: (contexts: readonly string[]) => readonly string[];
  /** what to do about this one, when it differs from the check's own */
  readonly remedies?: readonly Remedy[];
  /** true when the operator, restarted now, would die of it (at once or after its two minutes) */
  readonly blocksStart?: boolean;
  readonly severity?: Severity;
  /** where it stands, when that is not where its object stands */
  readonly place?: Place;
}

interface Rule {
  /** `KCnnn`, never reused */
  readonly code: string;
  /** the truth it asserts, as in "every k8sContext has a ClientConfig" */
  readonly title: string;
  readonly severity: Severity;
  /** why it matters, with the operator's behaviour behind it */
  readonly why: string;
  /** how to cure it: a command as words, given the contexts */
  readonly fix: (contexts: readonly string[]) => readonly string[];
  /** the same cure in prose, for `explain` and docs */
  readonly cure: string;
}
type Reads = { [K in keyof ControlPlane as ControlPlane[K] extends Read<unknown> ? K : never]: ControlPlane[K] };
export type Need = keyof Reads;
export type Facts<N extends Need> = { readonly [K in N]: Reads[K] extends Read<infer T> ? T : never };

/** Judged once, over the whole control plane; runs only when everything it needs could be read. */
interface FleetCheck extends Rule {
  readonly scope: 'fleet';
  readonly needs: readonly Need[];
  readonly run: (facts: Facts<Need>, inventory: Inventory) => Iterable<Found>;
}
/** Judged for each context on its own. A step that was not run is reported as unknown by the runner, never by a check. */
export interface ContextCheck extends Rule {
  readonly scope: 'context';
  readonly run: (context: ContextState, inventory: Inventory) => Iterable<Found>;
  /** why a context cannot be judged, though none of its own steps says so */
  readonly unjudged?: (context: ContextState, inventory: Inventory) => string | undefined;
}
/** Judged last, over what the others have found. */
interface ReportCheck extends Rule {
  readonly scope: 'report';
  readonly run: (findings: readonly Finding[], inventory: Inventory) => Iterable<Found>;
  /** why it cannot be judged */
  readonly undecided?: (inventory: Inventory) => string | undefined;
}
export type Check = FleetCheck | ContextCheck | ReportCheck;

export const fleetCheck = <const N extends Need>(
  check: Rule & { readonly needs: readonly N[]; readonly run: (facts: Facts<N>, inventory: Inventory) => Iterable<Found> },
): Check => ({ ...check, scope: 'fleet', run: (facts, inventory) => check.run(facts as Facts<N>, inventory) });
export const contextCheck = (check: Omit<ContextCheck, 'scope'>): Check => ({ ...check, scope: 'context' });
export const reportCheck = (check: Omit<ReportCheck, 'scope'>): Check => ({ ...check, scope: 'report' });
