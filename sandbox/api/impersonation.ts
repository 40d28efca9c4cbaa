import type { IncomingHttpHeaders } from 'node:http';
import { isAllowed, type User } from './rbac.ts';
import { failure, forbidden, type Reply } from './reply.ts';
import type { Store } from './store.ts';

const accountName = /^system:serviceaccount:([^:]+):([^:]+)$/;
/** Who a request is taken for: whom its Impersonate headers name, if the caller may. */
export const asUser = (store: Store, caller: User, headers: IncomingHttpHeaders): User | Reply => {
  const [username] = [headers['impersonate-user']].flat();
  const groups = [headers['impersonate-group']].flat().flatMap(one => one?.split(/, ?/) ?? []);
  if (username === undefined)
    return groups.length === 0 ? caller : failure(500, 'requested [{Group  }] without impersonating a user', { reason: 'InternalError' });
  const [, namespace, account] = accountName.exec(username) ?? [];
  const wanted = namespace === undefined ? [['users', username, undefined] as const] : [['serviceaccounts', account, namespace] as const];
  for (const [resource, name, at] of [...wanted, ...groups.map(group => ['groups', group, undefined] as const)])
    if (!isAllowed(store, caller, { verb: 'impersonate', group: '', resource, namespace: at, name })) {
      const where = at === undefined ? 'at the cluster scope' : `in the namespace "${at}"`;
      const why = `User "${caller.username}" cannot impersonate resource "${resource}" in API group "" ${where}`;
      return forbidden({ group: '', plural: resource }, name, why);
    }
  const own = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const all = [...(groups.length === 0 ? own : groups), 'system:authenticated'];
  return { username, groups: all, rules: all.includes('system:masters') ? 'all' : 'bound' };
};
