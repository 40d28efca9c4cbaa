import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { type ApiServer, startApiServer } from '../sandbox/api/server.ts';
import type { Stored } from '../sandbox/api/store.ts';
import { namespace } from '../sandbox/world.ts';
import { runInProcess } from './support/in-process.ts';
import { type Registered, startRegistered, tokenIn } from './support/registered.ts';
import { type Run, run } from './support/run.ts';

/**
 * Somebody who may write Secrets and ClientConfigs in the control plane's namespace, and nothing else, plants something; an administrator
 * then runs a command. Nothing may come of it that the first one could not have done alone.
 */
let registered: Registered;
let treasures: Readonly<Record<'dp1' | 'dp2', Treasure>>;
let restore: readonly (() => void)[];
const opened: (ApiServer | Server)[] = [];
const sockets = new Set<Socket>();
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
  const { server, world } = registered;
  treasures = { dp1: await treasure(server('dp1')), dp2: await treasure(server('dp2')) };
  restore = Object.values(world.servers).map(one => one.snapshot());
});
afterEach(() => {
  for (const one of restore) one();
  // With the hashes of earlier times the operator would take them for loaded.
  const { put, list } = registered.server('cp');
  for (const config of list('config.k8ssandra.io', 'clientconfigs'))
    put('config.k8ssandra.io', 'clientconfigs', { ...config, metadata: { ...config.metadata, annotations: {} } });
});
after(async () => {
  await registered.stop();
  for (const socket of sockets) socket.destroy();
  for (const one of opened) await ('stop' in one ? one.stop() : new Promise<void>(done => one.close(() => done())));
});
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const annotated = (name: string): string => `cli.k8ssandra.io/${name}`;
const configSecret = (name: string): Stored => {
  const secret = registered.server('cp').get('', 'secrets', namespace, `${name}-config`);
  assert.ok(secret);
  return secret;
};
/** What the attacker writes over a stored Secret. */
const plant = (name: string, annotations: Readonly<Record<string, string>>, kubeconfig?: (stored: Kubeconfig) => Kubeconfig): void => {
  const secret = configSecret(name);
  const { kubeconfig: before = '' } = secret['data'] as { kubeconfig?: string };
  const stored = parse(Buffer.from(before, 'base64').toString()) as Kubeconfig;
  registered.server('cp').put('', 'secrets', {
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, ...annotations } },
    ...(kubeconfig === undefined ? {} : { data: { kubeconfig: Buffer.from(stringify(kubeconfig(stored))).toString('base64') } }),
  });
};
interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
}
const withToken =
  (token: string, cluster: Readonly<Record<string, unknown>> = {}) =>
  (stored: Kubeconfig): Kubeconfig => ({
    ...stored,
    clusters: stored.clusters.map(one => ({ ...one, cluster: { ...one.cluster, ...cluster } })),
    users: stored.users.map(({ name }) => ({ name, user: { token } })),
  });
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that nobody has signed. */
const forged = (where: string, account: string): string =>
  `${base64url({ alg: 'RS256' })}.${base64url({
    sub: `system:serviceaccount:${where}:${account}`,
    'kubernetes.io/serviceaccount/namespace': where,
    'kubernetes.io/serviceaccount/service-account.name': account,
    'kubernetes.io/serviceaccount/secret.name': `${account}-token`,
  })}.${Buffer.from('nobody').toString('base64url')}`;
