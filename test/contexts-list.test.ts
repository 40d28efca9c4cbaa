import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { registrationsIn } from '../src/fleet/registrations.ts';
import { topologyOf } from '../src/fleet/topology.ts';
import { clientConfigList, clientConfigTable } from '../src/output/client-configs.ts';
import { contextList, contextNames, contextTable } from '../src/output/contexts-list.ts';
import { readFixture } from './support/fixture.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import { run } from './support/run.ts';

const folder = (name: string): string => join(import.meta.dirname, 'graph', name);
const plain = { color: false, unicode: true, columns: undefined };
for (const fixture of ['fleet', 'nasty'])
  test(`the list of ${fixture}, narrow, wide and as names`, () => {
    const inventory = readFixture(folder(fixture));
    const topology = topologyOf(inventory);
    const report = judge(inventory, everything, 0);
    const printed = [
      contextTable(topology, report, { ...plain, columns: 80 }, false),
      contextTable(topology, report, plain, true),
      contextNames(topology),
    ].join('\n');
    const file = join(folder(fixture), 'expected.list');
    if (process.env['UPDATE'] === '1') writeFileSync(file, printed);
    assert.equal(printed, readFileSync(file, 'utf8'));
    assert.doesNotMatch(printed, /canary/);
    assert.doesNotMatch(printed, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ufeff]/);
    assert.doesNotMatch(JSON.stringify(contextList(topology, report)), /canary/);
  });

test('a password that somebody wrote into a server address is in no list', () => {
  const { controlPlane, now } = readFixture(folder('fleet'));
  const all = registrationsIn(controlPlane);
  const printed = clientConfigTable(all, now, plain, true) + JSON.stringify(clientConfigList(all));
  assert.match(printed, /http:\/\/north\.example\.com:8080/);
  assert.doesNotMatch(printed, /canary/);
});

let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
  const cp = registered.server('cp');
  cp.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: {
      cassandra: {
        datacenters: [
          { metadata: { name: 'dc1' }, k8sContext: 'dp1' },
          { metadata: { name: 'dc2' }, k8sContext: 'nowhere' },
        ],
      },
    },
  });
  cp.put('config.k8ssandra.io', 'clientconfigs', { metadata: { namespace: 'elsewhere', name: 'ignored' }, spec: {} });
});
after(() => registered.stop());
const list = (...args: string[]) => registered.cli('contexts', 'list', ...args);

test('every context, provided or only named, and no data plane is dialled', async () => {
  const before = registered.server('dp1').requests.length;
  const { code, stdout, stderr } = await list();
  assert.equal(code, 0, stderr);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  assert.match(head ?? '', /^NAME +PROVIDED-BY +READ +USED-BY +SERVER +FINDINGS$/);
  assert.match(rows[0] ?? '', /^dp1 +k8ssandra-operator\/dp1 +current +demo\/dc1 +https:\/\/127\S+ +-$/);
  assert.match(rows[1] ?? '', /^dp2 +k8ssandra-operator\/dp2 +current +- +https:\/\/127\S+ +-$/);
  assert.match(rows[2] ?? '', /^ignored +elsewhere\/ignored +ignored +- +- +KC207$/);
  assert.match(rows[3] ?? '', /^nowhere +- +- +demo\/dc2 +- +KC101$/);
  assert.equal(rows.length, 4);
  assert.equal(registered.server('dp1').requests.length, before);
  assert.match((await list('-o', 'wide')).stdout, /SERVER +SECRET +EXPIRES +FINDINGS\ndp1 .* dp1-config +never +-\n/);
});
test('json, yaml, names and jsonpath, none with a token', async () => {
  const json = JSON.parse((await list('-o', 'json')).stdout) as {
    items: { metadata: { name: string }; status: { problems: string[] } }[];
  };
  assert.deepEqual(
    json.items.map(({ metadata, status }) => [metadata.name, status.problems]),
    [
      ['dp1', []],
      ['dp2', []],
      ['ignored', ['KC207 ClientConfig elsewhere/ignored is ignored: the operator watches k8ssandra-operator']],
      [
        'nowhere',
        ['KC101 no ClientConfig provides it; used by K8ssandraCluster k8ssandra-operator/demo (spec.cassandra.datacenters[1].k8sContext)'],
      ],
    ],
  );
  assert.equal((await list('-o', 'name')).stdout, 'dp1\ndp2\nignored\nnowhere\n');
  assert.equal((await list('-o', 'jsonpath={.items[?(@.status.loaded=="current")].metadata.name}')).stdout, 'dp1 dp2');
  for (const output of ['json', 'yaml', 'wide']) assert.ok(!(await list('-o', output)).stdout.includes(registered.storedToken('dp1')));
  for (const args of [
    ['-o', 'xml'],
    ['-o', 'jsonpath={.items['],
    ['-A', '-n', 'x'],
    ['-f', 'test'],
  ]) {
    const bad = await list(...args);
    assert.equal(bad.code, 2, args.join(' '));
    assert.match(bad.stderr, /^error: .+\nfix: {3}.+\n$/);
  }
});
test('what may not be read is a question mark, told, and exit 3', async () => {
  const cp = registered.server('cp');
  // The operator reads them too, and must not use the fault up.
  const when = (authorization: string | undefined): boolean => authorization === `Bearer ${cp.adminToken}`;
  for (const [path, row, told] of [
    [/clientconfigs/, /^nowhere +\? +\? +demo\/dc2 +\? +\?$/m, /^ClientConfigs not read: 403/m],
    [/k8ssandraclusters/, /^dp1 +k8ssandra-operator\/dp1 +current +\? /m, /^K8ssandraClusters not read: 403/m],
    [
      /secrets\/dp1-config/,
      /^dp1 +k8ssandra-operator\/dp1 +unknown +demo\/dc1 +\? +\?$/m,
      /^Secret k8ssandra-operator\/dp1-config not read: 403/m,
    ],
  ] as const) {
    cp.fault({ method: 'GET', path, when }, { kind: 'status', status: 403 }, 9);
    const { code, stdout, stderr } = await list();
    cp.clearFaults();
    assert.equal(code, 3, stderr);
    assert.match(stdout, row);
    assert.match(stderr, told);
  }
});
test('a repository from standard input, whose Secrets and loading nobody knows, is complete', async () => {
  const config =
    'apiVersion: config.k8ssandra.io/v1beta1\nkind: ClientConfig\nmetadata: {name: east, namespace: ops}\nspec: {kubeConfigSecret: {name: s}}\n';
  const { code, stdout, stderr } = await run(['contexts', 'list', '-f', '-'], {}, config);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^east +ops\/east +unknown +\? +\? +-$/m);
});
