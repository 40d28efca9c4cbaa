import { commandLine, sentenceText, type Target } from '../base/advice.ts';
import { documentVersion } from '../base/domain.ts';
import type { UserError } from '../base/errors.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import type { Operator } from '../operator/environment.ts';
import type { Change, Planned } from '../plan/changes.ts';
import { type Unknown, unknownLine } from '../plan/unknown.ts';

/** What a command that writes has come to. */
export interface WriteOutcome {
  readonly verb: string;
  readonly dryRun: boolean;
  readonly controlPlane: ControlPlane | undefined;
  readonly steps: readonly Planned[];
  /** the operator that starts again because of it */
  readonly restarts: Operator | undefined;
  readonly done: readonly Change[];
  readonly waited?: { readonly loaded: readonly string[]; readonly ms: number };
  readonly warnings: readonly string[];
  readonly unknown: readonly Unknown[];
  /** what the commands in it must carry */
  readonly target: Target;
  readonly error?: UserError;
}
/** The versioned document of `-o json`: fields are added, never removed. It holds no credential. */
export const writesDocument = (outcome: WriteOutcome): Readonly<Record<string, unknown>> => {
  const { verb, dryRun, controlPlane, steps, restarts, done, waited, warnings, unknown, target, error } = outcome;
  return {
    apiVersion: documentVersion,
    kind: 'ClientConfigChange',
    command: verb,
    outcome: resultOf(outcome),
    dryRun,
    controlPlane: controlPlane?.context ?? null,
    restarts: restarts === undefined ? null : `${restarts.namespace}/${restarts.name}`,
    planned: steps.map(({ will, object, context, note }) => ({ action: will, object, context, note: note ?? null })),
    done: done.map(({ did, object, context, why }) => ({ action: did, object, context, why: why ?? null })),
    waited: waited === undefined ? null : { loaded: waited.loaded, durationMs: waited.ms },
    warnings,
    unknown: unknown.map(one => ({ message: unknownLine(one), context: one.context, reason: one.reason, ...remedyOf(one, target) })),
    error: error === undefined ? null : { message: error.message, exitCode: error.exitCode },
  };
};
const resultOf = ({ error, steps, dryRun }: WriteOutcome): string => {
  if (error !== undefined) return 'failed';
  if (steps.every(({ will }) => will === 'keep')) return 'unchanged';
  return dryRun ? 'planned' : 'done';
};
const remedyOf = ({ remedy }: Unknown, target: Target): Readonly<Record<'look' | 'do', string | null>> => ({
  look: remedy.label === 'do' ? null : commandLine(remedy.command, target),
  do: remedy.label === 'do' ? sentenceText(remedy.text, target) : null,
});