/** An account with every right, its token, and a Secret that holds something else, in a data plane. */
interface Treasure {
  readonly token: string;
  readonly secrets: () => string[];
}
const treasure = async (server: ApiServer): Promise<Treasure> => {
  server.put('', 'namespaces', { metadata: { name: 'victim' } });
  server.grant('victim', 'boss', [{ groups: ['*'], resources: ['*'], verbs: ['*'] }]);
  server.grant(namespace, 'boss', [{ groups: ['*'], resources: ['*'], verbs: ['*'] }]);
  for (const where of ['victim', namespace]) {
    server.put('', 'serviceaccounts', { metadata: { namespace: where, name: 'boss' } });
    server.put('', 'secrets', {
      metadata: { namespace: where, name: 'boss-token', annotations: { 'kubernetes.io/service-account.name': 'boss' } },
      type: 'kubernetes.io/service-account-token',
    });
  }
  server.put('', 'secrets', { metadata: { namespace: 'victim', name: 'precious' }, data: { password: 'eA==' } });
  const find = () => (server.get('', 'secrets', 'victim', 'boss-token')?.['data'] as { token?: string } | undefined)?.token;
  while (find() === undefined) await new Promise(later => setTimeout(later, 5));
  return {
    token: Buffer.from(find() ?? '', 'base64').toString(),
    secrets: () =>
      server
        .list('', 'secrets')
        .filter(({ metadata }) => metadata.namespace === 'victim' || metadata.name === 'boss-token')
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  };
};
const whole = ['victim/boss-token', `${namespace}/boss-token`, 'victim/precious'];
const storesNoTokenOf = (account: string): void => {
  for (const secret of registered.server('cp').list('', 'secrets')) {
    const token = secret['data'] === undefined || !secret.metadata.name.endsWith('-config') ? '' : tokenIn(secret);
    const claims = token.split('.')[1] ?? '';
    const signed = token !== '' && !token.endsWith(Buffer.from('nobody').toString('base64url'));
    assert.ok(
      !signed || !Buffer.from(claims, 'base64url').toString().includes(`"${account}"`),
      `${secret.metadata.name} holds a token of ${account}`,
    );
  }
};
const claim = (changes: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => ({
  [annotated('rotation')]: JSON.stringify({ run: 'r', startedAt: '2026-01-01T00:00:00Z', phase: 'claimed', ...changes }),
});
const refused = (ran: Run, why: RegExp): void => {
  assert.notEqual(ran.code, 0, text(ran));
  assert.match(ran.stderr, /^error: .{10,}\nfix: {3}.{5,}$/m);
  assert.match(ran.stderr, why, text(ran));
};
const resume = ['clientconfig', 'rotate', '--resume', '--yes', '--timeout', '2s'];

for (const [what, changes] of Object.entries({
  'a Secret of another namespace': { to: 'victim/precious' },
  'no Secret at all, which is every Secret of a namespace': { to: 'victim/' },
  'a path': { to: 'victim/../../namespaces/victim' },
  'a Secret that this program has not made': { to: `${namespace}/boss-token` },
  'an old token of another namespace': { from: 'victim/boss-token', to: `${namespace}/x` },
  'two slashes': { to: `${namespace}/x/precious` },
  'a list': { to: ['victim', 'precious'] },
  'no phase': { phase: 'begun' },
  nothing: null,
}))
  test(`a rotation claim that names ${what} deletes nothing`, async () => {
    const { cli, server } = registered;
    const { secrets } = treasures.dp1;
    plant('dp1', changes === null ? { [annotated('rotation')]: 'null' } : claim(changes));
    const ran = await cli(...resume);
    refused(ran, /rotation|boss-token/);
    assert.deepEqual(secrets(), whole, text(ran));
    for (const { method, path } of [...server('dp1').requests, ...server('cp').requests])
      assert.ok(method === 'GET' || !/\/secrets\/?$|\.\./.test(path) || method === 'POST', `${method} ${path}`);
    storesNoTokenOf('boss');
  });

test('a rotation claim does nothing in a cluster that is not the one of the stored server', async () => {
  const { cli, server } = registered;
  const { secrets } = treasures.dp2;
  const uid = server('dp2').get('', 'namespaces', '', 'kube-system')?.metadata.uid ?? '';
  const before = server('dp2').requests.length;
  plant('dp1', { ...claim({ to: 'victim/precious' }), [annotated('source-context')]: 'dp2', [annotated('source-cluster-uid')]: uid });
  await cli('clientconfig', 'rotate', 'dp1', '--resume', '--yes');
  assert.deepEqual(secrets(), whole);
  assert.equal(server('dp2').requests.length, before, 'the other cluster was asked nothing');
});

test('a rotation that is rolled back stores no token of another account', async () => {
  const { cli, server } = registered;
  const { secrets } = treasures.dp1;
  // The operator's annotations are hidden, as if it never came back.
  server('cp').alter(({ path }, reply) =>
    /clientconfigs\/dp1$/.test(path)
      ? { ...reply, body: { ...(reply.body as object), metadata: { namespace, name: 'dp1', uid: 'x' } } }
      : reply,
  );
  for (const from of ['victim/boss-token', `${namespace}/boss-token`]) {
    plant('dp1', claim({ phase: 'written', from }));
    const ran = await cli(...resume);
    assert.notEqual(ran.code, 0, text(ran));
    storesNoTokenOf('boss');
    assert.deepEqual(secrets(), whole);
  }
  server('cp').alter(undefined);
});

for (const [where, account] of [
  ['victim', 'boss'],
  [namespace, 'boss'],
] as const)
  for (const args of [
    ['rotate', 'dp1', '--yes'],
    ['rotate', 'dp1', '--yes', '--from-context', 'dp1'],
    ['rotate', '--all', '--yes'],
    ['rotate', 'dp1', '--yes', '--token-ttl', '90d'],
    ['update', 'dp1', '--tls-server-name', 'localhost', '--yes'],
    ['rename', 'dp1', 'dp1b', '--yes'],
    ['delete', 'dp1', '--yes'],
  ])
    test(`${args.join(' ')}: a forged token of ${where}/${account} decides nothing`, async () => {
      const { cli, server } = registered;
      const { secrets } = treasures.dp1;
      server('cp').put('batch', 'cronjobs', {
        metadata: { namespace, name: 'clientconfig-renewer', labels: { 'app.kubernetes.io/component': 'clientconfig-renewer' } },
      });
      plant('dp1', { [annotated('service-account')]: `${where}/${account}` }, withToken(forged(where, account)));
      const ran = await cli('clientconfig', ...args, ...(args[0] === 'rotate' ? ['--timeout', '20s'] : []));
      const asked = server('dp1').requests.filter(({ method, path }) => method === 'POST' && /serviceaccounts|secrets/.test(path));
      assert.ok(!asked.some(({ path }) => path.includes(account)), 'a token of it was asked for');
      assert.deepEqual(secrets(), whole, text(ran));
      storesNoTokenOf(account);
    });

test("a token that is somebody else's, and good, is not taken for the operator's", async () => {
  const { cli, server } = registered;
  const { token } = treasures.dp1;
  plant('dp1', {}, withToken(token));
  const before = server('dp1').list('', 'secrets').length;
  const ran = await cli('clientconfig', 'rotate', 'dp1', '--yes');
  refused(ran, /victim\/boss/);
  assert.doesNotMatch(text(ran), /kubectl [^,]*--service-account/, 'no command to paste gives it a token');
  assert.equal(server('dp1').list('', 'secrets').length, before);
});
test('what the stored account may not do in its data plane is no right that the reader lacks in the control plane', async () => {
  const { cli, server } = registered;
  const token = forged('victim', 'nobody');
  server('dp1').addToken(token, { username: 'system:serviceaccount:victim:nobody', groups: ['system:authenticated'], rules: [] });
  plant('dp1', {}, withToken(token));
  const { stdout } = await cli('contexts', 'check', '-o', 'short');
  assert.match(stdout, /^\? dp1: the operators of the data plane not read \(.*victim:nobody/m);
  assert.doesNotMatch(stdout, /in cp: kubectl|print-rbac/);
});

/** An API server of the attacker's, and a proxy that leads every CONNECT there. */
const evil = async (): Promise<{ server: ApiServer; proxy: string; seen: () => string[] }> => {
  const server = await startApiServer();
  const proxy = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const { port, hostname } = new URL(server.url);
      const there = dial(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      sockets.add(there);
      there.on('error', () => socket.destroy());
      socket.pipe(there).pipe(socket);
    });
  });
  await new Promise<void>(ready => proxy.listen(0, '127.0.0.1', ready));
  opened.push(server, proxy);
  return {
    server,
    proxy: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`,
    seen: () => server.requests.flatMap(({ authorization }) => (authorization === undefined ? [] : [authorization])),
  };
};
for (const args of [
  ['rotate', 'dp1', '--yes'],
  ['rotate', 'dp1', '--yes', '--from-context', 'dp1'],
  ['create', 'dp1', '--yes', '--from-context', 'dp1', '--allow', 'loopback,insecure-tls'],
])
  test(`${args.join(' ')}: a fresh token does not go to a server that only the stored kubeconfig vouches for`, async () => {
    const { cli, server } = registered;
    const { server: there, proxy, seen } = await evil();
    const ca = Buffer.from(there.caPem).toString('base64');
    const token = forged(namespace, 'k8ssandra-operator');
    for (const cluster of [
      { 'proxy-url': proxy, 'certificate-authority-data': ca },
      { server: there.url, 'certificate-authority-data': ca },
    ]) {
      plant('dp1', {}, withToken(token, cluster));
      await cli('clientconfig', ...args);
      for (const authorization of seen()) assert.equal(authorization, `Bearer ${token}`);
      assert.ok(server('dp1').requests.length > 0);
    }
  });

test('check runs no plugin of the user for a context that an annotation names', async () => {
  const { world, server } = registered;
  const canary = `${world.kubeconfig}-canary`;
  const plugin = `${world.kubeconfig}-plugin.sh`;
  writeFileSync(
    plugin,
    `#!/bin/sh\necho ran >> ${canary}\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "${server('dp2').adminToken}"\n`,
  );
  chmodSync(plugin, 0o755);
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as { users: { name: string }[] };
  const path = `${world.kubeconfig}-exec`;
  const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } };
  writeFileSync(path, stringify({ ...config, users: config.users.map(one => (one.name === 'dp2' ? { name: 'dp2', user } : one)) }), {
    mode: 0o600,
  });
  plant('dp1', { [annotated('source-context')]: 'dp2' }, withToken(forged(namespace, 'k8ssandra-operator')));
  const before = server('dp2').requests.filter(({ authorization }) => authorization === `Bearer ${server('dp2').adminToken}`).length;
  await run(['contexts', 'check', '--kubeconfig', path]);
  assert.equal(existsSync(canary), false);
  assert.equal(server('dp2').requests.filter(({ authorization }) => authorization === `Bearer ${server('dp2').adminToken}`).length, before);
});

