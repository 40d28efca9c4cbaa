import { Malformed, number, object, oneOf, optional, type TypeOf, text } from '../base/codec.ts';
import { key } from './key.ts';

/** Where a rotation stands, kept on the stored Secret in an annotation that the operator does not hash. */
const note = object({
  /** the run that holds it: of two runs, the one whose claim was written goes on */
  run: text,
  startedAt: text,
  /** `claimed`: the old token is stored; `written`: the new one is */
  phase: oneOf({ claimed: true, written: true }),
  /** the Secret of the old token in the data plane, when it lives in one */
  from: optional(key),
  /** the Secret of the new token; absent for a token with an end, which lives in no Secret */
  to: optional(key),
  /** seconds that the new token shall live, when it has an end */
  ttl: optional(number),
});
export type RotationNote = TypeOf<typeof note>;

/** What was noted, or why it is no note of this program. Whoever may write Secrets may have written it. */
export const readRotationNote = (
  noted: string,
): { readonly ok: true; readonly value: RotationNote } | { readonly ok: false; readonly why: string } => {
  try {
    const value = note.read(JSON.parse(noted), '');
    if (Number.isNaN(Date.parse(value.startedAt))) throw new Malformed('startedAt', 'a time');
    if ((value.to === undefined) === (value.ttl === undefined))
      throw new Malformed('to', value.to === undefined ? 'given' : 'alone: there is a ttl');
    if (value.ttl !== undefined && !(value.ttl >= 600 && value.ttl < 2 ** 32)) throw new Malformed('ttl', 'ten minutes or more');
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, why: error.message };
    if (error instanceof SyntaxError) return { ok: false, why: 'it is not JSON' };
    throw error;
  }
};
export const rotationNoteText = (value: RotationNote): string => JSON.stringify(note.write(value));
