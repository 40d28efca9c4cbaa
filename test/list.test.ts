import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../sandbox/folder.ts';
import { namespace } from '../sandbox/world.ts';
import { jsonpath } from '../src/output/jsonpath.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

let registered: Registered;
const folder = temporaryFolder('list');
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
  const cp = registered.server('cp');
  cp.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } },
  });
  cp.put('', 'events', {
    metadata: { namespace, name: 'e1' },
    involvedObject: { kind: 'K8ssandraCluster', name: 'demo' },
    type: 'Warning',
    reason: 'ReconcileError',
    message: 'something\u001b[2J odd',
  });
  cp.put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name: 'hollow' },
    spec: { kubeConfigSecret: { name: 'nowhere' } },
  });
  cp.put('config.k8ssandra.io', 'clientconfigs', { metadata: { namespace: 'elsewhere', name: 'ignored' }, spec: {} });
});
after(async () => {
  await registered.stop();
});
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const noToken = (ran: Run): void => {
  for (const name of ['dp1', 'dp2']) {
    const token = registered.storedToken(name);
    for (const form of [token, Buffer.from(token).toString('base64'), token.split('.')[2] ?? token])
      assert.ok(!text(ran).includes(form), 'a token was printed');
  }
};

test('list tells server, identity, loaded, expiry and users, and dials no data plane', async () => {
  const before = registered.server('dp1').requests.length;
  const listed = await registered.cli('clientconfig', 'list');
  assert.equal(listed.code, 0, text(listed));
  const [head, ...rows] = listed.stdout.trimEnd().split('\n');
  assert.match(head ?? '', /^NAME +CONTEXT +SERVER +IDENTITY +READ +EXPIRES +USED-BY +AGE$/);
  assert.equal(rows.length, 4);
  assert.match(rows[0] ?? '', /^elsewhere\/ignored .* ignored /);
  assert.match(
    rows[1] ?? '',
    /^k8ssandra-operator\/dp1 +dp1 +https:\/\/127\S+ +k8ssandra-operator\/k8ssandra-operator +current +never +demo\/dc1 +\d+s$/,
  );
  assert.match(rows[3] ?? '', /^k8ssandra-operator\/hollow .* no-secret /);
  assert.equal(registered.server('dp1').requests.length, before);
  noToken(listed);
  const one = await registered.cli('clientconfig', 'list', '-n', 'elsewhere', '-o', 'name');
  assert.equal(one.stdout, 'clientconfig.config.k8ssandra.io/ignored\n');
});

test('describe reads each thing once and dials the one data plane', async () => {
  const [cp, dp1, dp2] = (['cp', 'dp1', 'dp2'] as const).map(registered.server);
  assert.ok(cp !== undefined && dp1 !== undefined && dp2 !== undefined);
  const before = [cp, dp1, dp2].map(({ requests }) => requests.length);
  const described = await registered.cli('clientconfig', 'describe', 'dp1');
  assert.equal(described.code, 0, text(described));
  const [asked = [], inside = [], other = []] = [cp, dp1, dp2].map(({ requests }, index) =>
    requests.slice(before[index]).map(({ method, path }) => `${method} ${path}`),
  );
  assert.deepEqual(asked, [...new Set(asked)], 'the control plane is asked for nothing twice');
  assert.deepEqual(inside, [...new Set(inside)]);
  assert.deepEqual(other, []);
});

test('list prints json, yaml, names and jsonpath for scripts', async () => {
  const json = await registered.cli('clientconfig', 'list', '-o', 'json');
  const { items } = JSON.parse(json.stdout) as { items: { status: { context: string; loaded: string; problem: string | null } }[] };
  assert.deepEqual(
    items.map(({ status }) => `${status.context} ${status.loaded}`),
    ['ignored ignored', 'dp1 current', 'dp2 current', 'hollow no-secret'],
  );
  noToken(json);
  noToken(await registered.cli('clientconfig', 'list', '-o', 'yaml'));
  noToken(await registered.cli('clientconfig', 'list', '-o', 'wide'));
  const path = await registered.cli(
    'clientconfig',
    'list',
    '-o',
    'jsonpath={range .items[?(@.status.loaded=="current")]}{.metadata.name}={.status.expiresAt}{"\\n"}{end}',
  );
  assert.equal(path.stdout, 'dp1=never\ndp2=never\n');
  for (const output of ['xml', 'jsonpath={.items[', 'jsonpath={range .items[*]}{.x}', 'jsonpath={..name}']) {
    const bad = await registered.cli('clientconfig', 'list', '-o', output);
    assert.equal(bad.code, 2, output);
    assert.match(bad.stderr, /^error: .+\nfix: {3}.+\n$/);
  }
});