test('delete takes away no token of another control plane, though the Secret says that it is ours', async () => {
  const { cli, server } = registered;
  const dp1 = server('dp1');
  const theirs = {
    labels: { 'app.kubernetes.io/managed-by': 'kubectl-k8ssandra' },
    annotations: {
      'kubernetes.io/service-account.name': 'k8ssandra-operator',
      [annotated('control-plane-uid')]: 'another',
      [annotated('client-config')]: `${namespace}/dp1`,
    },
  };
  dp1.put('', 'secrets', { metadata: { namespace, name: 'theirs', ...theirs }, type: 'kubernetes.io/service-account-token' });
  plant('dp1', { [annotated('control-plane-uid')]: 'another', [annotated('token-secret')]: `${namespace}/theirs` });
  const ran = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.ok(dp1.get('', 'secrets', namespace, 'theirs'), text(ran));
});

test('delete takes away no token of another ClientConfig', async () => {
  const { cli, server } = registered;
  const dp1 = server('dp1');
  const uid = server('cp').get('', 'namespaces', '', 'kube-system')?.metadata.uid ?? '';
  dp1.put('', 'secrets', {
    metadata: {
      namespace,
      name: 'of-another',
      labels: { 'app.kubernetes.io/managed-by': 'kubectl-k8ssandra' },
      annotations: {
        'kubernetes.io/service-account.name': 'k8ssandra-operator',
        [annotated('control-plane-uid')]: uid,
        [annotated('client-config')]: 'elsewhere/dp1',
      },
    },
    type: 'kubernetes.io/service-account-token',
  });
  plant('dp1', { [annotated('token-secret')]: `${namespace}/of-another` });
  const ran = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.ok(dp1.get('', 'secrets', namespace, 'of-another'), text(ran));
});

