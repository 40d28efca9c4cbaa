import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Fault } from '../sandbox/api/faults.ts';
import { namespace } from '../sandbox/world.ts';
import { assertChange } from './support/formats.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

/** What the document of a command that writes says was done, beside what the API servers have carried out: all of it, and nothing else. */
let registered: Registered;
const exported = (): string => `${registered.world.kubeconfig}-export.yaml`;
before(async () => {
  registered = await startRegistered(['dp1'], { inProcess: true });
  writeFileSync(exported(), (await registered.cli('clientconfig', 'export', '--with-secrets')).stdout, { mode: 0o600 });
});
after(() => registered.stop());

const kinds = [
  ['', 'secrets', 'Secret'],
  ['config.k8ssandra.io', 'clientconfigs', 'ClientConfig'],
  ['rbac.authorization.k8s.io', 'roles', 'Role'],
  ['rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding'],
] as const;
const clusters = ['cp', 'dp1'] as const;
const present = (): ReadonlySet<string> =>
  new Set(
    clusters.flatMap(context =>
      kinds.flatMap(([group, plural, kind]) =>
        registered
          .server(context)
          .list(group, plural)
          .map(({ metadata }) => `${kind} ${metadata.namespace}/${metadata.name} in ${context}`),
      ),
    ),
  );
/** By object, the methods of the writes that were carried out, until the end of the returned function. */
const watched = (): (() => ReadonlyMap<string, readonly string[]>) => {
  const seen = new Map<string, string[]>();
  for (const context of clusters)
    registered.server(context).alter(({ method, path }, reply) => {
      const [, where, plural, name] = /\/namespaces\/([^/]+)\/([a-z]+)(?:\/([^/?]+))?$/.exec(path) ?? [];
      const kind = kinds.find(one => one[1] === plural)?.[2];
      if (method === 'GET' || kind === undefined || reply.status >= 300) return reply;
      const named = name ?? (reply.body as { metadata: { name: string } }).metadata.name;
      const object = `${kind} ${where}/${named} in ${context}`;
      seen.set(object, [...(seen.get(object) ?? []), method]);
      return reply;
    });
  return () => {
    for (const context of clusters) registered.server(context).alter(undefined);
    return seen;
  };
};

interface Done {
  readonly action: string;
  readonly object: string;
  readonly context: string;
  readonly why: string | null;
}
const makes = ['created', 'restored'];
const changes = ['updated', 'restored'];
const ends = ['deleted', 'revoked'];
const assertAccount = (told: readonly Done[], seen: ReadonlyMap<string, readonly string[]>, said: string): void => {
  const are = present();
  const of = (object: string): readonly string[] => told.filter(one => `${one.object} in ${one.context}` === object).map(one => one.action);
  for (const [object, methods] of seen) {
    const actions = of(object).filter(one => [...makes, ...changes, ...ends].includes(one));
    const wentAndCame = methods.indexOf('POST') > methods.indexOf('DELETE') && methods.includes('DELETE');
    const ended = methods.includes('DELETE') && (wentAndCame || !are.has(object));
    const made = methods.includes('POST');
    const wanted = [...(made ? [makes] : []), ...(ended ? [ends] : []), ...(made || ended ? [] : [changes])];
    // Of a write whose answer was lost nothing is claimed but that nobody knows.
    const untold = wanted.length - actions.length;
    assert.ok(untold === 0 || (untold === 1 && of(object).includes('unknown')), `${object}: ${methods}: ${of(object)}\n${said}`);
    if (of(object).at(-1) === 'unknown') continue;
    for (const action of actions)
      assert.ok(
        wanted.some(one => one.includes(action)),
        `${object}: ${methods}: ${action}\n${said}`,
      );
  }
  for (const { action, object, context } of told)
    if ([...makes, ...changes, ...ends].includes(action))
      assert.ok(seen.has(`${object} in ${context}`), `${action} ${object} in ${context}, and nothing of it was written\n${said}`);
};

