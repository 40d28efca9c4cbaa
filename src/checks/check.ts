import type { Remedy } from '../base/advice.ts';
import type { Place } from '../base/place.ts';
import type { ContextState, Inventory, UserContext } from '../fleet/inventory.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import type { ContextGiven, ContextNeed, FleetGiven, FleetNeed } from './facts.ts';
import type { Gap } from './gap.ts';
import type { Finding, ObjectRef, OperatorStart, Severity } from './report.ts';

/** What a check says of one thing. Findings of one check that differ in nothing but the context become one finding. */
export interface Found {
  /** of a context check its own context, unless it says another */
  readonly context?: string;
  readonly object?: ObjectRef;
  /** other objects with the same fault */
  readonly also?: readonly ObjectRef[];
  /** what is wrong, without the context's name, lower case, no full stop */
  readonly message: string;
  /** the same without the names in it: what is one cause is one finding, and this is its message when the messages differ */
  readonly cause?: string;
  /** what follows from it, when that is more than the check's own `why` */
  readonly effect?: string;
  /** what to do about this one, when it differs from the check's own */
  readonly remedies?: Remedies;
  /** the same in manifests */
  readonly inFile?: string;
  /** true when the operator, restarted now, would die of it (at once or after its two minutes) */
  readonly blocksStart?: boolean;
  /** of what blocks the start: it dies of it at once, not after its two minutes */
  readonly atOnce?: boolean;
  readonly severity?: Severity;
  /** somebody allowed it by name when the ClientConfig was created, so it is told as suppressed */
  readonly accepted?: boolean;
  /** where it stands, when that is not where its object stands */
  readonly place?: Place;
}
/** One of several things that a check looks at could not be read: the others are judged all the same. */
export type Unjudged = { readonly context?: string } & ({ readonly unjudged: string } | { readonly gaps: readonly Gap[] });
export type Said = Found | Unjudged;

/** What a remedy may go by: all that was read, since it judges nothing. What is not known it leaves to the reader. */
export interface Scene {
  readonly found: Found;
  /** the context that it is about */
  readonly context?: ContextState | undefined;
  readonly inventory: Inventory;
  readonly ways: () => UserWays;
  /** how a ClientConfig is named on a command line: with its namespace where its name alone is that of several */
  readonly nameOf: (config: ClientConfig) => string;
  /** whether the operator would start */
  readonly start: () => OperatorStart;
}
/** Where the user's own contexts lead. */
export interface UserWays {
  readonly named: (name: string | undefined) => UserContext | undefined;
  /** those whose server is this one */
  readonly to: (server: string) => readonly UserContext[];
  /** names of those that lead to no stored server */
  readonly free: readonly string[];
}
export type Remedies = (scene: Scene) => readonly Remedy[];

/** What `explain` and the page of a code say beyond the finding, in clauses without a full stop. */
export interface Background {
  /** what was read to know it */
  readonly read: string;
  /** what usually brings it about, the likeliest first */
  readonly causes: readonly [string, ...string[]];
  /** how it is kept from coming about */
  readonly prevent: string;
  /** codes that are near */
  readonly related: readonly [string, ...string[]];
}
interface Rule {
  /** `KCnnn`, never reused */
  readonly code: string;
  /** the truth it asserts, as in "every k8sContext has a ClientConfig" */
  readonly title: string;
  readonly background: Background;
  readonly severity: Severity;
  /** where it is broken, a datacenter is made anew and empty beside the one with the data */
  readonly losesData?: boolean;
  /** what of a context it is about, when that is not its ClientConfig */
  readonly about?: 'Secret' | 'server';
  /** why it matters, with the operator's behaviour behind it */
  readonly why: string;
  /** what to do about it in a cluster */
  readonly remedies: Remedies;
  /** what to change in the manifest where it stands, when the cure in prose says something else */
  readonly inFile?: string;
  /** the cure in prose, for `explain` and docs */
  readonly cure: string;
}
/** What every check may know, since it is never unread. */
export type Circumstances = Pick<Inventory, 'now' | 'source' | 'warnBeforeDays' | 'places'> & {
  /** the control plane as the user names and dials it; the server is empty when nothing was dialled */
  readonly controlPlane: { readonly context: string; readonly server: string };
};

interface Asking<Need extends string> {
  /** facts without which it cannot judge: one that is missing makes its verdict unknown */
  readonly needs: readonly Need[];
  /** facts that may be missing: it gets them with the reason */
  readonly helps: readonly Need[];
}
interface FleetCheck extends Rule, Asking<FleetNeed> {
  readonly scope: 'fleet';
  readonly run: (facts: object, about: Circumstances) => Iterable<Said>;
}
interface ContextCheck extends Rule, Asking<ContextNeed> {
  readonly scope: 'context';
  readonly run: (facts: object, about: Circumstances) => Iterable<Said>;
}
/** What the checks before a report check came to. */
export interface Before {
  readonly findings: readonly Finding[];
  /** what could not be judged, of one context or of none */
  readonly open: readonly { readonly code: string; readonly context?: string | undefined }[];
}
interface ReportCheck extends Rule, Asking<FleetNeed> {
  readonly scope: 'report';
  readonly run: (facts: object, before: Before, about: Circumstances) => Iterable<Said>;
}
/** A truth that is judged, whatever its scope. */
export type Check = FleetCheck | ContextCheck | ReportCheck;

/** Judged once, over the whole control plane. */
export const fleetCheck = <const N extends FleetNeed, const H extends FleetNeed = never>({
  run,
  helps = [],
  ...check
}: Rule & {
  readonly needs: readonly N[];
  readonly helps?: readonly H[];
  readonly run: (facts: FleetGiven<N, H>, about: Circumstances) => Iterable<Said>;
}): Check => ({ ...check, helps, scope: 'fleet', run: (facts, about) => run(facts as FleetGiven<N, H>, about) });

/** Judged for each context on its own. */
export const contextCheck = <const N extends ContextNeed, const H extends ContextNeed = never>({
  run,
  helps = [],
  ...check
}: Rule & {
  readonly needs: readonly N[];
  readonly helps?: readonly H[];
  readonly run: (facts: ContextGiven<N, H>, about: Circumstances) => Iterable<Said>;
}): Check => ({ ...check, helps, scope: 'context', run: (facts, about) => run(facts as ContextGiven<N, H>, about) });

/** Judged last, over what the others have found. */
export const reportCheck = <const N extends FleetNeed>({
  run,
  ...check
}: Rule & {
  readonly needs: readonly N[];
  readonly run: (facts: FleetGiven<N, never>, before: Before, about: Circumstances) => Iterable<Said>;
}): Check => ({
  ...check,
  helps: [],
  scope: 'report',
  run: (facts, before, about) => run(facts as FleetGiven<N, never>, before, about),
});
