import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { throwIfOver } from '../base/deadline.ts';
import { domain } from '../base/domain.ts';
import { UserError } from '../base/errors.ts';
import { annotation, deletingLabel } from '../kube/annotations.ts';
import { isAbsent, statusMessage } from '../kube/api/answer.ts';
import { type Connection, TransportError } from '../kube/api/connection.ts';
import { demandObject, getObject, RefusedError } from '../kube/api/objects.ts';
import { apiPath, apiVersion, type Kind, type KubeObject } from '../kube/kinds.ts';
import type { Change, Planned } from './changes.ts';

/** One intended write, as a value: `--dry-run` prints it, the journal performs it. */
export interface Write<T extends KubeObject = KubeObject> {
  readonly action: 'create' | 'update' | 'unchanged';
  readonly connection: Connection;
  readonly kind: Kind;
  /** the object as it shall be */
  readonly object: T;
  /** the object as it is, for an update */
  readonly before?: T;
  /** for a person: what it holds, or what changes */
  readonly note: string;
}
export const nameOf = ({ kind, object }: Pick<Write, 'kind' | 'object'>): string =>
  `${kind.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;

const runAnnotation = annotation.run;
/** What one run has written, so that a failure or Ctrl-C can take all of it back. */
export interface Journal {
  readonly write: (write: Write) => Promise<KubeObject>;
  /** newest first; says what it undid. What could not be undone may need what was written before it, so that stays too, unless nobody does */
  readonly rollBack: (stillNeeded?: StillNeeded) => Promise<readonly Change[]>;
}
/** Why a write of a run must stay, beside all that it has written; `false` where nobody needs it, and `undefined` where that is not known. */
export type StillNeeded = (write: Write, written: readonly Write[]) => Promise<string | false | undefined>;

export const openJournal = (limits: Parameters<typeof throwIfOver>[0]): Journal => {
  const run = randomUUID();
  const entries: { write: Write; after?: KubeObject }[] = [];
  return {
    write: async write => {
      throwIfOver(limits);
      if (write.action === 'unchanged') return write.object;
      // Entered before it is sent: a write whose answer is lost may still have landed.
      const entry: { write: Write; after?: KubeObject } = { write };
      entries.push(entry);
      try {
        entry.after = await send(write, run);
        return entry.after;
      } catch (error) {
        // The API said no, so there is nothing to take back.
        if (error instanceof RefusedError && error.status !== undefined && error.status < 500) entries.pop();
        throw error;
      }
    },
    rollBack: async stillNeeded => {
      const all: Change[] = [];
      const undoneEntries = entries.splice(0).reverse();
      const writes = undoneEntries.map(({ write }) => write);
      let former: string | false = false;
      for (const entry of undoneEntries) {
        const reason = (await stillNeeded?.(entry.write, writes)) ?? former;
        const change = reason === false ? await undo(entry, run) : left(entry.write, reason);
        if (change === undefined) continue;
        all.push(change);
        if (reason === false && change.did === 'left') former = 'the former may need it';
      }
      return all;
    },
  };
};
const left = (write: Write, why: string): Change => ({ did: 'left', object: nameOf(write), context: write.connection.context, why });

const send = ({ action, connection, kind, object, before }: Write, run: string): Promise<KubeObject> => {
  const { namespace, name } = object.metadata;
  const annotations = { ...object.metadata.annotations, [runAnnotation]: run };
  const body = {
    ...object,
    apiVersion: apiVersion(kind),
    kind: kind.kind,
    metadata: {
      ...object.metadata,
      annotations,
      ...(before?.metadata.resourceVersion === undefined ? {} : { resourceVersion: before.metadata.resourceVersion }),
    },
  };
  const what = `${action} ${nameOf({ kind, object })}`;
  return action === 'create'
    ? demandObject(connection, what, { method: 'POST', path: apiPath(kind, namespace), body, mustFinish: true }, kind)
    : demandObject(connection, what, { method: 'PUT', path: apiPath(kind, namespace, name), body, mustFinish: true }, kind);
};

/**
 * Whether it still says what was written. Another run leaves the mark of this one where it changes an object; what the operator and the token
 * controller add is no change.
 */
export const isAsWritten = (current: KubeObject, written: KubeObject): boolean => {
  const [now, then] = [current, written].map(one => ({ spec: undefined, data: undefined, ...one }));
  const noted = ({ metadata: { annotations = {} } }: KubeObject): object =>
    Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith(`${domain}/`) && name !== runAnnotation));
  return (
    isDeepStrictEqual(now?.spec, then?.spec) &&
    (then?.data === undefined || isDeepStrictEqual(now?.data, then.data)) &&
    isDeepStrictEqual(noted(current), noted(written))
  );
};

/** The token controller writes into what was just made: what changes while it is looked at is looked at again. */
const looks = 3;
/** Nothing where there was nothing to take back. */
const undo = async (entry: { write: Write; after?: KubeObject }, run: string, look = 1): Promise<Change | undefined> => {
  const { write, after } = entry;
  const { connection, kind, object, before } = write;
  const { namespace, name } = object.metadata;
  try {
    const read = await getObject(connection, kind, namespace, name, true);
    if (!read.ok) return left(write, read.detail);
    const liveObject = read.value;
    if (liveObject === undefined) return undefined;
    const isIts = liveObject.metadata.annotations?.[runAnnotation] === run;
    if (!isIts && after === undefined) return undefined;
    if (!isIts || !isAsWritten(liveObject, object)) return left(write, 'someone else has changed it since');
    const { uid, resourceVersion, labels } = liveObject.metadata;
    if (labels?.[deletingLabel] !== undefined) return left(write, 'it is being deleted');
    const request =
      before === undefined
        ? {
            method: 'DELETE' as const,
            path: apiPath(kind, namespace, name),
            body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid, resourceVersion } },
          }
        : {
            method: 'PUT' as const,
            path: apiPath(kind, namespace, name),
            body: { ...before, metadata: { ...before.metadata, resourceVersion } },
          };
    const answer = await connection.request({ ...request, mustFinish: true });
    if (answer.status === 409 && look < looks) return undo(entry, run, look + 1);
    if (isAbsent(answer)) return undefined;
    if (answer.status >= 300) return left(write, statusMessage(answer));
    const base = { object: nameOf(write), context: connection.context };
    return before === undefined ? { ...base, did: 'deleted', why: 'taken back' } : { ...base, did: 'restored' };
  } catch (error) {
    if (error instanceof TransportError) return left(write, error.message);
    throw error;
  }
};

/** The write that turns what exists into what is wanted; `unchanged` when they agree in everything we set. */
export const writeOf = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  object: T,
  same: (before: T, wanted: T) => readonly string[],
  note: string,
): Promise<Write<T>> => {
  const read = await getObject<T>(connection, kind, object.metadata.namespace, object.metadata.name);
  if (!read.ok) {
    throw new UserError(
      `cannot read ${nameOf({ kind, object })} in ${connection.context}: ${read.detail}`,
      'use a context whose user may read it: it is compared before anything is written',
    );
  }
  const before = read.value;
  if (before === undefined) return { action: 'create', connection, kind, object, note };
  const within = same(before, object);
  const metadataChanges = metadataDifferences(before, object).filter(({ key }) => within.length === 0 || !wayAnnotations.includes(key));
  const differences = [...within, ...metadataChanges.map(({ text }) => text)];
  if (differences.length === 0) return { action: 'unchanged', connection, kind, object: before, before, note: 'unchanged' };
  const mergedObject = {
    ...before,
    ...object,
    metadata: {
      ...before.metadata,
      labels: { ...before.metadata.labels, ...object.metadata.labels },
      annotations: { ...before.metadata.annotations, ...object.metadata.annotations },
    },
  };
  return { action: 'update', connection, kind, object: mergedObject, before, note: differences.join(', ') };
};
/** They say again what the kubeconfig says. */
const wayAnnotations: readonly string[] = [annotation.server, annotation.tlsServerName, annotation.proxyUrl];
const metadataDifferences = (before: KubeObject, wanted: KubeObject): readonly { readonly key: string; readonly text: string }[] =>
  (['labels', 'annotations'] as const).flatMap(part =>
    Object.entries(wanted.metadata[part] ?? {}).flatMap(([key, value]) =>
      before.metadata[part]?.[key] === value
        ? []
        : [{ key, text: `${part.slice(0, -1)} ${key}: ${before.metadata[part]?.[key] ?? '(none)'} -> ${value}` }],
    ),
  );

const wills = { create: 'create', update: 'update', unchanged: 'keep' } as const;
const deeds = { create: 'created', update: 'updated', unchanged: 'unchanged' } as const;
/** A write before it is done, and after it. */
export const plannedBy = (write: Write): Planned => ({
  will: wills[write.action],
  object: nameOf(write),
  context: write.connection.context,
  note: write.note,
});
export const changeOf = (write: Write): Change => ({
  did: deeds[write.action],
  object: nameOf(write),
  context: write.connection.context,
  ...(write.action === 'update' ? { why: write.note } : {}),
});
