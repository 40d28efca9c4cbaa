import { admission } from './admission.ts';
import { type Json, record } from './json.ts';
import { type ServedKind, servedKinds } from './kinds.ts';
import { isAllowed, type User } from './rbac.ts';
import { failure, type Reply } from './reply.ts';
import type { Store, Stored } from './store.ts';
import type { Tokens } from './tokens.ts';

/** What the paths of resources need of the server. */
export interface Backend {
  readonly store: Store;
  readonly tokens: Tokens;
  readonly without: ReadonlySet<string>;
  readonly webhook: () => readonly string[] | 'down' | undefined;
}
/** A request to a resource, taken apart. */
interface Target {
  readonly kind: ServedKind;
  readonly url: URL;
  readonly method: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly sub: string | undefined;
  readonly body: Json;
  readonly current: Stored | undefined;
  readonly dryRun: boolean;
}

const pattern =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>.+))?$/;
const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const metricsProxy = 'proxy/metrics';

/** An object that has some stays, marked as being deleted, until the last is taken away. */
const finalizersOf = ({ metadata }: Stored): readonly unknown[] => (Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : []);
const merge = (target: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = { ...record(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
};

/** Answers what is asked of objects, once it is known who asks. */
export const resources = (backend: Backend, method: string, url: URL, user: User, body: Json): Reply => {
  const match = pattern.exec(url.pathname)?.groups;
  const { group = '', version, namespace, plural = '', name: raw, sub } = match ?? {};
  const kind = servedKinds.find(one => one.group === group && one.version === version && one.plural === plural);
  if (kind === undefined || backend.without.has(plural)) return failure(404, 'the server could not find the requested resource');
  const name = raw === undefined ? undefined : decodeURIComponent(raw);
  const verb = verbs[method] ?? (name === undefined ? 'list' : 'get');
  const what = sub === undefined ? plural : `${plural}/${sub === metricsProxy ? 'proxy' : sub}`;
  if (!isAllowed(user, verb, group, what, namespace))
    return failure(
      403,
      `${plural}${group === '' ? '' : `.${group}`} is forbidden: User "${user.username}" cannot ${verb} resource "${what}" in ${namespace === undefined ? 'API group at the cluster scope' : `the namespace "${namespace}"`}`,
    );
  const current = name === undefined ? undefined : backend.store.get(group, plural, kind.namespaced ? (namespace ?? '') : '', name);
  const dryRun = url.searchParams.get('dryRun') === 'All';
  const target: Target = { kind, url, method, namespace, name: name ?? '', sub, body, current, dryRun };
  if (method === 'GET' && name === undefined) return list(backend, target);
  return subresource(backend, target) ?? object(backend, target);
};

const missing = ({ kind: { plural }, name }: Target): Reply => failure(404, `${plural} "${name}" not found`);

const list = ({ store }: Backend, { kind, url, namespace }: Target): Reply => {
  const selector = (url.searchParams.get('labelSelector') ?? '')
    .split(',')
    .filter(part => part !== '')
    .map(part => part.split('='));
  const matching = store
    .list(kind.group, kind.plural)
    .filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        selector.every(([label = '', value]) => metadata.labels?.[label] === value),
    )
    .sort((a, b) => (`${a.metadata.namespace}/${a.metadata.name}` < `${b.metadata.namespace}/${b.metadata.name}` ? -1 : 1));
  const from = Number(url.searchParams.get('continue') ?? '0');
  const limit = Number(url.searchParams.get('limit') ?? '0') || matching.length || 1;
  return {
    status: 200,
    body: {
      kind: `${kind.kind}List`,
      apiVersion: kind.version,
      metadata: {
        resourceVersion: String(store.revision()),
        ...(from + limit < matching.length ? { continue: String(from + limit) } : {}),
      },
      items: matching.slice(from, from + limit),
    },
  };
};

/** Tokens, logs and what a pod answers through the proxy; `undefined` for anything else. */
const subresource = ({ store, tokens }: Backend, target: Target): Reply | undefined => {
  const { kind, method, sub, namespace, name, body, current } = target;
  if (kind.plural === 'serviceaccounts' && sub === 'token' && method === 'POST') {
    if (current === undefined) return missing(target);
    const { token, expires } = tokens.request(current, Number(record(body['spec'])['expirationSeconds'] ?? 3600));
    return { status: 201, body: { kind: 'TokenRequest', status: { token, expirationTimestamp: new Date(expires * 1000).toISOString() } } };
  }
  if (kind.plural === 'pods' && sub === 'log' && current !== undefined)
    return typeof current['log'] === 'string'
      ? { status: 200, body: current['log'] }
      : failure(400, 'previous terminated container not found');
  if (kind.plural === 'pods' && sub === metricsProxy) {
    const pod = store.get('', 'pods', namespace ?? '', name.replace(/:\d+$/, ''));
    if (pod === undefined) return missing(target);
    // There is no kubelet: what a pod would answer is kept in the object.
    return typeof pod['metrics'] === 'string' && name.endsWith(`:${pod['metricsPort'] ?? 8080}`)
      ? { status: 200, body: pod['metrics'] }
      : failure(503, 'error trying to reach service: dial tcp: connect: connection refused', { 'Retry-After': '0' });
  }
  return undefined;
};

const object = (backend: Backend, target: Target): Reply => {
  const { method, current, body, kind } = target;
  if (method === 'POST') return create(backend, target);
  if (current === undefined) return missing(target);
  if (method === 'GET') return { status: 200, body: current };
  if (method === 'PUT') return update(backend, target, current);
  if (method === 'PATCH') return { status: 200, body: backend.store.put(kind.group, kind.plural, merge(current, body) as Stored) };
  return remove(backend, target, current);
};

const create = ({ store, webhook }: Backend, { kind: { group, plural }, namespace, body, dryRun }: Target): Reply => {
  const created = body as Stored;
  const denied = plural === 'k8ssandraclusters' ? admission(webhook(), body) : undefined;
  if (denied !== undefined) return denied;
  const { name } = created.metadata;
  if (store.get(group, plural, namespace ?? '', name) !== undefined) return failure(409, `${plural} "${name}" already exists`);
  if (dryRun && store.get('', 'namespaces', '', namespace ?? '') === undefined) return failure(404, `namespaces "${namespace}" not found`);
  if (dryRun) return { status: 201, body: created };
  const metadata = { ...created.metadata, ...(namespace === undefined ? {} : { namespace }) };
  return { status: 201, body: store.put(group, plural, { ...created, metadata }) };
};

const update = ({ store }: Backend, { kind: { group, plural }, namespace, name, body, dryRun }: Target, current: Stored): Reply => {
  const changed = body as Stored;
  const { resourceVersion, uid, deletionTimestamp } = current.metadata;
  if (changed.metadata.resourceVersion !== undefined && changed.metadata.resourceVersion !== resourceVersion)
    return failure(
      409,
      `Operation cannot be fulfilled on ${plural} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  if (dryRun) return { status: 200, body: changed };
  const metadata = {
    ...changed.metadata,
    ...(uid === undefined ? {} : { uid }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  };
  const kept = store.put(group, plural, { ...changed, metadata });
  if (deletionTimestamp !== undefined && finalizersOf(kept).length === 0) store.remove(group, plural, namespace ?? '', name);
  return { status: 200, body: kept };
};

const remove = ({ store }: Backend, { kind: { group, plural }, namespace, name, body }: Target, current: Stored): Reply => {
  const { uid, resourceVersion } = record(body['preconditions']);
  const { metadata } = current;
  if ((uid !== undefined && uid !== metadata.uid) || (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion))
    return failure(409, 'the precondition does not hold');
  if (finalizersOf(current).length > 0) {
    const marked = { ...current, metadata: { ...metadata, deletionTimestamp: new Date().toISOString() } };
    return { status: 200, body: store.put(group, plural, marked) };
  }
  store.remove(group, plural, namespace ?? '', name);
  return { status: 200, body: { kind: 'Status', status: 'Success' } };
};
