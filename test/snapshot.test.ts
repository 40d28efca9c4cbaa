import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { namespace, type World } from '../sandbox/world.ts';
import { runHere as run } from './support/in-process.ts';
import { serverOf, startRegisteredWorld } from './support/registered.ts';

let world: World;
let file: string;
before(async () => {
  world = await startRegisteredWorld();
  file = join(dirname(world.kubeconfig), 'snapshot.json');
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo', annotations: { private: 'canary-annotation' } },
    spec: {
      cassandra: {
        config: { cassandraYaml: { private: 'canary-spec' } },
        datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'nowhere' }],
      },
    },
  });
});
after(() => world.stop());
const server = (name: string) => serverOf(world, name);
const untimed = (text: string): string =>
  text
    .replace(/ · [\d.]+ s$/m, '')
    .replace(/"durationMs": \d+/, '')
    .replace(/^durationMs: \d+$/m, '');

test('a snapshot gives the report of the run that took it, in every format, and dials nobody', async () => {
  for (const format of ['table', 'wide', 'json', 'yaml']) {
    const live = await run(['contexts', 'check', '-o', format, '--snapshot', file], { KUBECONFIG: world.kubeconfig });
    const asked = Object.values(world.servers).reduce((sum, { requests }) => sum + requests.length, 0);
    const again = await run(['contexts', 'check', '-o', format, '-f', file]);
    assert.equal(again.code, live.code, again.stderr);
    assert.equal(untimed(again.stdout), untimed(live.stdout));
    assert.match(live.stdout, /KC101/);
    assert.equal(
      Object.values(world.servers).reduce((sum, { requests }) => sum + requests.length, 0),
      asked,
    );
  }
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, 'utf8');
  const secrets = Object.values(world.servers).flatMap(one => [
    one.adminToken,
    ...one
      .list('', 'secrets')
      .flatMap(secret => Object.entries((secret['data'] ?? {}) as Record<string, string>))
      .filter(([key]) => key === 'token' || key === 'kubeconfig')
      .flatMap(([, value]) => [value, Buffer.from(value, 'base64').toString()]),
  ]);
  assert.ok(secrets.length > 4);
  assert.match(text, /"token": "sha256:[0-9a-f]{12}"/);
  for (const secret of [...secrets, 'canary-annotation', 'canary-spec', 'PRIVATE KEY']) assert.ok(!text.includes(secret));
});
test("of the user's own kubeconfig a snapshot keeps addresses, and nothing of a login or a query in them", async () => {
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as Record<'clusters' | 'contexts', { name: string }[]>;
  const cluster = {
    server: 'https://u:canary-login@nowhere.example/?token=canary-query',
    'proxy-url': 'http://u:canary-a/canary-b@p.example:1',
  };
  const [first] = config.contexts;
  const own = join(dirname(file), 'own');
  const contexts = [...config.contexts, { ...first, name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }];
  writeFileSync(own, JSON.stringify({ ...config, contexts, clusters: [...config.clusters, { name: 'nowhere', cluster }] }), {
    mode: 0o600,
  });
  const taken = join(dirname(file), 'own.json');
  await run(['contexts', 'check', '--snapshot', taken], { KUBECONFIG: own });
  const text = readFileSync(taken, 'utf8');
  assert.match(text, /"server": "https:\/\/nowhere\.example\/?"/);
  assert.doesNotMatch(text, /canary/);
});
test('a newer version, a cut-off file and a missing field are each one clear error', async () => {
  const text = readFileSync(file, 'utf8');
  const other = join(dirname(file), 'other.json');
  for (const [changed, said] of [
    [text.replace('"cli.k8ssandra.io/v1"', '{"toString":1}'), /is of no version, and this program reads/],
    [text.replace('cli.k8ssandra.io/v1', 'cli.k8ssandra.io/v2'), /is of version cli\.k8ssandra\.io\/v2/],
    [text.slice(0, 3000), /cut off or damaged/],
    [text.replace('"warnBeforeDays"', '"other"'), /inventory\.warnBeforeDays is not a number/],
  ] as const) {
    writeFileSync(other, changed);
    const { code, stderr } = await run(['contexts', 'check', '-f', other]);
    assert.equal(code, 2);
    assert.match(stderr, said);
  }
  assert.equal((await run(['contexts', 'check', '-f', file, '-f', world.kubeconfig])).code, 2);
});
