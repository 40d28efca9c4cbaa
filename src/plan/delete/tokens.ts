import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation } from '../../kube/annotations.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { type Key, keyOf, keyText } from '../../kube/key.ts';
import type { Change } from '../changes.ts';
import { usedBy } from '../owner.ts';
import { othersWithToken } from '../registration.ts';
import { leftTokens, revokeToken } from '../token.ts';
import { type Deletion, storedIn } from './plan.ts';
import { revokeGrant } from './rights.ts';

/** The token Secret that was noted, and every other of ours for this ClientConfig: what a rotation or a create has left goes too. */
export const revokeTokens = async (deletion: Deletion, controlPlane: ControlPlane, source: Connection): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  for (const where of await tokensOf(deletion, source)) {
    const removal = await revokeToken(source, where, deletion.owner, token => {
      return usedBy(token === undefined ? [] : othersWithToken(controlPlane, token, [deletion.key]), 'too');
    });
    const base = { object: `the token Secret ${keyText(where)}`, context: source.context };
    changes.push(
      typeof removal === 'object' ? { ...base, did: 'left', why: removal.left } : { ...base, did: removal === 'gone' ? 'gone' : 'revoked' },
    );
  }
  for (const namespace of namespacesOf(deletion)) changes.push(...(await revokeGrant(source, namespace, deletion.owner)));
  const ends = expiryOf(deletion);
  if (ends !== undefined)
    changes.push({ did: 'left', object: 'the stored token', context: source.context, why: `it lives in no Secret and ends ${ends}` });
  return changes;
};
/** Of the data plane, where what was made for it may lie: what lies there says itself whose it is. */
const namespacesOf = ({ token, secret }: Deletion): ReadonlySet<string> => {
  const account = keyOf(secret?.metadata.annotations?.[annotation.serviceAccount] ?? '');
  return new Set([token, account].flatMap(one => (one === undefined ? [] : [one.namespace])));
};
const tokensOf = async (deletion: Deletion, source: Connection): Promise<readonly Key[]> => {
  const { token, owner } = deletion;
  const all = token === undefined ? [] : [token];
  for (const namespace of namespacesOf(deletion)) {
    for (const { metadata } of await leftTokens(source, namespace, owner)) all.push({ namespace, name: metadata.name });
  }
  return [...new Map(all.map(one => [keyText(one), one])).values()];
};
/** When the stored token ends, of itself, in words. */
const expiryOf = (deletion: Deletion): string | undefined => {
  const { stored } = storedIn(deletion);
  const ends = stored.ok ? stored.value.claims?.expiresAt : undefined;
  return ends === undefined || !Number.isFinite(ends) || Math.abs(ends) > 8.64e15 ? undefined : new Date(ends).toISOString();
};