const removeAll = (): void => {
  registered.server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  registered.server('cp').remove('', 'secrets', namespace, 'dp1-config');
};
const withRenewer = async (): Promise<void> => {
  const { cli, server } = registered;
  const metadata = { namespace, name: 'clientconfig-renewer', labels: { 'app.kubernetes.io/component': 'clientconfig-renewer' } };
  server('cp').put('batch', 'cronjobs', { metadata });
  const secrets = { ...metadata, name: 'clientconfig-renewer-secrets' };
  server('cp').put('rbac.authorization.k8s.io', 'roles', {
    metadata: secrets,
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'update'], resourceNames: ['dp1-config'] }],
  });
  server('cp').put('rbac.authorization.k8s.io', 'rolebindings', { metadata: secrets });
  const { parseAllDocuments } = await import('yaml');
  for (const document of parseAllDocuments((await cli('clientconfig', 'renewer', '--for-context', 'dp1')).stdout)) {
    const { kind, ...object } = document.toJS() as { kind: string; metadata: { namespace: string; name: string } };
    server('dp1').put('rbac.authorization.k8s.io', kind === 'Role' ? 'roles' : 'rolebindings', object);
  }
};
interface Case {
  readonly words: () => readonly string[];
  readonly prepare?: () => void | Promise<void>;
}
const commands: Readonly<Record<string, Case>> = {
  create: { words: () => ['create', '--from-context', 'dp1', '--allow', 'loopback'], prepare: removeAll },
  'create over another address': {
    words: () => [
      ...['create', '--from-context', 'dp1', '--allow', 'loopback'],
      ...['--server', registered.server('dp1').url.replace('127.0.0.1', 'localhost')],
    ],
  },
  'create with an end': {
    words: () => ['create', '--from-context', 'dp1', '--allow', 'loopback', '--token-ttl', '90d'],
    prepare: async () => {
      await withRenewer();
      removeAll();
    },
  },
  update: { words: () => ['update', 'dp1', '--tls-server-name', 'localhost'] },
  rename: { words: () => ['rename', 'dp1', 'eu-1'] },
  import: { words: () => ['import', '-f', exported()], prepare: removeAll },
  'import over': {
    words: () => ['import', '-f', exported(), '--overwrite'],
    prepare: async () => void (await registered.cli('clientconfig', 'update', 'dp1', '--tls-server-name', 'localhost', '--yes')),
  },
  rotate: { words: () => ['rotate', 'dp1', '--timeout', '30s'] },
  'rotate with an end': { words: () => ['rotate', 'dp1', '--timeout', '30s', '--token-ttl', '90d'], prepare: withRenewer },
  'rotate without an operator that comes back': {
    words: () => ['rotate', 'dp1', '--timeout', '200ms'],
    prepare: () => registered.operator.stop(),
  },
  delete: { words: () => ['delete', 'dp1'] },
  'delete with a renewer': { words: () => ['delete', 'dp1'], prepare: withRenewer },
  'delete of what came into use': {
    words: () => ['delete', 'dp1'],
    prepare: () =>
      registered.server('cp').onRequest(({ method, path }) => {
        if (method !== 'DELETE' || !path.includes('/clientconfigs/')) return;
        registered.server('cp').put('k8ssandra.io', 'k8ssandraclusters', {
          metadata: { namespace, name: 'demo' },
          spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } },
        });
      }),
  },
};
const text = ({ code, stdout, stderr }: Run): string => `exit ${code}\n${stdout}${stderr}`;
const faults: readonly Fault[] = [
  { kind: 'status', status: 403 },
  { kind: 'status', status: 500 },
  { kind: 'reset' },
  { kind: 'truncate' },
];
/** The n-th write fails; false when there is none. */
const failWrite = (write: number, fault: Fault): (() => boolean) => {
  let passed = 0;
  for (const context of clusters)
    registered.server(context).hold(({ method, path }) => {
      if (method === 'GET' || !/\/(secrets|clientconfigs|roles|rolebindings)(\/[^/]*)?$/.test(path) || ++passed !== write) return undefined;
      registered.server(context).fault({ method }, fault);
      return undefined;
    });
  return () => {
    for (const context of clusters) registered.server(context).hold(undefined);
    return passed >= write;
  };
};

/** One run, whose n-th write meets the fault; false when it has no such write. */
const tried = async ({ words, prepare }: Case, write: number, fault?: Fault): Promise<boolean> => {
  await registered.reset();
  await prepare?.();
  const seen = watched();
  const met = fault === undefined ? () => true : failWrite(write, fault);
  const ran = await registered.cli('clientconfig', ...words(), '-o', 'json', '--yes');
  const reached = met();
  const where = `write ${write}, ${JSON.stringify(fault)}: ${text(ran)}`;
  assert.doesNotMatch(text(ran), /^bug:|^\s+at /m, where);
  const told = JSON.parse(ran.stdout) as { readonly done: readonly Done[] };
  assertChange(told);
  const methods = seen();
  if (fault === undefined) assert.ok(methods.size > 0, where);
  assertAccount(told.done, methods, where);
  return reached;
};
/** Each write meets one kind of fault, in turn; EVERY_FAULT=1 gives each of them every kind. */
const kindsAt = (write: number): readonly Fault[] =>
  process.env['EVERY_FAULT'] === undefined ? faults.slice(write % faults.length).slice(0, 1) : faults;
for (const [name, one] of Object.entries(commands))
  test(`${name}: its document tells every write that was carried out, and no other, whichever of them fails`, async () => {
    await tried(one, 0);
    for (let write = 1, more = true; more; write++) for (const fault of kindsAt(write)) more = await tried(one, write, fault);
  });
