import { type ServedKind, servedKinds } from './kinds.ts';

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