test('delete leaves a Secret that this program has not made, though a ClientConfig names it', async () => {
  const { cli, server } = registered;
  const cp = server('cp');
  cp.put('', 'secrets', { metadata: { namespace, name: 'superuser' }, data: { password: 'eA==' } });
  cp.put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name: 'evil' },
    spec: { contextName: 'evil', kubeConfigSecret: { name: 'superuser' } },
  });
  const ran = await cli('clientconfig', 'delete', 'evil', '--yes', '--force');
  assert.equal(ran.code, 0, text(ran));
  assert.ok(cp.get('', 'secrets', namespace, 'superuser'), text(ran));
  assert.match(ran.stdout, /left Secret .*superuser/);
});

for (const name of ['..', '.', '', 'a/b', '%2e%2e'])
  test(`a ClientConfig whose Secret is named ${JSON.stringify(name)} leads no command to another path`, async () => {
    const { cli, server } = registered;
    server('cp').put('config.k8ssandra.io', 'clientconfigs', {
      metadata: { namespace, name: 'evil' },
      spec: { contextName: 'evil', kubeConfigSecret: { name } },
    });
    const before = server('cp').requests.length;
    for (const args of [
      ['contexts', 'check'],
      ['clientconfig', 'list'],
      ['clientconfig', 'describe', 'evil'],
      ['clientconfig', 'kubeconfig', 'evil'],
      ['clientconfig', 'rotate', 'evil', '--yes'],
      ['clientconfig', 'update', '--yes', 'evil', '--server', 'https://x'],
      ['clientconfig', 'rename', '--yes', 'evil', 'b', '--yes'],
      ['clientconfig', 'export', '--with-secrets'],
      ['clientconfig', 'delete', 'evil', '--yes', '--force'],
    ]) {
      const ran = await cli(...args);
      assert.doesNotMatch(text(ran), /^bug:|^\s+at /m, args.join(' '));
    }
    for (const { method, path } of server('cp').requests.slice(before)) {
      assert.doesNotMatch(path.split('?')[0] ?? '', /\/\.{1,2}(\/|$)|%2[eEfF]|\/(secrets|clientconfigs)\/$/, `${method} ${path}`);
    }
  });

test('create takes no token Secret that an annotation names and that this program has not made for it', async () => {
  const { cli, storedToken } = registered;
  plant('dp1', { [annotated('token-secret')]: `${namespace}/boss-token` });
  const ran = await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback,wrong-identity');
  storesNoTokenOf('boss');
  assert.ok(storedToken('dp1').length > 0, text(ran));
});

test('import writes nothing but kubeconfig Secrets that a ClientConfig of the file names, and over none that is not ours', async () => {
  const { cli, server, world } = registered;
  const cp = server('cp');
  const exported = (await cli('clientconfig', 'export', '--with-secrets')).stdout;
  cp.remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  cp.put('', 'secrets', { metadata: { namespace, name: 'superuser' }, data: { password: 'eA==' } });
  const kubeconfig = (configSecret('dp1')['data'] as { kubeconfig: string }).kubeconfig;
  const file = `${world.kubeconfig}-import.yaml`;
  const secret = (changes: object): string => stringify({ apiVersion: 'v1', kind: 'Secret', ...changes });
  const config = stringify({
    apiVersion: 'config.k8ssandra.io/v1beta1',
    kind: 'ClientConfig',
    metadata: { name: 'evil', namespace },
    spec: { contextName: 'dp1', kubeConfigSecret: { name: 'superuser' } },
  });
  const documents: Readonly<Record<string, readonly string[]>> = {
    'a Secret that nothing in the file names': [exported, secret({ metadata: { name: 'stray', namespace }, data: { kubeconfig } })],
    'a Secret of another type': [
      config,
      secret({
        metadata: { name: 'superuser', namespace, annotations: { 'kubernetes.io/service-account.name': 'boss' } },
        type: 'kubernetes.io/service-account-token',
        data: { kubeconfig },
      }),
    ],
    'a Secret that stands there and is not ours': [
      config,
      secret({ metadata: { name: 'superuser', namespace }, data: { kubeconfig, password: 'eQ==' } }),
    ],
  };
  for (const [what, parts] of Object.entries(documents)) {
    writeFileSync(file, parts.join('---\n'), { mode: 0o600 });
    const before = JSON.stringify(cp.list('', 'secrets'));
    refused(await cli('clientconfig', 'import', '--yes', '-f', file, '--overwrite', '--allow', 'unproven,loopback'), /Secret/);
    assert.equal(JSON.stringify(cp.list('', 'secrets')), before, what);
  }
});

