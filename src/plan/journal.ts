import { randomUUID } from 'node:crypto';
import { throwIfOver } from '../base/deadline.ts';
import { UserError } from '../base/errors.ts';
import { annotation, deletingLabel } from '../kube/annotations.ts';
import { statusMessage } from '../kube/api/answer.ts';
import { type Connection, TransportError } from '../kube/api/connection.ts';
import { demandObject, getObject, RefusedError } from '../kube/api/objects.ts';
import { apiPath, apiVersion, type Kind, type KubeObject } from '../kube/kinds.ts';

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
  /** newest first, but for what `stillNeeded` gives a reason to leave; says what it undid. What could not be undone may need what was written before it, so that stays too */
  readonly rollBack: (stillNeeded?: (write: Write) => Promise<string | undefined>) => Promise<readonly string[]>;
}

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
      const said: string[] = [];
      const undoing = entries.splice(0).reverse();
      for (const [index, entry] of undoing.entries()) {
        const reason = await stillNeeded?.(entry.write);
        if (reason !== undefined) {
          said.push(`left ${nameOf(entry.write)} in ${entry.write.connection.context}: ${reason}`);
          continue;
        }
        const { text, left } = await undo(entry, run);
        said.push(text);
        if (!left) continue;
        said.push(
          ...undoing.slice(index + 1).map(({ write }) => `left ${nameOf(write)} in ${write.connection.context}: the former may need it`),
        );
        break;
      }
      return said;
    },
  };
};

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

/** The token controller writes into what was just made: what changes while it is looked at is looked at again. */
const looks = 3;
const undo = async (
  entry: { write: Write; after?: KubeObject },
  run: string,
  look = 1,
): Promise<{ readonly text: string; readonly left: boolean }> => {
  const { write, after } = entry;
  const { connection, kind, object, before } = write;
  const { namespace, name } = object.metadata;
  const what = nameOf(write);
  const left = (why: string) => ({ text: `left ${what} in ${connection.context}: ${why}`, left: true });
  const undoneAs = (text: string) => ({ text, left: false });
  try {
    const read = await getObject(connection, kind, namespace, name, true);
    if (!read.ok) return left(read.detail);
    const current = read.value;
    if (current === undefined) return undoneAs(`nothing to undo for ${what}`);
    if (current.metadata.annotations?.[runAnnotation] !== run)
      return after === undefined ? undoneAs(`nothing to undo for ${what}`) : left('someone else has changed it since');
    const { uid, resourceVersion, labels } = current.metadata;
    if (labels?.[deletingLabel] !== undefined) return left('it is being deleted');
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
    const undone = await connection.request({ ...request, mustFinish: true });
    if (undone.status === 409 && look < looks) return undo(entry, run, look + 1);
    if (undone.status >= 300 && undone.status !== 404) return left(statusMessage(undone));
    return undoneAs(before === undefined ? `removed ${what} again` : `restored ${what}`);
  } catch (error) {
    if (error instanceof TransportError) return left(error.message);
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
  const beside = metadataDifferences(before, object).filter(({ key }) => within.length === 0 || !wayAnnotations.includes(key));
  const differences = [...within, ...beside.map(({ text }) => text)];
  if (differences.length === 0) return { action: 'unchanged', connection, kind, object: before, before, note: 'unchanged' };
  const merged = {
    ...before,
    ...object,
    metadata: {
      ...before.metadata,
      labels: { ...before.metadata.labels, ...object.metadata.labels },
      annotations: { ...before.metadata.annotations, ...object.metadata.annotations },
    },
  };
  return { action: 'update', connection, kind, object: merged, before, note: differences.join(', ') };
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
