import { kubectl, sentence } from '../../base/advice.ts';
import { UserError } from '../../base/errors.ts';
import { annotation } from '../../kube/annotations.ts';
import { keyText } from '../../kube/key.ts';
import type { Secret } from '../../kube/kinds.ts';
import { type RotationNote, readRotationNote } from '../../kube/rotation-note.ts';
import type { Account } from '../token.ts';

export type Claim = RotationNote;

/** The rotation that a Secret says is under way. Whoever may write Secrets may have written it: see `refuseStrayClaim`. */
export const claimOf = (secret: Secret): Claim | undefined => {
  const noteText = secret.metadata.annotations?.[annotation.rotation];
  if (noteText === undefined) return undefined;
  const note = readRotationNote(noteText);
  if (!note.ok) throw unusable(secret, note.why);
  return note.value;
};

/** A claim may name Secrets beside the account's own token and nowhere else. */
export const refuseStrayClaim = (secret: Secret, { from, to }: Claim, account: Account): void => {
  const strayKey = [from, to].find(one => one !== undefined && one.namespace !== account.namespace);
  if (strayKey !== undefined)
    throw unusable(secret, `it names Secret ${keyText(strayKey)}, and the tokens of ${keyText(account)} live in ${account.namespace}`);
};
const unusable = ({ metadata: { namespace, name } }: Secret, why: string): UserError =>
  new UserError(
    `the rotation that is noted on Secret ${namespace}/${name} is not one of this program: ${why}`,
    sentence`take the note away if no rotation is under way: ${kubectl(undefined, 'annotate', 'secret', '-n', namespace ?? '', name, `${annotation.rotation}-`)}`,
  );