test('what may not be read is a question mark and exit 3, never "nothing"', async () => {
  const cp = registered.server('cp');
  // The operator reads it too, and must not use the fault up.
  const when = (authorization: string | undefined): boolean => authorization === `Bearer ${cp.adminToken}`;
  cp.fault({ method: 'GET', path: /\/secrets\/dp1-config/, when }, { kind: 'status', status: 403 }, 9);
  const listed = await registered.cli('clientconfig', 'list');
  cp.clearFaults();
  assert.equal(listed.code, 3, text(listed));
  assert.match(listed.stdout, /dp1 +dp1 +\? +\? +unknown +\?/);
  cp.fault({ method: 'GET', path: /k8ssandraclusters/ }, { kind: 'status', status: 403 }, 9);
  const used = await registered.cli('clientconfig', 'list', '-o', 'jsonpath={.items[1].status.usedBy}');
  cp.clearFaults();
  assert.equal(used.code, 3);
  assert.equal(used.stdout, '');
});

test('describe shows all there is of one, redacted, and its events cannot control the terminal', async () => {
  const described = await registered.cli('clientconfig', 'describe', 'dp1');
  assert.equal(described.code, 0, text(described));
  for (const part of [
    /^ClientConfig k8ssandra-operator\/dp1:/m,
    /loaded: +yes/,
    /account uid:/,
    /CA: +CN=/,
    /spec: +(\S+) \/ \1$/m,
    /K8ssandraCluster k8ssandra-operator\/demo spec\.cassandra\.datacenters\[0\]/,
    /ReconcileError .*\\u001b/,
    /KC203 info/,
  ])
    assert.match(described.stdout, part);
  noToken(described);
  const missing = await registered.cli('clientconfig', 'describe', 'nobody');
  assert.equal(missing.code, 2);
  const hollow = await registered.cli('clientconfig', 'describe', 'hollow');
  assert.match(hollow.stdout, /nowhere \(does not exist\)/);
});

test('kubeconfig is redacted unless the token is asked for', async () => {
  const token = registered.storedToken('dp1');
  const shown = await registered.cli('clientconfig', 'kubeconfig', 'dp1');
  assert.equal(shown.code, 0, text(shown));
  assert.match(shown.stdout, /token: REDACTED sha256:/);
  assert.match(shown.stdout, /server: https:/);
  noToken(shown);
  assert.match(
    (await registered.cli('clientconfig', 'kubeconfig', 'dp1', '--show-token')).stdout,
    new RegExp(token.replaceAll('.', '\\.')),
  );
  assert.equal((await registered.cli('clientconfig', 'kubeconfig', 'hollow')).code, 4);
});

test('--output-file is 0600, whole or not at all, never through a link and never over a file unasked', async () => {
  const file = join(folder, 'east.kubeconfig');
  const written = await registered.cli('clientconfig', 'kubeconfig', 'dp1', '--output-file', file);
  assert.equal(written.code, 0, text(written));
  noToken(written);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(readFileSync(file, 'utf8').includes(registered.storedToken('dp1')));
  assert.equal((await registered.cli('clientconfig', 'kubeconfig', 'dp1', '--output-file', file)).code, 2);
  const other = join(folder, 'wide-open');
  writeFileSync(other, 'x', { mode: 0o666 });
  assert.equal((await registered.cli('clientconfig', 'kubeconfig', 'dp1', '--output-file', other, '--overwrite')).code, 0);
  assert.equal(statSync(other).mode & 0o777, 0o600);
  const target = join(folder, 'target');
  const link = join(folder, 'link');
  symlinkSync(target, link);
  for (const flags of [[], ['--overwrite']])
    assert.equal((await registered.cli('clientconfig', 'kubeconfig', 'dp1', '--output-file', link, ...flags)).code, 2);
  assert.equal(existsSync(target), false);
  assert.equal((await registered.cli('clientconfig', 'kubeconfig', 'dp1', '--output-file', join(folder, 'no/such'))).code, 4);
  assert.deepEqual(
    readdirSync(folder).filter(name => name.endsWith('.tmp')),
    [],
  );
});

test('jsonpath says what kubectl says', () => {
  const document = {
    items: [
      { a: 1, 'x.y': 'dot', l: [1, 2] },
      { a: 2, l: [] },
    ],
  };
  for (const [template, said] of [
    ['{.items[*].a}', '1 2'],
    ['{.items[0]}', '{"a":1,"x.y":"dot","l":[1,2]}'],
    ['{.items[-1].a}', '2'],
    ["{.items[0]['x.y']}", 'dot'],
    ['{.items[0].x\\.y}', 'dot'],
    ['{range .items[*]}{.a}{"\\t"}{end}', '1\t2\t'],
    ['{.items[?(@.a==2)].a}', '2'],
    ['{.items[?(@.x)].a}', ''],
    ['text {.none} text', 'text  text'],
  ] as const)
    assert.equal(jsonpath(template, document), said, template);
});
