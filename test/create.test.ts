import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import type { Fault } from '../sandbox/api/faults.ts';
import type { Stored } from '../sandbox/api/store.ts';
import { makeAuthority } from '../sandbox/certificates.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { installOperatorIn, namespace, startWorld, type World } from '../sandbox/world.ts';
import { runHere as run } from './support/in-process.ts';
import type { Run } from './support/run.ts';
import { faultName, writeFaults } from './support/write-faults.ts';

let world: World;
const folder = temporaryFolder('test');
before(async () => {
  world = await startWorld();
});
afterEach(() => world.reset());
after(async () => {
  await world.stop();
});
const server = (name: string) => {
  const found = world.servers[name];
  assert.ok(found);
  return found;
};
const cli = (...args: string[]) => run([...args, '--kubeconfig', world.kubeconfig, '--request-timeout', '2s']);
const create = (...args: string[]) => cli('clientconfig', 'create', '--yes', '--allow', 'loopback', ...args);
/** What one run may leave anywhere. */
const left = () => [
  ...server('cp')
    .list('', 'secrets')
    .map(({ metadata }) => `cp Secret ${metadata.name}`),
  ...server('cp')
    .list('config.k8ssandra.io', 'clientconfigs')
    .map(({ metadata }) => `cp ClientConfig ${metadata.name}`),
  ...['dp1', 'dp2'].flatMap(name =>
    server(name)
      .list('', 'secrets')
      .map(({ metadata }) => `${name} Secret ${metadata.name}`),
  ),
];
/** One line of what and one of the cure, nothing else, and no stack. */
const isClear = ({ stderr, stdout, code }: Run, exit: number): void => {
  assert.equal(code, exit, stdout + stderr);
  const lines = stderr.trimEnd().split('\n').slice(-2);
  assert.match(lines[0] ?? '', /^error: .{10,}/, stderr);
  assert.match(lines[1] ?? '', /^fix: {3}.{5,}/, stderr);
  assert.doesNotMatch(stderr, /^\s+at /m);
};

test('creates the Secret first and the ClientConfig last, with the raw context name and no hash annotation', async () => {
  const { code, stdout, stderr } = await create('--from-context', 'dp1,dp2');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /access 68\/68/);
  const writes = server('cp')
    .requests.filter(({ method }) => method === 'POST')
    .map(({ path }) => path.split('/').at(-1));
  assert.deepEqual(writes, ['secrets', 'secrets', 'clientconfigs', 'clientconfigs']);
  const config = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  assert.deepEqual(config?.['spec'], { contextName: 'dp1', kubeConfigSecret: { name: 'dp1-config' } });
  assert.ok(Object.keys(config?.metadata.annotations ?? {}).every(key => !key.startsWith('k8ssandra.io/')));
  assert.deepEqual(server('dp1').get('', 'serviceaccounts', namespace, 'k8ssandra-operator')?.['secrets'], undefined);
});

test('a second run writes nothing and says so', async () => {
  await create('--from-context', 'dp1');
  const writes = () => server('cp').requests.filter(({ method, path }) => method !== 'GET' && !path.includes('authorization')).length;
  const count = writes();
  const { code, stdout } = await create('--from-context', 'dp1');
  assert.equal(code, 0);
  assert.match(stdout, /nothing to do/);
  assert.equal(writes(), count);
});

test('a changed server updates the Secret in place and shows what changes, but not what it holds', async () => {
  await create('--from-context', 'dp1');
  const uid = server('cp').get('', 'secrets', namespace, 'dp1-config')?.metadata.uid;
  const { code, stdout, stderr } = await create('--from-context', 'dp1', '--server', server('dp1').url.replace('127.0.0.1', 'localhost'));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /updated Secret .*\(server: https:\/\/127\.0\.0\.1:\d+ -> https:\/\/localhost:\d+\)/);
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.equal(secret?.metadata.uid, uid);
  assert.match(
    Buffer.from(String((secret?.['data'] as { kubeconfig?: string } | undefined)?.kubeconfig), 'base64').toString(),
    /server: https:\/\/localhost:/,
  );
});

