import { randomUUID } from 'node:crypto';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Authority, issue, makeAuthority } from './certificates.ts';

type Json = Record<string, unknown>;
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
export interface Rule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** every namespace when absent */
  readonly namespaces?: readonly string[];
}
export interface User {
  readonly username: string;
  readonly groups?: readonly string[];
  readonly rules: 'all' | readonly Rule[];
}
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly status: number;
}
export type Fault =
  | { readonly kind: 'refuse' | 'hang' | 'reset' | 'truncate' | 'garbage' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'redirect'; readonly to: string };
export interface ApiServerOptions {
  readonly version?: string;
  readonly authority?: Authority;
  readonly certificate?: {
    readonly noSan?: boolean;
    readonly expired?: boolean;
    readonly ips?: readonly string[];
    readonly dnsNames?: readonly string[];
  };
  readonly maxTls?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly plainHttp?: boolean;
  /** HTTP/1.1 alone; otherwise HTTP/2 too, as a real API server */
  readonly http1?: boolean;
  readonly latencyMs?: number;
  /** plurals that are not served */
  readonly without?: readonly string[];
  /** the operator's webhook for K8ssandraClusters: the contexts that it knows, or that it does not answer; none is installed when absent */
  readonly webhook?: () => readonly string[] | 'down';
  /** how long the token controller takes */
  readonly tokenDelayMs?: number;
}
export interface ApiServer {
  readonly url: string;
  readonly caPem: string;
  readonly requests: readonly Seen[];
  readonly connections: number;
  readonly adminToken: string;
  readonly put: (group: string, plural: string, object: Stored) => Stored;
  readonly get: (group: string, plural: string, namespace: string, name: string) => Stored | undefined;
  readonly list: (group: string, plural: string) => readonly Stored[];
  readonly remove: (group: string, plural: string, namespace: string, name: string) => void;
  readonly addToken: (token: string, user: User) => void;
  readonly revoke: (token: string) => void;
  /** the rights of a service account's tokens */
  readonly grant: (namespace: string, name: string, rules: readonly Rule[]) => void;
  /** answers the next `times` matching requests with the fault */
  readonly fault: (
    match: {
      readonly method?: string;
      readonly path?: RegExp;
      readonly after?: number;
      /** the last to be asked, of a request that fits otherwise */
      readonly when?: (authorization: string | undefined) => boolean;
    },
    fault: Fault,
    times?: number,
  ) => void;
  readonly clearFaults: () => void;
  /** called after every answered request, to stop a client at a chosen call */
  readonly onRequest: (listener: (seen: Seen) => void) => void;
  readonly drop: (plural: string) => void;
  readonly stop: () => Promise<void>;
}

