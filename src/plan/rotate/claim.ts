import { kubectl, sentence } from '../../base/advice.ts';
import { type Codec, Malformed, number, object, oneOf, optional, text } from '../../base/codec.ts';
import { UserError } from '../../base/errors.ts';
import { annotation } from '../../kube/annotations.ts';
import { type Key, key, keyText } from '../../kube/key.ts';
import type { Secret } from '../../kube/kinds.ts';
import type { Account } from '../token.ts';

/** Where a rotation stands, kept on the stored Secret in an annotation that the operator does not hash. */
export interface Claim {
  /** the run that holds it: of two runs, the one whose claim was written goes on */
  readonly run: string;
  readonly startedAt: string;
  /** `claimed`: the old token is stored; `written`: the new one is */
  readonly phase: 'claimed' | 'written';
  /** the Secret of the old token in the data plane, when it lives in one */
  readonly from?: Key;
  /** the Secret of the new token; absent for a token with an end, which lives in no Secret */
  readonly to?: Key;
  /** seconds that the new token shall live, when it has an end */
  readonly ttl?: number;
}
const claim: Codec<Claim> = object({
  run: text,
  startedAt: text,
  phase: oneOf({ claimed: true, written: true }),
  from: optional(key),
  to: optional(key),
  ttl: optional(number),
});

/** The rotation that a Secret says is under way. Whoever may write Secrets may have written it: see `refuseStrayClaim`. */
export const claimOf = (secret: Secret): Claim | undefined => {
  const noted = secret.metadata.annotations?.[annotation.rotation];
  if (noted === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(noted);
    const read = claim.read(value, '');
    if (Number.isNaN(Date.parse(read.startedAt))) throw new Malformed('startedAt', 'a time');
    if ((read.to === undefined) === (read.ttl === undefined))
      throw new Malformed('to', read.to === undefined ? 'given' : 'alone: there is a ttl');
    if (read.ttl !== undefined && !(read.ttl >= 600 && read.ttl < 2 ** 32)) throw new Malformed('ttl', 'ten minutes or more');
    return read;
  } catch (error) {
    if (!(error instanceof Malformed) && !(error instanceof SyntaxError)) throw error;
    throw unusable(secret, error instanceof Malformed ? error.message : 'it is not JSON');
  }
};
export const claimText = (value: Claim): string => JSON.stringify(claim.write(value));

/** A claim may name Secrets beside the account's own token and nowhere else. */
export const refuseStrayClaim = (secret: Secret, { from, to }: Claim, account: Account): void => {
  const stray = [from, to].find(one => one !== undefined && one.namespace !== account.namespace);
  if (stray !== undefined)
    throw unusable(secret, `it names Secret ${keyText(stray)}, and the tokens of ${keyText(account)} live in ${account.namespace}`);
};
const unusable = ({ metadata: { namespace, name } }: Secret, why: string): UserError =>
  new UserError(
    `the rotation that is noted on Secret ${namespace}/${name} is not one of this program: ${why}`,
    sentence`if no rotation is under way, take the note away: ${kubectl(undefined, 'annotate', 'secret', '-n', namespace ?? '', name, `${annotation.rotation}-`)}`,
  );
