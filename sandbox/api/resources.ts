import { type Json, record } from './json.ts';
import { servedKinds } from './kinds.ts';
import type { Lists } from './lists.ts';
import { create, patch, remove, type Target, update, wrongDryRun } from './objects.ts';
import { isAllowed, type User } from './rbac.ts';
import { forbidden, noSuchMethod, noSuchResource, notFound, pageNotFound, type Reply } from './reply.ts';
import { selected } from './selectors.ts';
import type { Store, Stored } from './store.ts';
import { podLog, podProxy, requestToken } from './subresources.ts';
import type { Tokens } from './tokens.ts';

/** What the paths of resources need of the server. */
export interface Backend {
  readonly store: Store;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly without: ReadonlySet<string>;
  readonly webhook: () => readonly string[] | 'down' | undefined;
}
/** A request to a resource, taken apart. */
interface Path {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  /** `status`, `proxy/metrics` */
  readonly sub: string | undefined;
}
const pattern =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/[^/]))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>.+))?$/;
export const resourcePath = (pathname: string): Path | undefined => {
  const match = pattern.exec(pathname)?.groups;
  if (match === undefined) return undefined;
  const { group = '', version = '', namespace, plural = '', name, sub } = match;
  // A namespace itself is in no namespace.
  const status = group === '' && plural === 'status' && namespace !== undefined;
  return status
    ? { group, version, namespace: undefined, plural: 'namespaces', name: namespace, sub: 'status' }
    : { group, version, namespace, plural, name: name === undefined ? undefined : decodeURIComponent(name), sub };
};

const verbs: Readonly<Record<string, readonly [collection: string, object: string]>> = {
  GET: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};
/** Answers what is asked of objects, once it is known who asks. */
export const resources = (
  backend: Backend,
  path: Path,
  { method, url, user, body, contentType }: { method: string; url: URL; user: User; body: unknown; contentType: string },
): Reply => {
  const { group, version, plural, name, sub } = path;
  const kind = servedKinds.find(one => one.group === group && one.version === version && one.plural === plural);
  const [root] = sub?.split('/') ?? [];
  const resource = root === undefined ? plural : `${plural}/${root}`;
  const verb = verbs[method]?.[name === undefined ? 0 : 1] ?? 'get';
  // Of a namespace, and of what lies at no cluster's top, the name is the namespace that rights are asked in.
  const namespace = plural === 'namespaces' && group === '' ? name : path.namespace;
  if (!isAllowed(backend.store, user, { verb, group, resource, namespace, name })) {
    const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
    const why = `User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
    return forbidden({ group, plural }, name, why);
  }
  if (kind === undefined || backend.without.has(plural))
    return group.includes('.') && !group.endsWith('.k8s.io') ? pageNotFound : noSuchResource();
  const at = kind.namespaced ? path.namespace : undefined;
  const { store, webhook } = backend;
  const query = url.searchParams;
  const target: Target = {
    store,
    webhook,
    kind,
    namespace: at,
    name: name ?? '',
    status: root === 'status',
    query,
    body: record(body),
    contentType,
  };
  if (name === undefined) return collection(backend, method, target);
  const current = store.get(group, plural, at ?? '', name);
  return root === undefined || root === 'status'
    ? one(method, target, current, body)
    : subresource(backend, method, target, current, sub ?? '');
};

const collection = (backend: Backend, method: string, target: Target): Reply => {
  const { kind, namespace, query, store } = target;
  if (method === 'GET') return backend.lists.list(kind, namespace, query);
  if (method === 'POST') return wrongDryRun(query, 'CreateOptions') ?? create(target);
  if (method !== 'DELETE') return noSuchMethod();
  const listed = backend.lists.list(kind, namespace, query);
  const chosen = selected(store.list(kind.group, kind.plural), query);
  for (const object of Array.isArray(chosen) ? (chosen as readonly Stored[]) : [])
    if (namespace === undefined || object.metadata.namespace === namespace)
      remove({ ...target, namespace: object.metadata.namespace, name: object.metadata.name }, object);
  return listed;
};

const one = (method: string, target: Target, current: Stored | undefined, body: unknown): Reply => {
  const { kind, name, query, status, contentType, namespace } = target;
  if (status && !kind.status) return kind.custom ? notFound(kind, name) : noSuchResource();
  if (method === 'POST') return noSuchMethod();
  // Server-side apply creates what is not there.
  if (method === 'PATCH' && current === undefined && contentType.startsWith('application/apply-patch')) {
    const metadata = { ...record(record(body)['metadata']), name, ...(namespace === undefined ? {} : { namespace }) };
    return create({ ...target, body: { ...record(body), metadata } });
  }
  if (current === undefined) return notFound(kind, name);
  if (method === 'GET') return { status: 200, body: current };
  if (method === 'PUT') return wrongDryRun(query, 'UpdateOptions') ?? update(target, current);
  // The operations of a JSON patch are a list.
  if (method === 'PATCH') return wrongDryRun(query, 'PatchOptions') ?? patch({ ...target, body: body as Json }, current);
  return method === 'DELETE' ? (wrongDryRun(query, 'DeleteOptions') ?? remove(target, current)) : noSuchMethod();
};

const subresource = ({ tokens }: Backend, method: string, target: Target, current: Stored | undefined, sub: string): Reply => {
  const { kind, name } = target;
  const [root = '', ...rest] = sub.split('/');
  if (!kind.subresources.includes(root)) return kind.custom ? pageNotFound : noSuchResource();
  if (root === 'token')
    return method !== 'POST' ? noSuchMethod() : current === undefined ? notFound(kind, name) : requestToken(tokens, target, current);
  return root === 'log' ? podLog(target, current) : podProxy(target, rest.join('/'));
};
