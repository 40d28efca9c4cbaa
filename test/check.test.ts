import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { parse } from 'yaml';
import { temporaryFolder } from '../sandbox/folder.ts';
import { namespace, type World } from '../sandbox/world.ts';
import { runHere as run, runJsonHere as runJson } from './support/in-process.ts';
import { printedOn } from './support/printed.ts';
import { serverOf, startRegisteredWorld } from './support/registered.ts';
import { type CheckJson, program } from './support/run.ts';

let world: World;
beforeEach(async () => {
  await world?.stop();
  world = await startRegisteredWorld();
});
after(() => world.stop());
const server = (name: string) => serverOf(world, name);
const cli = (...args: string[]) => run([...args, '--kubeconfig', world.kubeconfig]);
const check = (...args: string[]) =>
  runJson(['contexts', 'check', '-o', 'json', '--kubeconfig', world.kubeconfig, '--timeout', '1s', ...args]);
const row = ({ contexts }: CheckJson, name: string) => contexts.find(context => context.name === name);
const codes = ({ findings }: CheckJson, severity = 'error') => findings.filter(one => one.severity === severity).map(({ code }) => code);

test('a healthy data plane is asked nine small questions over one connection, and each once', async () => {
  const before = server('dp1').requests.length;
  const connections = server('dp1').connections;
  const { code, stdout } = await check();
  assert.equal(code, 0, stdout);
  const asked = server('dp1')
    .requests.slice(before)
    .map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(asked.sort(), [
    'GET /api/v1/namespaces/k8ssandra-operator/secrets?limit=20&labelSelector=app.kubernetes.io%2Fmanaged-by%3Dkubectl-k8ssandra',
    'GET /apis/apps/v1/namespaces/k8ssandra-operator/deployments?limit=500&labelSelector=control-plane%3Dk8ssandra-operator',
    'GET /apis/cassandra.datastax.com/v1beta1',
    'GET /apis/control.k8ssandra.io/v1alpha1',
    'GET /apis/reaper.k8ssandra.io/v1alpha1',
    'GET /apis/stargate.k8ssandra.io/v1alpha1',
    'GET /version',
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
    'POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  ]);
  assert.equal(server('dp1').connections - connections, 1);
});
test('only its own token goes to each data plane', async () => {
  await check();
  for (const [one, other] of [
    ['dp1', 'dp2'],
    ['dp2', 'dp1'],
  ] as const) {
    const foreign = server(other)
      .list('', 'secrets')
      .map(secret => Buffer.from(String((secret['data'] as { token?: string }).token), 'base64').toString());
    for (const { authorization } of server(one).requests) assert.ok(!foreign.some(token => authorization?.includes(token) === true));
  }
});
test('one data plane that hangs costs its own row and no other', async () => {
  server('dp1').fault({ path: /./ }, { kind: 'hang' }, 99);
  const { json, code } = await check();
  assert.equal(code, 3);
  assert.deepEqual(codes(json), []);
  assert.equal(json.operatorWouldStart, null);
  assert.ok(
    row(json, 'dp1')?.probes.some(({ status }) => status === 'notRun'),
    JSON.stringify(json),
  );
  assert.deepEqual(
    row(json, 'dp2')?.probes.filter(({ status }) => status !== 'pass'),
    [],
  );
});
test('every way in which a data plane can fail is an answer, never a crash', async () => {
  for (const kind of ['reset', 'truncate', 'garbage'] as const) {
    server('dp1').fault({ path: /./ }, { kind }, 99);
    const { json, code, stderr } = await check();
    server('dp1').clearFaults();
    assert.ok(code === 1 || code === 3, `${kind}: ${code} ${stderr}`);
    assert.deepEqual(
      row(json, 'dp2')?.probes.filter(({ status }) => status !== 'pass'),
      [],
      kind,
    );
    assert.equal(stderr, '', kind);
  }
});
test('a user who may not read Secrets, or nothing at all cluster-wide, gets unknown and exit 3, never ok', async () => {
  const rules = [
    { groups: ['apps'], resources: ['deployments'], verbs: ['list'] },
    {
      groups: ['config.k8ssandra.io', 'k8ssandra.io', 'replication.k8ssandra.io', 'control.k8ssandra.io'],
      resources: ['*'],
      verbs: ['list'],
    },
    { groups: [''], resources: ['pods', 'namespaces'], verbs: ['list', 'get'] },
  ];
  server('cp').addToken('reader', { username: 'reader', rules });
  const { json, code } = await check('--token', 'reader');
  assert.equal(code, 3);
  assert.equal(json.operatorWouldStart, null);
  server('cp').addToken('nobody', { username: 'nobody', rules: [] });
  const nothing = await check('--token', 'nobody');
  assert.equal(nothing.code, 3, nothing.stderr);
});
test('an object that is not of its shape is one unknown: whatever it is not needed for is judged', async () => {
  server('cp').put('config.k8ssandra.io', 'clientconfigs', { metadata: { namespace, name: 'odd' }, spec: [] });
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'odd' }] } },
  });
  const { json, code, stderr } = await check();
  assert.equal(code, 3, stderr);
  // The one that cannot be read may well provide it.
  assert.ok(!codes(json).includes('KC101'));
  for (const name of ['dp1', 'dp2'])
    assert.deepEqual(
      row(json, name)?.probes.filter(({ status }) => status === 'fail'),
      [],
    );
  assert.equal(json.operatorWouldStart, null);
  assert.match(json.operatorStart.message, /ClientConfig k8ssandra-operator\/odd: spec is not an object/);
  const listed = await cli('clientconfig', 'list');
  assert.equal(listed.code, 3);
  assert.match(listed.stderr, /^not shown: ClientConfig k8ssandra-operator\/odd: spec is not an object$/m);
  assert.match(listed.stdout, /^k8ssandra-operator\/dp1 /m);
});
test('a control plane that does not answer is exit 4 and two lines', async () => {
  server('cp').fault({ path: /./ }, { kind: 'refuse' }, 99);
  const { code, stderr, stdout } = await cli('contexts', 'check');
  assert.equal(code, 4);
  assert.equal(stdout, '');
  assert.match(stderr, /^error: the control plane cp cannot be read: .*\nfix: {3}.*\n$/);
});
test('the deadline of the run leaves what it did not reach as timed out', async () => {
  server('dp1').fault({ path: /./ }, { kind: 'slow', ms: 30_000 }, 99);
  const { json, code } = await check('--timeout', '60s', '--deadline', '6s');
  assert.equal(code, 3);
  assert.ok(
    row(json, 'dp1')?.probes.some(({ status }) => status === 'notRun'),
    JSON.stringify(json),
  );
});
test('the deadline of the run ends what the control plane is asked, too', async () => {
  server('cp').fault({ path: /k8ssandraclusters/ }, { kind: 'hang' }, 99);
  const { json, code } = await check('--request-timeout', '1h', '--deadline', '4s');
  assert.equal(code, 3);
  assert.match(JSON.stringify(json), /clusters: timed-out: .*the deadline of the run passed first/);
});
test('json and yaml are one document each and say the same; the table says it too', async () => {
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  const { json, code } = await check();
  assert.equal(code, 1);
  assert.deepEqual(codes(json), ['KC201']);
  const yaml = await cli('contexts', 'check', '-o', 'yaml');
  assert.equal(yaml.code, 1);
  assert.deepEqual(
    (parse(yaml.stdout) as CheckJson).findings.map(({ code: one }) => one),
    json.findings.map(({ code: one }) => one),
  );
  const table = await cli('contexts', 'check');
  assert.equal(table.code, 1);
  assert.match(table.stdout, /× KC201 dp1 .*STOPS START/);
  assert.match(table.stdout, /would NOT start: KC201 dp1/);
});
test('names, --only, --skip, --suppress and --fail-on do what they say', async () => {
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  assert.deepEqual(
    (await check('dp2')).json.contexts.map(({ name }) => name),
    ['dp2'],
  );
  assert.deepEqual(codes((await check('--skip', 'KC2')).json), ['KC604'], 'the operator would not start, whoever looks away');
  assert.equal((await check('--skip', 'KC2,KC604')).code, 0);
  assert.equal((await check('--only', 'KC3')).code, 0);
  assert.equal((await check('--suppress', 'KC201=dp1')).code, 0);
  assert.equal((await check('--suppress', 'KC201=dp2')).code, 1);
  assert.equal((await check('--fail-on', 'never')).code, 0);
});
test('text from a cluster cannot control the terminal', async () => {
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: '\u001b[2J\u202eevil\nFAKE' }] } },
  });
  const { stdout, code } = await cli('contexts', 'check');
  assert.equal(code, 1);
  assert.ok([...stdout].every(char => char === '\n' || (char >= ' ' && char !== '\u202e' && char !== '\u007f')));
  assert.doesNotMatch(stdout, /^FAKE/m);
});
test('NO_COLOR and a C locale mean plain ASCII; 80 columns are never exceeded by a row', async () => {
  const plain = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig], { NO_COLOR: '1' });
  assert.match(plain.stdout, /^! warning {2}dp1/m);
  const narrow = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig], { COLUMNS: '80' });
  for (const line of narrow.stdout.split('\n')) assert.ok([...line].length <= 80, line);
});
test('suppressions of a file count with its comments, and one that suppresses nothing is a warning with its line', async () => {
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  const folder = temporaryFolder('suppress');
  const file = join(folder, 'suppressions');
  writeFileSync(file, '# known\nKC201=dp1  # until Friday\nKC401=dp2\n');
  const { json, code } = await check('--suppress-file', file, '--fail-on', 'warning', '--skip', 'KC203');
  assert.equal(code, 1);
  const unused = json.findings.filter(one => one.code === 'KC801');
  assert.deepEqual(
    unused.map(({ message, place }) => [message, place?.line]),
    [['the suppression KC401=dp2 suppresses nothing', 3]],
  );
  assert.equal((await check('dp1', '--suppress-file', file)).code, 0, 'of dp2 nothing is known');
  writeFileSync(file, 'KC999\n');
  const wrong = await cli('contexts', 'check', '--suppress-file', file);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^error: .*:1 names KC999, which is no finding code\nfix: /);
});
test('--wait-for ok looks again until nothing is wrong, and gives up at the deadline with what is wrong', async () => {
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  let looks = 0;
  server('cp').onRequest(({ path }) => {
    if (path.startsWith('/version') && ++looks === 2) server('cp').put('', 'secrets', secret);
  });
  const waited = await check('--wait-for', 'ok', '--interval', '50ms');
  assert.equal(waited.code, 0, waited.stdout);
  assert.ok(looks > 1);
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  const given = await check('--wait-for', 'ok', '--interval', '50ms', '--deadline', '3s');
  assert.equal(given.code, 1);
  assert.deepEqual(codes(given.json), ['KC201']);
  // What was wrong before is no answer for a control plane that is gone by then.
  looks = 0;
  server('cp').onRequest(({ path }) => {
    if (path.startsWith('/version') && ++looks === 2) server('cp').fault({}, { kind: 'refuse' }, 1000);
  });
  const gone = await cli('contexts', 'check', '--timeout', '1s', '--wait-for', 'ok', '--interval', '50ms', '--deadline', '3s');
  assert.deepEqual([gone.code, gone.stdout], [4, ''], gone.stdout);
  assert.match(gone.stderr, /^error: .*\nfix: /);
});
const watching = () => {
  const [command, first] = program();
  return spawn(command, [...first, 'contexts', 'check', '--kubeconfig', world.kubeconfig, '--watch', '--interval', '20ms'], {
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};
test('--watch shows a report again only when it has changed, and Ctrl-C ends it with the exit code of the last', async () => {
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  const child = watching();
  let looks = 0;
  server('cp').onRequest(({ path }) => {
    if (!path.startsWith('/version')) return;
    looks++;
    if (looks === 4) server('cp').remove('', 'secrets', namespace, 'dp1-config');
    if (looks === 8) child.kill('SIGINT');
  });
  const stdout = printedOn(child.stdout);
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 1);
  assert.equal(stdout().match(/^Control plane /gm)?.length, 2, stdout());
});
test('--watch ends when nobody reads it any more', async () => {
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  const child = watching();
  child.stdout.once('data', () => {
    child.stdout.destroy();
    server('cp').remove('', 'secrets', namespace, 'dp1-config');
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  server('cp').put('', 'secrets', secret);
  assert.equal(code, 1);
});
test('flags of check that exclude each other are one line and exit 2', async () => {
  for (const flags of [
    ['-A', '-n', namespace],
    ['--watch', '--wait-for', 'ok'],
    ['--watch', '-o', 'json'],
  ]) {
    const { code, stderr } = await cli('contexts', 'check', ...flags);
    assert.equal(code, 2, flags.join(' '));
    assert.match(stderr, /^error: .* exclude each other.*\nfix: {3}.*\n$/);
  }
});
