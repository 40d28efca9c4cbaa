import { randomUUID } from 'node:crypto';
import type { Json } from './json.ts';
import { type ServedKind, servedKinds } from './kinds.ts';

export interface Stored extends Json {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
}
export interface Store {
  /** Creates or replaces, with a new resourceVersion; whatever is not given of what a server fills in is filled in. */
  readonly put: (group: string, plural: string, object: Stored) => Stored;
  readonly get: (group: string, plural: string, namespace: string, name: string) => Stored | undefined;
  readonly list: (group: string, plural: string) => readonly Stored[];
  /** Takes the object away, whatever finalizers it has. */
  readonly remove: (group: string, plural: string, namespace: string, name: string) => void;
  readonly revision: () => number;
  /** Keeps what is stored now; the returned function brings it back, unseen by listeners. */
  readonly snapshot: () => () => void;
  /** called after every change, as a watch is; `gone` when the object was removed */
  readonly onChange: (listener: (group: string, plural: string, object: Stored, gone: boolean) => void) => void;
}

/** Seconds, as an API server writes times. */
export const timestamp = (date = new Date()): string => date.toISOString().replace(/\.\d+/, '');

/** Objects in memory, by group, plural, namespace and name. */
export const makeStore = (): Store => {
  const tables = new Map<string, Map<string, Stored>>();
  const listeners: Parameters<Store['onChange']>[0][] = [];
  let revision = 100;
  const table = (group: string, plural: string): Map<string, Stored> => {
    const key = `${group}/${plural}`;
    const rows = tables.get(key) ?? new Map<string, Stored>();
    tables.set(key, rows);
    return rows;
  };
  const tell = (group: string, plural: string, object: Stored, gone: boolean): void => {
    for (const listener of listeners) listener(group, plural, object, gone);
  };
  return {
    put: (group, plural, object) => {
      const kind = servedKinds.find(one => one.group === group && one.plural === plural);
      const stored = completed(kind, object, String(++revision));
      table(group, plural).set(`${object.metadata.namespace ?? ''}/${object.metadata.name}`, stored);
      tell(group, plural, stored, false);
      return stored;
    },
    get: (group, plural, namespace, name) => table(group, plural).get(`${namespace}/${name}`),
    list: (group, plural) => [...table(group, plural).values()],
    remove: (group, plural, namespace, name) => {
      const key = `${namespace}/${name}`;
      const gone = table(group, plural).get(key);
      if (gone === undefined) return;
      table(group, plural).delete(key);
      revision++;
      tell(group, plural, gone, true);
    },
    revision: () => revision,
    snapshot: () => {
      // Objects are replaced and never changed, so that the maps alone are copied.
      const kept = [...tables].map(([key, rows]) => [key, new Map(rows)] as const);
      return () => {
        tables.clear();
        for (const [key, rows] of kept) tables.set(key, new Map(rows));
      };
    },
    onChange: listener => void listeners.push(listener),
  };
};

/** What a server fills in: the kind, an identity, and the type of a Secret. */
const completed = (kind: ServedKind | undefined, object: Stored, resourceVersion: string): Stored => {
  const { metadata } = object;
  return {
    ...(kind === undefined ? {} : { apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind: kind.kind }),
    ...object,
    ...(kind?.plural === 'secrets' ? { type: object['type'] ?? 'Opaque' } : {}),
    metadata: {
      creationTimestamp: timestamp(),
      ...(kind?.generation === true ? { generation: 1 } : {}),
      ...metadata,
      uid: metadata.uid ?? randomUUID(),
      resourceVersion,
    },
  };
};