test('the renewer asks a data plane to grant nothing to an account that nobody has proven', async () => {
  const { cli } = registered;
  plant('dp1', {}, withToken(forged('kube-system', 'boss')));
  const ran = await cli('clientconfig', 'renewer', '--for-context', 'dp1');
  assert.notEqual(ran.code, 0, text(ran));
  for (const document of parseAllDocuments(ran.stdout)) assert.doesNotMatch(JSON.stringify(document.toJS()), /boss|kube-system/);
});

test('create, update, rename and import leave alone what a rotation or a deletion is at', async () => {
  const { cli, server, world } = registered;
  const file = `${world.kubeconfig}-again.yaml`;
  writeFileSync(file, (await cli('clientconfig', 'export', 'dp1', '--with-secrets')).stdout, { mode: 0o600 });
  const under = { run: 'r', startedAt: '2026-01-01T00:00:00Z', phase: 'claimed', to: `${namespace}/x` };
  for (const [what, metadata] of [
    ['under way', { annotations: { ...configSecret('dp1').metadata.annotations, [annotated('rotation')]: JSON.stringify(under) } }],
    ['being deleted', { labels: { ...configSecret('dp1').metadata.labels, [annotated('deleting')]: 'true' } }],
  ] as const) {
    const secret = configSecret('dp1');
    server('cp').put('', 'secrets', { ...secret, metadata: { ...secret.metadata, ...metadata } });
    const before = JSON.stringify(configSecret('dp1'));
    for (const args of [
      ['create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--server', server('dp1').url.replace('127.0.0.1', 'localhost')],
      ['update', '--yes', 'dp1', '--server', server('dp1').url.replace('127.0.0.1', 'localhost'), '--allow', 'loopback'],
      ['rename', 'dp1', 'other', '--yes'],
      ['import', '--yes', '-f', file, '--overwrite'],
    ])
      refused(await cli('clientconfig', ...args), new RegExp(what));
    assert.equal(JSON.stringify(configSecret('dp1')), before, what);
    for (const one of restore) one();
  }
});

test('the renewer names no context of the administrator that the Secret alone names', async () => {
  const { cli } = registered;
  plant('dp1', { [annotated('source-context')]: 'dp2' });
  const ran = await cli('clientconfig', 'renewer', '--image', 'x');
  assert.equal(ran.code, 0, text(ran));
  assert.match(ran.stderr, /--for-context dp1 \| kubectl .*--context dp1 apply/);
  assert.doesNotMatch(ran.stderr, /--for-context dp1 \| kubectl .*--context dp2 apply/);
});

test('a kubeconfig that runs a program or reads a file is not given out for use', async () => {
  const { cli, world } = registered;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: ['/tmp/x'], interactiveMode: 'Never' };
  const users: readonly Readonly<Record<string, unknown>>[] = [
    { exec },
    { token: 't', exec },
    { 'auth-provider': { name: 'oidc' } },
    { tokenFile: '/root/.ssh/id_rsa' },
    { 'client-certificate': '/x', 'client-key': '/root/.ssh/id_rsa' },
  ];
  const file = `${world.kubeconfig}-stored`;
  for (const user of users) {
    plant('dp1', {}, stored => ({ ...stored, users: [...stored.users.filter(({ name }) => name !== 'other'), { name: 'other', user }] }));
    for (const flags of [['--output-file', file], ['--show-token']])
      refused(await cli('clientconfig', 'kubeconfig', 'dp1', ...flags), /a client would do/);
    assert.equal(existsSync(file), false);
    const shown = await cli('clientconfig', 'kubeconfig', 'dp1');
    assert.equal(shown.code, 0, text(shown));
  }
  plant('dp1', {}, stored => ({
    ...stored,
    clusters: stored.clusters.map(one => ({ ...one, cluster: { ...one.cluster, 'certificate-authority': '/x' } })),
  }));
  refused(await cli('clientconfig', 'kubeconfig', 'dp1', '--show-token'), /reads a file/);
});

