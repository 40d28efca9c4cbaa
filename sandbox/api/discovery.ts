import { type ServedKind, servedKinds } from './kinds.ts';
import type { Reply } from './reply.ts';

/** What `/apis` answers: the groups with their resources for who accepts that, else their names. */
export const discovery = (accept: string, without: ReadonlySet<string>): unknown => {
  const groups = new Map<string, ServedKind[]>();
  for (const row of servedKinds)
    if (row.group !== '' && !without.has(row.plural)) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  if (!accept.includes('APIGroupDiscoveryList')) return { kind: 'APIGroupList', groups: [...groups.keys()].map(name => ({ name })) };
  return {
    kind: 'APIGroupDiscoveryList',
    items: [...groups].map(([name, rows]) => ({
      metadata: { name },
      versions: [
        {
          version: rows[0]?.version,
          resources: rows.map(({ plural, kind, namespaced }) => ({
            resource: plural,
            responseKind: { kind },
            scope: namespaced ? 'Namespaced' : 'Cluster',
          })),
        },
      ],
    })),
  };
};
/** What `/apis/GROUP/VERSION` answers; `undefined` for any other path. */
export const groupDiscovery = (path: string, without: ReadonlySet<string>): Reply | undefined => {
  const [, group, version] = /^\/apis\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (group === undefined) return undefined;
  const rows = servedKinds.filter(row => row.group === group && row.version === version && !without.has(row.plural));
  if (rows.length === 0) return { status: 404, body: '404 page not found\n' };
  const resources = rows.map(({ plural, kind, namespaced }) => ({
    name: plural,
    singularName: '',
    namespaced,
    kind,
    verbs: ['get', 'list'],
  }));
  return { status: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources } };
};
