import { UserError } from '../../base/errors.ts';
import type { Unread } from '../../base/read.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { demand, getObject } from '../../kube/api/objects.ts';
import { keyText } from '../../kube/key.ts';
import { apiPath, kinds } from '../../kube/kinds.ts';
import type { Change } from '../changes.ts';
import { type Owner, strange } from '../owner.ts';
import { remove } from '../remove.ts';
import { component, secretsRole, tokenRole } from '../renewer.ts';

/** Takes away what a data plane was made to grant for a ClientConfig; what is not ours, or may not be read, stays and is told. */
export const revokeGrant = async (source: Connection, namespace: string, owner: Owner): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  for (const kind of [kinds.roleBinding, kinds.role]) {
    const where = { namespace, name: tokenRole(owner) };
    const object = await getObject(source, kind, namespace, where.name);
    const base = { object: `${kind.kind} ${keyText(where)}`, context: source.context };
    if (!object.ok) changes.push(unread(base, object));
    if (!object.ok || object.value === undefined) continue;
    changes.push(
      await leaving(base, async () => {
        const removal = await remove(source, kind, where, one => strange(one, owner));
        return typeof removal === 'object' ? { ...base, did: 'left', why: removal.left } : { ...base, did: removal };
      }),
    );
  }
  return changes;
};
/** The Secret is named no more among those that the renewer may rewrite; without a name that right goes, and with the last right the Role. */
export const withdrawSecret = async (connection: Connection, namespace: string, secret: string): Promise<readonly Change[]> => {
  const base = { object: `Role ${namespace}/${secretsRole}`, context: connection.context };
  const read = await getObject(connection, kinds.role, namespace, secretsRole);
  if (!read.ok) return [unread(base, read)];
  const role = read.value;
  if (role?.metadata.labels?.['app.kubernetes.io/component'] !== component['app.kubernetes.io/component']) return [];
  if (!(role.rules ?? []).some(({ resourceNames = [] }) => resourceNames.includes(secret))) return [];
  const rules = (role.rules ?? []).flatMap(one => {
    const names = one.resourceNames?.filter(other => other !== secret);
    return names === undefined ? [one] : names.length === 0 ? [] : [{ ...one, resourceNames: names }];
  });
  if (rules.length > 0)
    return [
      await leaving(base, async () => {
        await demand(connection, `update ${base.object}`, {
          method: 'PUT',
          path: apiPath(kinds.role, namespace, secretsRole),
          body: { ...role, apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', rules },
          mustFinish: true,
        });
        return { ...base, did: 'updated', why: `Secret ${secret} is named no more` };
      }),
    ];
  const changes: Change[] = [];
  for (const kind of [kinds.roleBinding, kinds.role]) {
    const one = { ...base, object: `${kind.kind} ${namespace}/${secretsRole}` };
    changes.push(
      await leaving(one, async () => {
        const removal = await remove(connection, kind, { namespace, name: secretsRole }, () => undefined);
        return typeof removal === 'object' ? { ...one, did: 'left', why: removal.left } : { ...one, did: removal };
      }),
    );
  }
  return changes;
};
type Where = Pick<Change, 'object' | 'context'>;
/** It names, of a renewer that once was, an account that has nothing left to renew. */
const unread = (base: Where, { detail }: Unread): Change => ({
  ...base,
  did: 'left',
  why: `whether it is there could not be read (${detail}); delete it if it is`,
});
/** A right that outlives what it was for gives nothing: who may not take it away is told, and goes on. */
const leaving = async (base: Where, work: () => Promise<Change>): Promise<Change> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...base, did: 'left', why: error.message };
  }
};