test('no fresh token goes to an address that only notes or a stored kubeconfig name, whatever they say is allowed', async () => {
  const { server, world } = registered;
  const { server: there, proxy, seen } = await evil();
  const allowed = 'loopback,system-ca,insecure-tls,unproven,wrong-identity';
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as Kubeconfig;
  const insecure = `${world.kubeconfig}-insecure`;
  const open = config.clusters.map(one => ({ ...one, cluster: { server: one.cluster['server'], 'insecure-skip-tls-verify': true } }));
  writeFileSync(insecure, stringify({ ...config, clusters: open }), { mode: 0o600 });
  for (const kubeconfig of [world.kubeconfig, insecure])
    for (const notes of [
      { [annotated('server')]: there.url },
      { [annotated('server')]: server('dp1').url, [annotated('proxy-url')]: proxy },
    ])
      for (const cluster of [undefined, { server: there.url, 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true }]) {
        const before = configSecret('dp1');
        plant('dp1', { ...notes, [annotated('allowed')]: allowed }, stored =>
          cluster === undefined ? { clusters: [], users: [] } : withToken('t', cluster)(stored),
        );
        const allow = [
          '--allow',
          'loopback,insecure-tls,system-ca,unproven,missing-access,missing-crds,wrong-identity',
          '--request-timeout',
          '3s',
        ];
        await runInProcess(['clientconfig', 'create', '--yes', 'dp1', '--from-context', 'dp1', ...allow, '--kubeconfig', kubeconfig]);
        for (const authorization of seen()) assert.match(authorization, /^Bearer t$/);
        assert.doesNotMatch(
          Buffer.from((configSecret('dp1')['data'] as { kubeconfig: string }).kubeconfig, 'base64').toString(),
          new RegExp(`${there.url}[^]*eyJ`),
        );
        server('cp').put('', 'secrets', before);
      }
});

test('what only looks sends a planted server nothing but what was planted', async () => {
  const { server, world } = registered;
  const { server: there, seen } = await evil();
  const token = forged(namespace, 'k8ssandra-operator');
  const notes = { [annotated('source-context')]: 'dp1', [annotated('source-cluster-uid')]: 'x' };
  plant('dp1', notes, withToken(token, { server: there.url, 'certificate-authority-data': Buffer.from(there.caPem).toString('base64') }));
  there.alter((_, reply) => ({ status: 307, body: '', headers: { ...reply.headers, Location: `${server('dp2').url}/api/v1/secrets` } }));
  const before = server('dp2').requests.length;
  for (const args of [
    ['contexts', 'check', 'dp1'],
    ['contexts', 'list'],
    ['contexts', 'graph'],
    ['clientconfig', 'describe', 'dp1'],
    ['clientconfig', 'list'],
    ['clientconfig', 'kubeconfig', 'dp1'],
    ['clientconfig', 'export', '--with-secrets'],
    ['clientconfig', 'rename', '--yes', 'dp1', 'dp1b', '--dry-run'],
    ['clientconfig', 'update', '--yes', 'dp1', '--tls-server-name', 'localhost', '--dry-run'],
    ['clientconfig', 'delete', 'dp1', '--dry-run'],
    ['clientconfig', 'renewer', '--for-context', 'dp1'],
  ])
    await runInProcess([...args, '--kubeconfig', world.kubeconfig, '--request-timeout', '3s']);
  assert.ok(there.requests.length > 0);
  for (const authorization of seen()) assert.equal(authorization, `Bearer ${token}`);
  const asked = server('dp2').requests.slice(before);
  assert.ok(
    asked.every(({ authorization }) => authorization !== `Bearer ${token}` && authorization !== `Bearer ${server('dp1').adminToken}`),
  );
  assert.ok(
    asked.every(({ path, authorization }) => path !== '/api/v1/secrets' || authorization === undefined),
    world.kubeconfig,
  );
});

test('completion offers no name that a shell would take for more than one', async () => {
  const { server, world } = registered;
  const names = [
    '$(touch x)',
    '`touch x`',
    "a'; touch x; '",
    'a b',
    'a;b',
    'a|b',
    'a&b',
    'a>b',
    '!x',
    '~x',
    '*',
    'a"b',
    'a\\b',
    '{a,b}',
    '#x',
  ];
  for (const [index, contextName] of names.entries())
    server('cp').put('config.k8ssandra.io', 'clientconfigs', {
      metadata: { namespace, name: `evil${index}` },
      spec: { contextName, kubeConfigSecret: { name: 'x' } },
    });
  const { stdout } = await run(['__complete', 'contexts', 'check', ''], {
    KUBECONFIG: world.kubeconfig,
    KUBECTL_K8SSANDRA_COMPLETION_MS: '20000',
  });
  assert.match(stdout, /^dp1\t/m);
  for (const name of names) assert.ok(!stdout.split('\n').some(line => line.split('\t')[0] === name), name);
});

/** Of what a rotation asked a data plane for, the names of the Secrets that it made. */
const madeIn = (name: 'dp1' | 'dp2', before: readonly string[]): readonly string[] =>
  registered
    .server(name)
    .list('', 'secrets')
    .map(({ metadata }) => metadata.name)
    .filter(one => !before.includes(one));