const all7 = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
/** The data plane's rights as the operator's role grants them; domain.md 4.3. */
export const operatorRules: readonly Rule[] = [
  { groups: [''], resources: ['configmaps', 'endpoints', 'secrets', 'services'], verbs: all7 },
  { groups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { groups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: all7 },
  { groups: ['batch'], resources: ['cronjobs'], verbs: all7 },
  {
    groups: [
      'cassandra.datastax.com',
      'config.k8ssandra.io',
      'control.k8ssandra.io',
      'discovery.k8s.io',
      'k8ssandra.io',
      'medusa.k8ssandra.io',
      'reaper.k8ssandra.io',
      'replication.k8ssandra.io',
      'stargate.k8ssandra.io',
    ],
    resources: ['*'],
    verbs: all7,
  },
];

/** group, version, plural, kind, namespaced */
const served: readonly (readonly [string, string, string, string, boolean])[] = [
  ['', 'v1', 'namespaces', 'Namespace', false],
  ['', 'v1', 'secrets', 'Secret', true],
  ['', 'v1', 'configmaps', 'ConfigMap', true],
  ['', 'v1', 'serviceaccounts', 'ServiceAccount', true],
  ['', 'v1', 'pods', 'Pod', true],
  ['', 'v1', 'events', 'Event', true],
  ['batch', 'v1', 'cronjobs', 'CronJob', true],
  ['apps', 'v1', 'deployments', 'Deployment', true],
  ['storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false],
  ['config.k8ssandra.io', 'v1beta1', 'clientconfigs', 'ClientConfig', true],
  ['k8ssandra.io', 'v1alpha1', 'k8ssandraclusters', 'K8ssandraCluster', true],
  ['replication.k8ssandra.io', 'v1alpha1', 'replicatedsecrets', 'ReplicatedSecret', true],
  ['control.k8ssandra.io', 'v1alpha1', 'k8ssandratasks', 'K8ssandraTask', true],
  ['control.k8ssandra.io', 'v1alpha1', 'cassandratasks', 'CassandraTask', true],
  ['cassandra.datastax.com', 'v1beta1', 'cassandradatacenters', 'CassandraDatacenter', true],
  ['stargate.k8ssandra.io', 'v1alpha1', 'stargates', 'Stargate', true],
  ['reaper.k8ssandra.io', 'v1alpha1', 'reapers', 'Reaper', true],
];
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: Json): string =>
  `${base64url({ alg: 'none', kid: randomUUID() })}.${base64url(claims)}.${Buffer.from(randomUUID()).toString('base64url')}`;
/** An object that has some stays, marked as being deleted, until the last is taken away. */
const finalizersOf = ({ metadata }: Stored): readonly unknown[] => (Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : []);
const record = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
const merge = (target: unknown, patch: unknown): unknown => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = { ...record(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
};

/** An API server in memory, over HTTPS with its own CA: bearer tokens, RBAC, the token controller, and a fault per request. */
export const startApiServer = async (options: ApiServerOptions = {}): Promise<ApiServer> => {
  const { version = 'v1.31.0', latencyMs = 0, tokenDelayMs = 20, plainHttp = false } = options;
  const authority = options.authority ?? (await makeAuthority());
  const without = new Set(options.without ?? []);
  const objects = new Map<string, Map<string, Stored>>();
  const users = new Map<string, User>();
  const grants = new Map<string, readonly Rule[]>();
  const faults: { match: Parameters<ApiServer['fault']>[0]; fault: Fault; left: number; passed: number }[] = [];
  const requests: Seen[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const listeners: ((seen: Seen) => void)[] = [];
  let revision = 100;
  let connections = 0;
  const adminToken = `admin-${randomUUID()}`;
  users.set(adminToken, { username: 'admin', groups: ['system:masters'], rules: 'all' });

  const table = (group: string, plural: string): Map<string, Stored> => {
    const key = `${group}/${plural}`;
    const found = objects.get(key) ?? new Map<string, Stored>();
    objects.set(key, found);
    return found;
  };
  const put: ApiServer['put'] = (group, plural, object) => {
    const row = served.find(([g, , p]) => g === group && p === plural);
    const { metadata } = object;
    const stored: Stored = {
      apiVersion: group === '' ? 'v1' : `${group}/${row?.[1]}`,
      kind: row?.[3] ?? plural,
      ...object,
      metadata: {
        creationTimestamp: new Date().toISOString(),
        ...metadata,
        uid: metadata.uid ?? randomUUID(),
        resourceVersion: String(++revision),
      },
    };
    table(group, plural).set(`${metadata.namespace ?? ''}/${metadata.name}`, stored);
    if (plural === 'secrets' && stored['type'] === 'kubernetes.io/service-account-token' && record(stored['data'])['token'] === undefined) {
      const timer = setTimeout(() => fillToken(stored), tokenDelayMs);
      timers.add(timer);
    }
    return stored;
  };
  const fillToken = (secret: Stored): void => {
    const { namespace = '', name, annotations = {} } = secret.metadata;
    const account = annotations['kubernetes.io/service-account.name'] ?? '';
    const live = table('', 'serviceaccounts').get(`${namespace}/${account}`);
    if (live === undefined || !table('', 'secrets').has(`${namespace}/${name}`)) return;
    const claim = (key: string): string => `kubernetes.io/serviceaccount/${key}`;
    const token = jwt({
      sub: `system:serviceaccount:${namespace}:${account}`,
      [claim('namespace')]: namespace,
      [claim('service-account.name')]: account,
      [claim('service-account.uid')]: live.metadata.uid,
      [claim('secret.name')]: name,
    });
    register(token, namespace, account);
    put('', 'secrets', {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, 'kubernetes.io/service-account.uid': live.metadata.uid ?? '' } },
      data: { token: Buffer.from(token).toString('base64'), 'ca.crt': Buffer.from(authority.pem).toString('base64') },
    });
  };
  const register = (token: string, namespace: string, account: string): void => {
    const rules = grants.get(`${namespace}/${account}`) ?? operatorRules.map(rule => ({ ...rule, namespaces: [namespace] }));
    users.set(token, {
      username: `system:serviceaccount:${namespace}:${account}`,
      groups: ['system:serviceaccounts', 'system:authenticated'],
      rules,
    });
  };
  const forget = (group: string, plural: string, namespace: string, name: string): void => {
    const key = `${namespace}/${name}`;
    const gone = table(group, plural).get(key);
    table(group, plural).delete(key);
    if (group !== '' || gone === undefined) return;
    if (plural === 'secrets') {
      const token = record(gone['data'])['token'];
      if (typeof token === 'string') users.delete(Buffer.from(token, 'base64').toString());
    }
    if (plural === 'serviceaccounts') {
      for (const [token, { username }] of users) if (username === `system:serviceaccount:${namespace}:${name}`) users.delete(token);
      for (const secret of [...table('', 'secrets').values()]) {
        if (secret.metadata.namespace === namespace && secret.metadata.annotations?.['kubernetes.io/service-account.name'] === name)
          forget('', 'secrets', namespace, secret.metadata.name);
      }
    }
  };
  const covers = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
  const allowed = ({ rules }: User, verb: string, group: string, resource: string, namespace: string | undefined): boolean =>
    rules === 'all' ||
    rules.some(
      rule =>
        covers(rule.groups, group) &&
        covers(rule.resources, resource) &&
        covers(rule.verbs, verb) &&
        (rule.namespaces === undefined || (namespace !== undefined && rule.namespaces.includes(namespace))),
    );

  interface Reply {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  }
  const failure = (status: number, message: string, headers?: Record<string, string>): Reply => ({
    status,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: status },
    ...(headers === undefined ? {} : { headers }),
  });

  const answer = (method: string, url: URL, user: User | undefined, body: Json, accept: string): Reply => {
    if (user === undefined) return failure(401, 'Unauthorized');
    const path = url.pathname;
    if (path === '/version') return { status: 200, body: { gitVersion: version, major: '1', minor: '31' } };
    if (path === '/readyz') return { status: 200, body: 'ok' };
    if (path === '/apis') return { status: 200, body: discovery(accept) };
    if (method === 'POST' && path === '/apis/authentication.k8s.io/v1/selfsubjectreviews') {
      return user.username === 'system:anonymous'
        ? failure(403, 'selfsubjectreviews is forbidden: User "system:anonymous" cannot create')
        : { status: 201, body: { status: { userInfo: { username: user.username, groups: user.groups ?? [] } } } };
    }
    if (method === 'POST' && path === '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews') {
      const namespace = String(record(body['spec'])['namespace'] ?? '');
      const rules =
        user.rules === 'all'
          ? [{ groups: ['*'], resources: ['*'], verbs: ['*'] }]
          : user.rules.filter(rule => rule.namespaces === undefined || rule.namespaces.includes(namespace));
      return {
        status: 201,
        body: {
          status: {
            incomplete: false,
            resourceRules: rules.map(({ groups, resources, verbs }) => ({ apiGroups: groups, resources, verbs })),
          },
        },
      };
    }
    if (method === 'POST' && path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
      const wanted = record(record(body['spec'])['resourceAttributes']);
      return {
        status: 201,
        body: {
          status: {
            allowed: allowed(
              user,
              String(wanted['verb']),
              String(wanted['group'] ?? ''),
              String(wanted['resource']),
              wanted['namespace'] as string | undefined,
            ),
          },
        },
      };
    }
    return resource(method, url, user, body);
  };
  const discovery = (accept: string): unknown => {
    const groups = new Map<string, (typeof served)[number][]>();
    for (const row of served) if (row[0] !== '' && !without.has(row[2])) groups.set(row[0], [...(groups.get(row[0]) ?? []), row]);
    if (!accept.includes('APIGroupDiscoveryList')) return { kind: 'APIGroupList', groups: [...groups.keys()].map(name => ({ name })) };
    return {
      kind: 'APIGroupDiscoveryList',
      items: [...groups].map(([name, rows]) => ({
        metadata: { name },
        versions: [
          {
            version: rows[0]?.[1],
            resources: rows.map(([, , plural, kind, namespaced]) => ({
              resource: plural,
              responseKind: { kind },
              scope: namespaced ? 'Namespaced' : 'Cluster',
            })),
          },
        ],
      })),
    };
  };
  /** What the operator's webhook says of a K8ssandraCluster: `undefined` when it admits it or is not there. */
  const admission = (body: Json): Reply | undefined => {
    const known = options.webhook?.();
    if (known === undefined) return undefined;
    const name = 'vk8ssandracluster.kb.io';
    if (known === 'down') return failure(500, `Internal error occurred: failed calling webhook "${name}": failed to call webhook: refused`);
    const datacenters = record(record(body['spec'])['cassandra'])['datacenters'];
    for (const one of (Array.isArray(datacenters) ? datacenters : []).map(record)) {
      const context = String(one['k8sContext'] ?? '');
      const denial = !known.includes(context)
        ? `unable to find k8sContext ${context} from ClientConfigs: No known client for context-name ${context}`
        : one['storageConfig'] === undefined
          ? 'storageConfig must be defined at cluster level or dc level'
          : undefined;
      if (denial !== undefined) return failure(403, `admission webhook "${name}" denied the request: ${denial}`);
    }
    return undefined;
  };
  const resource = (method: string, url: URL, user: User, body: Json): Reply => {
    const match =
      /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>.+))?$/.exec(
        url.pathname,
      )?.groups;
    const { group = '', version: wanted, namespace, plural = '', name: raw, sub } = match ?? {};
    const row = served.find(([g, v, p]) => g === group && v === wanted && p === plural);
    if (row === undefined || without.has(plural)) return failure(404, 'the server could not find the requested resource');
    const name = raw === undefined ? undefined : decodeURIComponent(raw);
    const verb =
      { GET: name === undefined ? 'list' : 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? 'get';
    const proxied = sub === 'proxy/metrics';
    const what = sub === undefined ? plural : `${plural}/${proxied ? 'proxy' : sub}`;
    if (!allowed(user, verb, group, what, namespace))
      return failure(
        403,
        `${plural}${group === '' ? '' : `.${group}`} is forbidden: User "${user.username}" cannot ${verb} resource "${what}" in ${namespace === undefined ? 'API group at the cluster scope' : `the namespace "${namespace}"`}`,
      );
    const rows = table(group, plural);
    const dryRun = url.searchParams.get('dryRun') === 'All';
    const key = `${row[4] ? (namespace ?? '') : ''}/${name}`;
    const current = name === undefined ? undefined : rows.get(key);
    const missing = (): Reply => failure(404, `${plural} "${name}" not found`);
    if (plural === 'serviceaccounts' && sub === 'token' && method === 'POST') {
      if (current === undefined) return missing();
      const expires = Math.floor(Date.now() / 1000) + Number(record(body['spec'])['expirationSeconds'] ?? 3600);
      const token = jwt({
        sub: `system:serviceaccount:${namespace}:${name}`,
        exp: expires,
        'kubernetes.io': { namespace, serviceaccount: { name, uid: current.metadata.uid } },
      });
      register(token, namespace ?? '', name ?? '');
      return {
        status: 201,
        body: { kind: 'TokenRequest', status: { token, expirationTimestamp: new Date(expires * 1000).toISOString() } },
      };
    }
    if (method === 'GET' && name === undefined) {
      const selector = (url.searchParams.get('labelSelector') ?? '')
        .split(',')
        .filter(part => part !== '')
        .map(part => part.split('='));
      const found = [...rows.values()]
        .filter(
          ({ metadata }) =>
            (namespace === undefined || metadata.namespace === namespace) &&
            selector.every(([label = '', value]) => metadata.labels?.[label] === value),
        )
        .sort((a, b) => (`${a.metadata.namespace}/${a.metadata.name}` < `${b.metadata.namespace}/${b.metadata.name}` ? -1 : 1));
      const from = Number(url.searchParams.get('continue') ?? '0');
      const limit = Number(url.searchParams.get('limit') ?? '0') || found.length || 1;
      return {
        status: 200,
        body: {
          kind: `${row[3]}List`,
          apiVersion: wanted,
          metadata: { resourceVersion: String(revision), ...(from + limit < found.length ? { continue: String(from + limit) } : {}) },
          items: found.slice(from, from + limit),
        },
      };
    }
    if (plural === 'pods' && sub === 'log' && current !== undefined)
      return typeof current['log'] === 'string'
        ? { status: 200, body: current['log'] }
        : failure(400, 'previous terminated container not found');
    if (plural === 'pods' && proxied) {
      const pod = rows.get(`${namespace}/${name?.replace(/:\d+$/, '')}`);
      if (pod === undefined) return missing();
      // There is no kubelet: what a pod would answer is kept in the object.
      return typeof pod['metrics'] === 'string' && name?.endsWith(`:${pod['metricsPort'] ?? 8080}`) === true
        ? { status: 200, body: pod['metrics'] }
        : failure(503, 'error trying to reach service: dial tcp: connect: connection refused', { 'Retry-After': '0' });
    }
    if (method === 'GET') return current === undefined ? missing() : { status: 200, body: current };
    if (method === 'POST') {
      const object = body as Stored;
      const at = `${namespace ?? ''}/${object.metadata.name}`;
      const denied = plural === 'k8ssandraclusters' ? admission(body) : undefined;
      if (denied !== undefined) return denied;
      if (rows.has(at)) return failure(409, `${plural} "${object.metadata.name}" already exists`);
      if (dryRun && !table('', 'namespaces').has(`/${namespace}`)) return failure(404, `namespaces "${namespace}" not found`);
      if (dryRun) return { status: 201, body: object };
      return {
        status: 201,
        body: put(group, plural, { ...object, metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) } }),
      };
    }
    if (current === undefined) return missing();
    const { resourceVersion, uid } = current.metadata;
    if (method === 'PUT') {
      const object = body as Stored;
      if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== resourceVersion)
        return failure(
          409,
          `Operation cannot be fulfilled on ${plural} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
        );
      if (dryRun) return { status: 200, body: object };
      const deleting = current.metadata['deletionTimestamp'];
      const kept = put(group, plural, {
        ...object,
        metadata: {
          ...object.metadata,
          ...(uid === undefined ? {} : { uid }),
          ...(deleting === undefined ? {} : { deletionTimestamp: deleting }),
        },
      });
      if (deleting !== undefined && finalizersOf(kept).length === 0) forget(group, plural, namespace ?? '', name ?? '');
      return { status: 200, body: kept };
    }
    if (method === 'PATCH') return { status: 200, body: put(group, plural, merge(current, body) as Stored) };
    const conditions = record(body['preconditions']);
    if (
      (conditions['uid'] !== undefined && conditions['uid'] !== uid) ||
      (conditions['resourceVersion'] !== undefined && conditions['resourceVersion'] !== resourceVersion)
    )
      return failure(409, 'the precondition does not hold');
    if (finalizersOf(current).length > 0)
      return {
        status: 200,
        body: put(group, plural, { ...current, metadata: { ...current.metadata, deletionTimestamp: new Date().toISOString() } }),
      };
    forget(group, plural, namespace ?? '', name ?? '');
    return { status: 200, body: { kind: 'Status', status: 'Success' } };
  };

  const faultFor = (method: string, path: string, authorization: string | undefined): Fault | undefined => {
    for (const one of faults) {
      if (
        one.left <= 0 ||
        (one.match.method !== undefined && one.match.method !== method) ||
        (one.match.path !== undefined && !one.match.path.test(path)) ||
        one.match.when?.(authorization) === false
      )
        continue;
      if (one.passed++ < (one.match.after ?? 0)) continue;
      one.left--;
      return one.fault;
    }
    return undefined;
  };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const method = incoming.method ?? 'GET';
    const url = new URL(incoming.url ?? '/', 'https://server');
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { authorization } = incoming.headers;
    const note = (status: number): void => {
      const seen = { method, path: incoming.url ?? '/', authorization, status };
      requests.push(seen);
      for (const listener of listeners) listener(seen);
    };
    if (latencyMs > 0) await sleep(latencyMs);
    const fault = faultFor(method, incoming.url ?? '/', authorization);
    if (fault?.kind === 'hang') return note(0);
    if (fault?.kind === 'slow') await sleep(fault.ms);
    if (fault?.kind === 'refuse' || fault?.kind === 'reset') {
      note(0);
      breakOff(incoming);
      return;
    }
    const token = authorization?.replace(/^Bearer /, '');
    const user = token === undefined ? { username: 'system:anonymous', rules: [] } : users.get(token);
    const reply: Reply =
      fault?.kind === 'status'
        ? failure(
            fault.status,
            `injected ${fault.status}`,
            fault.retryAfter === undefined ? undefined : { 'Retry-After': String(fault.retryAfter) },
          )
        : fault?.kind === 'redirect'
          ? { status: 302, body: {}, headers: { Location: fault.to } }
          : answer(
              method,
              url,
              user,
              chunks.length === 0 ? {} : record(JSON.parse(Buffer.concat(chunks).toString())),
              String(incoming.headers.accept ?? ''),
            );
    const text = fault?.kind === 'garbage' ? '{"items": [' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
    note(reply.status);
    outgoing.writeHead(reply.status, {
      'Content-Type': typeof reply.body === 'string' ? 'text/plain' : 'application/json',
      'Content-Length': Buffer.byteLength(text),
      ...reply.headers,
    });
    if (fault?.kind !== 'truncate') return void outgoing.end(text);
    outgoing.write(text.slice(0, Math.floor(text.length / 2)));
    setTimeout(() => breakOff(incoming), 20);
  };
  /** Ends the connection, not only the stream that HTTP/2 shows as a socket. */
  const breakOff = (incoming: IncomingMessage): void => {
    const { session } = (incoming as { stream?: { session?: { destroy: () => void } } }).stream ?? {};
    if (session === undefined) incoming.socket.destroy();
    else session.destroy();
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    handle(incoming, outgoing).catch(() => breakOff(incoming));
  };
  const tls = {
    ...(await issue(authority, options.certificate)),
    ...(options.maxTls === undefined ? {} : { maxVersion: options.maxTls, minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' }),
  };
  const server = plainHttp
    ? createPlainServer(listener)
    : options.http1 === true
      ? createServer(tls, listener)
      : createSecureServer({ ...tls, allowHTTP1: true }, listener as never);
  server.on(plainHttp ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  put('', 'namespaces', { metadata: { name: 'kube-system' } });
  return {
    url: `${plainHttp ? 'http' : 'https'}://127.0.0.1:${port}`,
    caPem: authority.pem,
    requests,
    get connections() {
      return connections;
    },
    adminToken,
    put,
    get: (group, plural, namespace, name) => table(group, plural).get(`${namespace}/${name}`),
    list: (group, plural) => [...table(group, plural).values()],
    remove: forget,
    addToken: (token, user) => void users.set(token, user),
    revoke: token => void users.delete(token),
    grant: (namespace, name, rules) => void grants.set(`${namespace}/${name}`, rules),
    fault: (match, fault, times = 1) => void faults.push({ match, fault, left: times, passed: 0 }),
    clearFaults: () => void faults.splice(0),
    onRequest: one => void listeners.push(one),
    drop: plural => void without.add(plural),
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(closed => server.close(() => closed()));
    },
  };
};
