import { byHand } from '../../base/advice.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation, managedByLabel } from '../../kube/annotations.ts';
import { type Key, keyOf, keyText } from '../../kube/key.ts';
import type { Change } from '../changes.ts';
import type { DataPlaneConnection } from '../data-plane.ts';
import { leftTokens, revokeToken, tokenChange } from '../token.ts';
import type { Unknown } from '../unknown.ts';
import { heldByOthers, unknownHolder } from '../users.ts';
import { type Deletion, storedIn } from './plan.ts';
import { revokeGrant } from './rights.ts';

/** That nobody could look for tokens in the data plane of a deletion, and why. */
export const unknownTokens = ({ key, token }: Deletion, context: string, detail: string): Unknown => ({
  what: `whether ${token === undefined ? 'a token' : `the token of Secret ${keyText(token)} or another`} of ClientConfig ${key} is left in its data plane`,
  context,
  reason: 'skipped',
  detail,
  remedy: byHand(
    `look in that data plane for Secrets with the label ${managedByLabel} and the annotation ${annotation.clientConfig}: ${key}`,
  ),
});
/** What became of the tokens of one deletion, and what could not be known of them. */
export interface Revoked {
  readonly done: readonly Change[];
  readonly unknown: readonly Unknown[];
}
/** The token Secret that was noted, and every other of ours for this ClientConfig: what a rotation or a create has left goes too. */
export const revokeTokens = async (deletion: Deletion, controlPlane: ControlPlane, source: DataPlaneConnection): Promise<Revoked> => {
  const changes: Change[] = [];
  const { owner } = deletion;
  const { keys, unknown } = await tokensOf(deletion, source);
  for (const where of keys) {
    const removal = await revokeToken(source, where, owner, token => {
      const holders = token === undefined ? undefined : heldByOthers(controlPlane, token, [deletion.key]);
      if (holders?.unread !== undefined) unknown.push(unknownHolder(controlPlane, owner, holders.unread));
      return holders?.why;
    });
    changes.push(tokenChange(where, source.context, removal));
  }
  for (const namespace of namespacesOf(deletion)) changes.push(...(await revokeGrant(source, namespace, owner)));
  const ends = expiryOf(deletion);
  if (ends !== undefined)
    changes.push({ did: 'left', object: 'the stored token', context: source.context, why: `it lives in no Secret and ends ${ends}` });
  return { done: changes, unknown };
};
/** Of the data plane, where what was made for it may lie: what lies there says itself whose it is. */
const namespacesOf = ({ token, secret }: Deletion): ReadonlySet<string> => {
  const account = keyOf(secret?.metadata.annotations?.[annotation.serviceAccount] ?? '');
  return new Set([token, account].flatMap(one => (one === undefined ? [] : [one.namespace])));
};
const tokensOf = async (
  deletion: Deletion,
  source: DataPlaneConnection,
): Promise<{ readonly keys: readonly Key[]; readonly unknown: Unknown[] }> => {
  const { token, owner } = deletion;
  const all = token === undefined ? [] : [token];
  const unknown: Unknown[] = [];
  for (const namespace of namespacesOf(deletion)) {
    const left = await leftTokens(source, namespace, owner);
    for (const { metadata } of left.secrets) all.push({ namespace, name: metadata.name });
    if (left.unknown !== undefined) unknown.push(left.unknown);
  }
  return { keys: [...new Map(all.map(one => [keyText(one), one])).values()], unknown };
};
/** When the stored token ends, of itself, in words. */
const expiryOf = (deletion: Deletion): string | undefined => {
  const { stored } = storedIn(deletion);
  const ends = stored.ok ? stored.value.claims?.expiresAt : undefined;
  return ends === undefined || !Number.isFinite(ends) || Math.abs(ends) > 8.64e15 ? undefined : new Date(ends).toISOString();
};