test('what a cluster holds cannot control the terminal while it is being changed', async () => {
  await create('--from-context', 'dp1');
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  server('cp').put('', 'secrets', {
    ...secret,
    metadata: {
      ...secret.metadata,
      annotations: { ...secret.metadata.annotations, 'cli.k8ssandra.io/source-context': '\u001b[2Jevil\n\u202e' },
    },
  });
  const { code, stdout } = await create('--from-context', 'dp1');
  assert.equal(code, 0);
  assert.match(stdout, /updated Secret .*source-context: \\u001b\[2Jevil/);
  assert.doesNotMatch(stdout, /[\u001b\u202e]/);
});

test('--dry-run and the refusals write nothing anywhere', async () => {
  assert.equal((await create('--from-context', 'dp1', '--dry-run')).code, 0);
  assert.deepEqual(left(), []);
  isClear(await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1'), 4);
  isClear(await create('--from-context', 'cp'), 4);
  server('dp2').drop('stargates');
  isClear(await create('--from-context', 'dp2'), 4);
  server('dp1').grant(namespace, 'k8ssandra-operator', [
    { groups: [''], resources: ['secrets'], verbs: ['list'], namespaces: [namespace] },
  ]);
  const refused = await create('--from-context', 'dp1');
  isClear(refused, 4);
  assert.match(refused.stderr, /lacks \d+ rights .*--allow missing-access/s);
  assert.deepEqual(left(), []);
});

test('a cluster that an operator beside this one has under another name is no duplicate', async () => {
  await create('--from-context', 'dp1');
  const [config, secret] = [
    server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1'),
    server('cp').get('', 'secrets', namespace, 'dp1-config'),
  ];
  assert.ok(config && secret);
  const beside = ({ metadata: { name, annotations = {} } }: Stored) => ({ name, namespace: 'elsewhere', annotations });
  const spec = { contextName: 'other', kubeConfigSecret: { name: 'dp1-config' } };
  server('cp').put('config.k8ssandra.io', 'clientconfigs', { ...config, metadata: beside(config), spec });
  server('cp').put('', 'secrets', { ...secret, metadata: beside(secret) });
  server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  const { code, stderr } = await create('--from-context', 'dp1');
  assert.equal(code, 0, stderr);
});

test('duplicates, an unwatched namespace, a missing CRD, account or operator are refused by name', async () => {
  await create('--from-context', 'dp1');
  const duplicate = await create('other', '--from-context', 'dp1');
  isClear(duplicate, 4);
  assert.match(duplicate.stderr, /--allow duplicate-cluster/);
  const sameName = await create('--from-context', 'dp1', '--dest-namespace', 'elsewhere', '--allow', 'unwatched-namespace');
  isClear(sameName, 4);
  assert.match(sameName.stderr, /already provides the context dp1/);
  isClear(await create('--from-context', 'dp2', '--dest-namespace', 'elsewhere'), 4);
  const account = await create('--from-context', 'dp2', '--service-account', 'nobody');
  isClear(account, 4);
  assert.match(account.stderr, /ServiceAccount k8ssandra-operator\/nobody does not exist/);
  server('dp2').remove('apps', 'deployments', namespace, 'k8ssandra-operator');
  isClear(await create('--from-context', 'dp2'), 4);
  server('cp').drop('clientconfigs');
  const crd = await create('--from-context', 'dp2');
  isClear(crd, 4);
  assert.match(crd.stderr, /no ClientConfig CRD/);
});

test('two operators in a data plane: the one to take must be named', async () => {
  installOperatorIn(server('dp1'), false);
  server('dp1').put('', 'namespaces', { metadata: { name: 'second' } });
  const first = server('dp1').get('apps', 'deployments', namespace, 'k8ssandra-operator');
  server('dp1').put('apps', 'deployments', { ...first, metadata: { ...first?.metadata, name: 'k8ssandra-operator', namespace: 'second' } });
  isClear(await create('--from-context', 'dp1'), 2);
  assert.equal((await create('--from-context', 'dp1', '--source-namespace', namespace)).code, 0);
});

const faults: readonly Fault[] = [...writeFaults, { kind: 'garbage' }, { kind: 'redirect', to: 'https://127.0.0.1:1/' }];
const writesOfACreate = [
  { at: 'dp1', path: /namespaces\/[^/]+\/secrets$/ },
  { at: 'cp', path: /\/secrets$/ },
  { at: 'cp', path: /\/clientconfigs$/ },
] as const;
for (const fault of faults) {
  test(`${faultName(fault)} at each of its writes leaves nothing behind`, async () => {
    for (const { at, path } of writesOfACreate) {
      server(at).fault({ method: 'POST', path }, fault, 9);
      const failed = await create('--from-context', 'dp1');
      isClear(failed, 4);
      server(at).clearFaults();
      assert.deepEqual(left(), [], `${at} ${path}: ${failed.stderr}`);
    }
  });
}

test('a token is not stored that cannot be told to be of the account, though the one that the account was proven with could', async () => {
  for (const fault of [{ kind: 'status', status: 500 }, { kind: 'garbage' }] as const) {
    server('dp1').fault({ method: 'POST', path: /selfsubjectreviews/, after: 1 }, fault, 9);
    const failed = await create('--from-context', 'dp1');
    isClear(failed, 4);
    assert.match(failed.stderr, /dp1 does not say whose the token of Secret \S+ is: /);
    server('dp1').clearFaults();
    assert.deepEqual(left(), []);
  }
});
test('the token of an account that was made anew is not taken again, though its Secret is still there', async () => {
  await create('--from-context', 'dp1');
  const dp1 = server('dp1');
  const [old] = dp1.list('', 'secrets');
  assert.ok(old);
  dp1.remove('', 'serviceaccounts', namespace, 'k8ssandra-operator');
  dp1.put('', 'serviceaccounts', { metadata: { namespace, name: 'k8ssandra-operator' } });
  dp1.put('', 'secrets', old);
  const again = await create('--from-context', 'dp1');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /updated Secret k8ssandra-operator\/dp1-config/);
  assert.equal(dp1.list('', 'secrets').length, 2);
});

test('two people create at once: one wins, the other has nothing to do or gets a conflict, and the stored token lives', async () => {
  for (let round = 0; round < 5; round++) {
    const both = await Promise.all([1, 2].map(() => create('--from-context', 'dp1')));
    const said = both.map(({ stdout, stderr }) => stdout + stderr).join('---');
    assert.ok(
      both.some(({ code }) => code === 0),
      said,
    );
    for (const ran of both) if (ran.code !== 0) isClear(ran, 4);
    const { kubeconfig = '' } = (server('cp').get('', 'secrets', namespace, 'dp1-config')?.['data'] ?? {}) as { kubeconfig?: string };
    const tokens = server('dp1')
      .list('', 'secrets')
      .map(secret => Buffer.from((secret['data'] as { token: string }).token, 'base64').toString());
    assert.equal(tokens.length, 1, said);
    assert.ok(
      Buffer.from(kubeconfig, 'base64')
        .toString()
        .includes(tokens[0] ?? 'none'),
      said,
    );
    assert.equal(server('cp').list('config.k8ssandra.io', 'clientconfigs').length, 1);
    world.reset();
  }
});

test('a write that was throttled is tried again and succeeds', async () => {
  server('cp').fault({ method: 'POST', path: /\/secrets$/ }, { kind: 'status', status: 429, retryAfter: 0 });
  assert.equal((await create('--from-context', 'dp1')).code, 0);
});

test('-o yaml prints the manifests alone and writes nothing to the control plane', async () => {
  const { code, stdout, stderr } = await create('--from-context', 'dp1', '-o', 'yaml');
  assert.equal(code, 0, stderr);
  const documents = parseAllDocuments(stdout).map(document => document.toJS() as { kind: string; apiVersion: string });
  assert.deepEqual(
    documents.map(({ kind, apiVersion }) => `${apiVersion} ${kind}`),
    ['v1 Secret', 'config.k8ssandra.io/v1beta1 ClientConfig'],
  );
  assert.deepEqual(server('cp').list('', 'secrets'), []);
});

test('the token goes nowhere but into the Secret: not to any output, nor to a server whose certificate is not verified', async () => {
  const outputs = [
    await create('--from-context', 'dp1,dp2'),
    await cli('contexts', 'check', '-o', 'json'),
    await cli('contexts', 'check', '-v', '9'),
    await create('--from-context', 'dp1'),
  ];
  const tokens = ['dp1', 'dp2'].flatMap(name =>
    server(name)
      .list('', 'secrets')
      .map(secret => (secret['data'] as { token: string }).token),
  );
  assert.equal(tokens.length, 2);
  for (const encoded of tokens) {
    const plain = Buffer.from(encoded, 'base64').toString();
    for (const { stdout, stderr } of outputs)
      for (const form of [plain, encoded, encodeURIComponent(plain), plain.split('.')[2] ?? plain])
        assert.ok(!(stdout + stderr).includes(form));
  }
  const other = await makeAuthority('another');
  const path = join(folder, 'other-ca.pem');
  writeFileSync(path, other.pem);
  const before = server('dp1').requests.filter(({ path: asked }) => asked === '/version').length;
  const refused = await create('--from-context', 'dp1', '--ca-file', path);
  isClear(refused, 4);
  assert.match(refused.stderr, /not signed by the given CA.*--ca-file/s);
  assert.equal(server('dp1').requests.filter(({ path: asked }) => asked === '/version').length, before);
});

test('the user authenticates by an exec plugin of the own kubeconfig; one in a Secret is never run', async () => {
  const plugin = join(folder, 'plugin.sh');
  writeFileSync(
    plugin,
    `#!/bin/sh\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN"\n`,
  );
  chmodSync(plugin, 0o755);
  const kubeconfig = parseAllDocuments(readFileSync(world.kubeconfig, 'utf8'))[0]?.toJS() as { users: { name: string; user: unknown }[] };
  const user = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'Never',
      command: plugin,
      env: [{ name: 'TOKEN', value: server('dp1').adminToken }],
    },
  };
  const path = join(folder, 'exec-kubeconfig');
  writeFileSync(
    path,
    stringify({ ...kubeconfig, users: kubeconfig.users.map(one => (one.name === 'dp1' ? { name: 'dp1', user } : one)) }),
    { mode: 0o600 },
  );
  const created = await run(['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--kubeconfig', path]);
  assert.equal(created.code, 0, created.stderr);

  const canary = join(folder, 'canary');
  const stored = stringify({
    clusters: [{ name: 'evil', cluster: { server: server('dp2').url } }],
    contexts: [{ name: 'evil', context: { cluster: 'evil', user: 'evil' } }],
    users: [
      {
        name: 'evil',
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [canary], interactiveMode: 'Never' } },
      },
    ],
  });
  server('cp').put('', 'secrets', {
    metadata: { namespace, name: 'evil-config' },
    data: { kubeconfig: Buffer.from(stored).toString('base64') },
  });
  server('cp').put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name: 'evil' },
    spec: { kubeConfigSecret: { name: 'evil-config' } },
  });
  const { connections } = server('dp2');
  const checked = await cli('contexts', 'check', '-o', 'json');
  assert.equal(checked.code, 1, checked.stderr);
  assert.match(checked.stdout, /KC204/);
  assert.equal(existsSync(canary), false);
  assert.equal(server('dp2').connections, connections);
});

