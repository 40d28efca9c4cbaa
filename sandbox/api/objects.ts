import { randomUUID } from 'node:crypto';
import { admission } from './admission.ts';
import { type Json, record } from './json.ts';
import type { ServedKind } from './kinds.ts';
import { patched } from './patches.ts';
import { alreadyExists, conflict, detailsOf, failure, invalid, preconditionFailed, type Reply, success } from './reply.ts';
import { type Store, type Stored, timestamp } from './store.ts';
import { decoded, refused } from './validation.ts';

/** A request to one object, or to create one. */
export interface Target {
  readonly store: Store;
  readonly webhook: () => readonly string[] | 'down' | undefined;
  readonly kind: ServedKind;
  readonly namespace: string | undefined;
  readonly name: string;
  /** `status`, where that is a resource of its own */
  readonly status: boolean;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly contentType: string;
}
const isReply = (value: Stored | Json | Reply): value is Reply => typeof value['status'] === 'number' && 'body' in value;
const dryRun = ({ query }: Target): boolean => query.get('dryRun') === 'All';
const strict = ({ query }: Target): boolean => query.get('fieldValidation') === 'Strict';
/** Nothing but `All` can be run dry. */
export const wrongDryRun = (query: URLSearchParams, options: string): Reply | undefined => {
  const given = query.get('dryRun');
  if (given === null || given === 'All') return undefined;
  const message = `Unsupported value: ["${given}"]: supported values: "All"`;
  const causes = [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }];
  return failure(422, `${options}.meta.k8s.io "" is invalid: dryRun: ${message}`, {
    details: { group: 'meta.k8s.io', kind: options, causes },
  });
};
const stay = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
/** An object that has some stays, marked as being deleted, until the last is taken away. */
const finalizersOf = ({ metadata }: Stored): readonly string[] => stay(metadata['finalizers']);