const namesIn = (name: 'dp1' | 'dp2'): readonly string[] =>
  registered
    .server(name)
    .list('', 'secrets')
    .map(({ metadata }) => metadata.name);
const config = (name: string, contextName: string, secret: string): void =>
  void registered.server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name },
    spec: { contextName, kubeConfigSecret: { name: secret } },
  });
/** A Secret of the control plane that is like the one of a ClientConfig, under another name. */
const copyOf = (of: string, name: string, annotations: Readonly<Record<string, string>> = {}): void => {
  const { metadata, ...rest } = configSecret(of);
  const { labels } = metadata;
  registered.server('cp').put('', 'secrets', {
    ...rest,
    metadata: { namespace, name, ...(labels === undefined ? {} : { labels }), annotations: { ...metadata.annotations, ...annotations } },
  });
};

test('the life of a token is not taken from a rotation claim: nobody could revoke it', async () => {
  const { cli, server } = registered;
  for (const [ttl, fix] of [
    [4_294_967_295, /^fix: {3}pass --token-ttl with the time that the token shall live$/m],
    [864_000, /^fix: {3}run kubectl k8ssandra .* clientconfig rotate dp1 --resume --token-ttl 864000s if it shall live that long$/m],
  ] as const) {
    plant('dp1', claim({ ttl }));
    const before = server('dp1').requests.length;
    const ran = await cli(...resume);
    refused(ran, fix);
    assert.ok(
      !server('dp1')
        .requests.slice(before)
        .some(({ path }) => path.includes('/serviceaccounts/')),
      'no token was asked for',
    );
    registered.server('cp').put('', 'secrets', configSecret('dp1'));
  }
});
test('the name of what is yet to be made is not taken from a rotation claim: a token that was revoked would come to life again', async () => {
  const { cli } = registered;
  const before = namesIn('dp1');
  plant('dp1', claim({ to: `${namespace}/revoked-long-ago` }));
  const ran = await cli('clientconfig', 'rotate', '--resume', '--yes');
  assert.equal(ran.code, 0, text(ran));
  const made = madeIn('dp1', before);
  assert.equal(made.length, 1, text(ran));
  assert.doesNotMatch(made.join(), /revoked-long-ago/);
});
for (const from of [undefined, 'the stored one'])
  test(`a claim that says that a new token is stored has the stored one revoked by nobody${from === undefined ? '' : ', though it calls that the old one'}`, async () => {
    const { cli, server, storedToken } = registered;
    const before = namesIn('dp1');
    const token = storedToken('dp1');
    const [, name = ''] = (configSecret('dp1').metadata.annotations?.[annotated('token-secret')] ?? '').split('/');
    plant('dp1', claim({ phase: 'written', to: `${namespace}/nowhere`, ...(from === undefined ? {} : { from: `${namespace}/${name}` }) }));
    const ran = await cli('clientconfig', 'rotate', '--resume', '--yes', '--timeout', '5s');
    assert.deepEqual(namesIn('dp1'), before, text(ran));
    assert.ok(server('dp1').get('', 'secrets', namespace, name), text(ran));
    assert.equal(storedToken('dp1'), token);
    assert.match(ran.stderr, /it is the one that is stored$/m);
  });