const badCalls: readonly (readonly [what: string, args: readonly string[]])[] = [
  ['no source', ['clientconfig', 'create', '--yes']],
  ['an unknown source', ['clientconfig', 'create', '--yes', '--from-context', 'nowhere']],
  ['a source twice', ['clientconfig', 'create', '--yes', '--from-context', 'dp1,dp1']],
  ['a NAME for several', ['clientconfig', 'create', '--yes', 'x', '--from-context', 'dp1,dp2']],
  ['--server for several', ['clientconfig', 'create', '--yes', '--from-context', 'dp1,dp2', '--server', 'https://x']],
  ['a NAME that is none', ['clientconfig', 'create', '--yes', 'not a name', '--from-context', 'dp1']],
  ['--server without a scheme', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--server', 'x:6443']],
  ['--server with a blank at its end', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--server', 'https://x:6443 ']],
  ['--server with a user', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--server', 'https://u:p@x:6443']],
  ['--server that Go takes for a name', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--server', 'https://127.1:6443']],
  ['--proxy-url with a line break', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--proxy-url', 'http://x:3128\n']],
  ['--server over http', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--server', 'http://x:6443']],
  ['--proxy-url that is none', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--proxy-url', 'x']],
  ['--ca-file that is not there', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--ca-file', '/nonexistent/ca.pem']],
  ['--ca-file that is no PEM', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--ca-file', '/etc/hostname']],
  ['--allow with an unknown word', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'everything']],
  ['--dest-namespace that is none', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--dest-namespace', 'A_B']],
  ['--source-namespace that is none', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--source-namespace', '-x']],
  ['--timeout that is no duration', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--timeout', 'soon']],
  ['--request-timeout that is no duration', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--request-timeout', '-1s']],
  ['-o with an unknown format', ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '-o', 'xml']],
  ['an unknown flag', ['clientconfig', 'create', '--yes', '--form-context', 'dp1']],
  ['an unknown verb', ['clientconfig', 'creat']],
  ['a noun without a verb', ['clientconfig']],
  ['an unknown context', ['contexts', 'check', '--context', 'nowhere']],
  ['a kubeconfig that is not there', ['contexts', 'check', '--kubeconfig', '/nonexistent/config']],
  ['a context name that nobody knows', ['contexts', 'check', 'nobody']],
  ['an unknown code', ['contexts', 'check', '--only', 'KC999']],
  ['a suppression of an unknown code', ['contexts', 'check', '--suppress', 'KC999=x']],
  ['--parallel 0', ['contexts', 'check', '--parallel', '0']],
  ['--deadline that is no duration', ['contexts', 'check', '--deadline', 'x']],
  ['--warn-before that is no duration', ['contexts', 'check', '--warn-before', 'x']],
  ['--fail-on with an unknown word', ['contexts', 'check', '--fail-on', 'all']],
  ['explain of an unknown code', ['explain', 'KC999']],
];
test('bad input of each flag: one clear line, a fix, exit 2', async () => {
  for (const [what, args] of badCalls) {
    const given = args.includes('--kubeconfig') ? args : [...args, '--kubeconfig', world.kubeconfig];
    const ran = await run(given);
    assert.equal(ran.code, 2, `${what}: ${ran.stdout}${ran.stderr}`);
    isClear(ran, 2);
    assert.equal(ran.stdout, '', what);
  }
  assert.deepEqual(left(), []);
});