export const create = (target: Target): Reply => {
  const { store, kind, namespace, webhook } = target;
  const object = decoded(kind, target.body, strict(target));
  if (isReply(object)) return object;
  const { metadata } = object;
  if (namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace)
    return failure(400, 'the namespace of the provided object does not match the namespace sent on the request');
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== '')
    return failure(500, 'resourceVersion should not be set on objects to be created', {});
  const prefix = metadata['generateName'];
  const name = metadata.name === '' && typeof prefix === 'string' ? `${prefix}${randomUUID().slice(0, 5)}` : metadata.name;
  const { creationTimestamp: _made, uid: _uid, ...given } = metadata;
  const named: Stored = { ...object, metadata: { ...given, name, ...(namespace === undefined ? {} : { namespace }) } };
  if (kind.status) delete named['status'];
  const denied = kind.plural === 'k8ssandraclusters' ? admission(webhook(), named) : undefined;
  const wrong =
    (namespace !== undefined && store.get('', 'namespaces', '', namespace) === undefined
      ? failure(404, `namespaces "${namespace}" not found`, { details: { name: namespace, kind: 'namespaces' } })
      : undefined) ??
    refused(kind, named) ??
    denied ??
    (store.get(kind.group, kind.plural, namespace ?? '', name) === undefined ? undefined : alreadyExists(kind, name));
  if (wrong !== undefined) return wrong;
  if (!dryRun(target)) return { status: 201, body: store.put(kind.group, kind.plural, withDefaults(kind, named)) };
  const dry = { ...named.metadata, uid: randomUUID(), creationTimestamp: timestamp() };
  return { status: 201, body: { ...withDefaults(kind, named), metadata: dry } };
};
const withDefaults = (kind: ServedKind, object: Stored): Stored => {
  const typed = { apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind: kind.kind, ...object };
  if (kind.plural === 'secrets') return { type: 'Opaque', ...typed };
  if (kind.plural !== 'namespaces') return typed;
  const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  return { ...typed, metadata: { ...object.metadata, labels }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
};

export const update = (target: Target, current: Stored): Reply => {
  const { kind, name, namespace } = target;
  const object = decoded(kind, target.body, strict(target));
  if (isReply(object)) return object;
  const { metadata } = object;
  if (metadata.name !== name) return failure(400, `the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    return failure(400, 'the namespace of the provided object does not match the namespace sent on the request');
  if (kind.custom && (metadata.resourceVersion ?? '') === '') {
    const message = 'Invalid value: 0: must be specified for an update';
    return invalid(kind, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }], 'resource');
  }
  return replace(target, current, object);
};
export const patch = (target: Target, current: Stored): Reply => {
  const changed = patched(target.kind, current, target.body, target.contentType);
  if (isReply(changed)) return changed;
  const object = decoded(target.kind, changed, strict(target));
  return isReply(object) ? object : replace(target, current, object);
};

/** Puts a new state in the place of the current one, unless somebody was faster, it is not valid, or nothing changes. */
const replace = (target: Target, current: Stored, given: Stored): Reply => {
  const { store, kind, name } = target;
  const { resourceVersion, uid } = given.metadata;
  if (uid !== undefined && uid !== current.metadata.uid) {
    const key = `/registry/${kind.plural}/${target.namespace}/${name}`;
    const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
    return conflict(kind, name, why);
  }
  if ((resourceVersion ?? '') !== '' && resourceVersion !== current.metadata.resourceVersion) return conflict(kind, name);
  const changed = merged(target, current, withDefaults(kind, given));
  const added =
    current.metadata['deletionTimestamp'] === undefined ? [] : finalizersOf(changed).filter(one => !finalizersOf(current).includes(one));
  if (added.length > 0) {
    const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(one => `"${one}"`).join(', ')}}`;
    const cause = { reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' };
    // A custom resource is looked at twice, and told once.
    return invalid(kind, name, kind.custom ? [cause, cause] : [cause]);
  }
  const denied = kind.plural === 'k8ssandraclusters' && !target.status ? admission(target.webhook(), changed) : undefined;
  const wrong = refused(kind, changed, current) ?? denied;
  if (wrong !== undefined) return wrong;
  if (dryRun(target)) return { status: 200, body: changed };
  if (changed.metadata['deletionTimestamp'] !== undefined && finalizersOf(changed).length === 0) {
    store.remove(kind.group, kind.plural, target.namespace ?? '', name);
    return { status: 200, body: changed };
  }
  return { status: 200, body: same(current, changed) ? current : store.put(kind.group, kind.plural, changed) };
};
/** The given state with what only the server writes: identity, generation, deletion, and the status or all but the status. */
const merged = ({ kind, status }: Target, current: Stored, given: Stored): Stored => {
  const { status: newStatus, ...rest } = given;
  const { status: oldStatus, ...old } = current;
  const base = status ? old : rest;
  const kept = kind.status ? (status ? newStatus : oldStatus) : newStatus;
  const metadata: Stored['metadata'] = { ...(status ? current : given).metadata, name: current.metadata.name };
  for (const key of [
    'uid',
    'creationTimestamp',
    'resourceVersion',
    'namespace',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
  ]) {
    const value = current.metadata[key];
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  for (const key of ['labels', 'annotations']) if (Object.keys(record(metadata[key])).length === 0) delete metadata[key];
  if (finalizersOf({ metadata }).length === 0) delete metadata['finalizers'];
  const changed: Stored = { ...base, ...(kept === undefined ? {} : { status: kept }), metadata };
  if (
    kind.generation &&
    !same(
      { ...current, metadata: { name: '' }, ...(kind.status ? { status: undefined } : {}) },
      { ...changed, metadata: { name: '' }, ...(kind.status ? { status: undefined } : {}) },
    )
  )
    metadata['generation'] = Number(current.metadata['generation'] ?? 0) + 1;
  return changed;
};
const ordered = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const same = (one: Json, other: Json): boolean => JSON.stringify(one, ordered) === JSON.stringify(other, ordered);

export const remove = (target: Target, current: Stored): Reply => {
  const { store, kind, name, namespace, body } = target;
  const { uid, resourceVersion } = record(body['preconditions']);
  const { metadata } = current;
  const differs = (what: string, wanted: unknown, is: unknown): Reply =>
    preconditionFailed(
      kind,
      name,
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). ${reason[what]}`,
    );
  if (uid !== undefined && uid !== metadata.uid) return differs('UID', uid, metadata.uid);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    return differs('ResourceVersion', resourceVersion, metadata.resourceVersion);
  const gone =
    kind.plural === 'serviceaccounts' ? { status: 200, body: current } : success({ ...detailsOf(kind, name), uid: metadata.uid ?? '' });
  if (dryRun(target)) return gone;
  if (finalizersOf(current).length === 0) {
    store.remove(kind.group, kind.plural, namespace ?? '', name);
    return gone;
  }
  if (metadata['deletionTimestamp'] !== undefined) return { status: 200, body: current };
  const generation = kind.generation ? { generation: Number(metadata['generation'] ?? 0) + 1 } : {};
  const marked = { ...metadata, ...generation, deletionTimestamp: timestamp(), deletionGracePeriodSeconds: 0 };
  return { status: 200, body: store.put(kind.group, kind.plural, { ...current, metadata: marked }) };
};
const reason: Readonly<Record<string, string>> = {
  UID: 'The object might have been deleted and then recreated',
  ResourceVersion: 'The object might have been modified',
};