test('a ClientConfig that is called as the context of another is not taken for it, by any command', async () => {
  const { cli, server } = registered;
  copyOf('dp1', 'evil-config', { [annotated('client-config')]: `${namespace}/theirs` });
  config('theirs', 'elsewhere', 'evil-config');
  config('prod', 'their-own', 'evil-config');
  const dp2 = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp2');
  assert.ok(dp2);
  server('cp').put('config.k8ssandra.io', 'clientconfigs', { ...dp2, spec: { ...(dp2['spec'] as object), contextName: 'prod' } });
  for (const args of [
    ['delete', 'prod', '--force', '--yes'],
    ['rotate', 'prod', '--yes'],
    ['update', 'prod', '--tls-server-name', 'localhost', '--yes'],
    ['rename', 'prod', 'other', '--yes'],
    ['describe', 'prod'],
    ['kubeconfig', 'prod', '--show-token'],
    ['export', 'prod', '--with-secrets'],
    ['renewer', '--for-context', 'prod'],
  ]) {
    const ran = await cli('clientconfig', ...args);
    assert.equal(ran.code, 2, `${args.join(' ')}: ${text(ran)}`);
    assert.match(
      ran.stderr,
      /^error: prod is the name or the context of 2 ClientConfigs: .*\nfix: {3}name it with its namespace, as in namespace\/name$/m,
    );
  }
});
test('a context that is named for one ClientConfig opens a data plane for no other that provides the same', async () => {
  const { cli, storedToken } = registered;
  const token = storedToken('dp2');
  // A dead token, and the true address: what --from-context of dp2 would be enough for.
  copyOf('dp2', 'evil-config', { [annotated('client-config')]: `${namespace}/evil` });
  const text64 = (): string => (configSecret('evil')['data'] as { kubeconfig: string }).kubeconfig;
  const dead = Buffer.from(text64(), 'base64').toString().replaceAll(token, forged(namespace, 'k8ssandra-operator'));
  registered.server('cp').put('', 'secrets', { ...configSecret('evil'), data: { kubeconfig: Buffer.from(dead).toString('base64') } });
  config('evil', 'dp2', 'evil-config');
  const ran = await cli('clientconfig', 'rotate', 'dp2', 'evil', '--yes', '--from-context', 'dp2=dp2', '--timeout', '5s');
  assert.notEqual(ran.code, 0, text(ran));
  assert.equal(Buffer.from(text64(), 'base64').toString(), dead, 'no live token came into it');
});
test('of a name that two have, no Secret of one that is there is taken for what a deletion has left', async () => {
  const { cli, server } = registered;
  server('cp').put('', 'namespaces', { metadata: { name: 'beside' } });
  server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace: 'beside', name: 'dp1' },
    spec: { contextName: 'other', kubeConfigSecret: { name: 'x' } },
  });
  const before = [JSON.stringify(configSecret('dp1')), namesIn('dp1')];
  const ran = await cli('clientconfig', 'delete', 'dp1', '--yes', '--force');
  assert.equal(ran.code, 2, text(ran));
  assert.match(ran.stderr, /dp1 is the name of 2 ClientConfigs/);
  server('cp').remove('config.k8ssandra.io', 'clientconfigs', 'beside', 'dp1');
  // Of one that is gone by name alone: a Secret that says that it was made for one that is there.
  copyOf('dp1', 'stray-config', { [annotated('client-config')]: `${namespace}/dp2` });
  server('cp').put('config.k8ssandra.io', 'clientconfigs', { metadata: { namespace: 'beside', name: 'gone' }, spec: {} });
  const none = await cli('clientconfig', 'delete', 'stray', '--yes', '--force');
  assert.equal(none.code, 2, text(none));
  assert.deepEqual([JSON.stringify(configSecret('dp1')), namesIn('dp1')], before);
});
test('create puts no credential into a Secret that holds something else, though a ClientConfig names it', async () => {
  const { cli, server } = registered;
  const cp = server('cp');
  const superuser = { metadata: { namespace, name: 'superuser' }, data: { password: 'eA==' } };
  cp.put('', 'secrets', superuser);
  config('evil', 'dp9', 'superuser');
  const before = namesIn('dp1');
  const ran = await cli('clientconfig', 'create', 'dp9', '--yes', '--from-context', 'dp1', '--allow', 'loopback,duplicate-cluster');
  refused(ran, /Secret k8ssandra-operator\/superuser exists and holds more than a kubeconfig/);
  assert.deepEqual(cp.get('', 'secrets', namespace, 'superuser')?.['data'], superuser.data);
  assert.deepEqual(namesIn('dp1'), before);
});
test('a Secret that says that a deletion has left it has nothing deleted in a cluster that it names, though its fix is pasted', async () => {
  const { cli, server } = registered;
  const uid = server('dp2').get('', 'namespaces', '', 'kube-system')?.metadata.uid ?? '';
  const before = [treasures.dp2.secrets(), namesIn('dp2')];
  for (const token of ['victim/precious', 'victim/boss-token', `${namespace}/boss-token`, 'kube-system/x']) {
    copyOf('dp2', 'ghost-config', {
      [annotated('client-config')]: `${namespace}/ghost`,
      [annotated('token-secret')]: token,
      [annotated('service-account')]: token,
      [annotated('source-context')]: 'dp2',
      [annotated('source-cluster-uid')]: uid,
    });
    const ran = await cli('clientconfig', 'delete', `${namespace}/ghost`, '--yes');
    assert.deepEqual([treasures.dp2.secrets(), namesIn('dp2')], before, text(ran));
    assert.equal(server('cp').get('', 'secrets', namespace, 'ghost-config'), undefined, text(ran));
  }
});
test('a ClientConfig that comes again while it is deleted keeps its Secret and its token', async () => {
  const { cli, server } = registered;
  const cp = server('cp');
  const whole = cp.get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  assert.ok(whole);
  const before = namesIn('dp1');
  let looked = 0;
  cp.onRequest(({ method, path }) => {
    // Once it is seen to be gone, and before anything is read again.
    if (
      method !== 'GET' ||
      !/clientconfigs\/dp1$/.test(path) ||
      cp.get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1') !== undefined
    )
      return;
    if (looked++ === 0) config('dp1', 'dp1', 'dp1-config');
  });
  const ran = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.ok(looked > 0);
  refused(ran, /ClientConfig k8ssandra-operator\/dp1 in cp was created again during the deletion, so its Secret stays/);
  assert.deepEqual(namesIn('dp1'), before);
  const { labels, finalizers } = configSecret('dp1').metadata as { labels?: Record<string, string>; finalizers?: string[] };
  assert.equal(labels?.[annotated('deleting')], undefined);
  assert.deepEqual(finalizers ?? [], []);
});
