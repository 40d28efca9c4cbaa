import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandWords } from '../src/base/advice.ts';
import { checks } from '../src/checks/index.ts';
import type { Report } from '../src/checks/report.ts';
import { judge } from '../src/commands/contexts/judge.ts';
import type { Inventory } from '../src/fleet/inventory.ts';
import { remedyLines } from '../src/output/facts.ts';
import { formats } from '../src/output/formats.ts';
import { printers } from '../src/output/index.ts';
import { type Facts, fixtureOf, readFixture } from './support/fixture.ts';

const root = join(import.meta.dirname, 'checks');
const target = { kubeconfig: '/k', context: 'my-cp', namespace: 'k8ssandra' };
const flags = '--kubeconfig /k --context my-cp';
const fixtures = readdirSync(root).flatMap(code =>
  ['broken', 'holds'].map(side => ({ name: `${code}/${side}`, inventory: readFixture(join(root, code, side)) })),
);
const reportOf = (inventory: Inventory): Report =>
  judge({ ...inventory, suppressions: inventory.suppressions ?? [] }, { chosen: checks, only: false }, 0, target);
const style = { color: false, unicode: true, columns: undefined };

test('every command of every format carries the flags of its run, or those of a data plane', () => {
  let commands = 0;
  for (const { name, inventory } of fixtures)
    for (const format of formats) {
      const text = printers[format](reportOf(inventory), style).replaceAll('&#39;', "'").replaceAll('\\"', '"');
      for (const [, first] of text.matchAll(/\bkubectl (?=k8ssandra |-)(?=(.{0,200}))/g)) {
        if (first?.startsWith('k8ssandra contexts check" ')) continue; // the name of a JUnit run
        if (first?.startsWith('k8ssandra explain KC')) continue; // reads no cluster
        commands++;
        const own = first?.startsWith(`k8ssandra ${flags} -n k8ssandra `);
        const there = /^--kubeconfig \/k --context \S+ /.test(first ?? '');
        assert.ok(own || there, `${name} ${format}: kubectl ${first}`);
      }
      // the words of an argv stand one by one
      assert.doesNotMatch(text, /kubectl k8ssandra (?!--kubeconfig|contexts check"|explain KC)/, `${name} ${format}`);
    }
  assert.ok(commands > 800, String(commands));
});
test('nothing is left for the reader to fill in, and something is told of every finding', () => {
  for (const { name, inventory } of fixtures)
    for (const { code, remedies } of reportOf(inventory).findings) {
      assert.ok(remedies.length > 0, `${name}: ${code}`);
      for (const { text } of remedyLines({ remedies }, target)) {
        assert.doesNotMatch(text, /<[\w -]+>|\b(NAME|CONTEXT|NAMESPACE|FILE|IMAGE|ADDRESS)\b/, `${name}: ${text}`);
        assert.ok(text.length > 10, text);
        // what a person pastes asks that person
        assert.doesNotMatch(text, /--yes\b/, `${name}: ${text}`);
      }
    }
});
test('no restart is a fix where the operator would not start', () => {
  let restarts = 0;
  for (const { name, inventory } of fixtures)
    for (const starts of [true, false]) {
      const { controlPlane } = inventory;
      const report = reportOf({
        ...inventory,
        controlPlane: { ...controlPlane, imageConfig: starts ? controlPlane.imageConfig : { ok: true, value: false } },
      });
      const fixes = report.findings.flatMap(({ remedies }) => remedyLines({ remedies }, target)).filter(({ label }) => label === 'fix');
      const all = fixes.filter(({ text }) => text.includes('operator restart'));
      if (report.start.verdict === 'does-not-start') assert.deepEqual(all, [], name);
      else restarts += all.length;
    }
  assert.ok(restarts > 0);
});
test('a cure in manifests names the file and the line, and runs nothing', () => {
  for (const { name, inventory } of fixtures) {
    const live = reportOf(inventory);
    const objects = live.findings.flatMap(({ object, details = [] }) => [object, ...details.map(one => one.object)]);
    const places = new Map(
      objects.flatMap((one, line) =>
        one === undefined ? [] : [[`${one.kind}/${one.namespace ?? ''}/${one.name}`, { file: 'all.yaml', line }]],
      ),
    );
    for (const { code, remedies, place } of reportOf({ ...inventory, source: 'manifests', places }).findings)
      for (const { label, text } of remedyLines({ remedies }, target)) {
        assert.equal(label, 'do', `${name} ${code}`);
        assert.doesNotMatch(text, /kubectl/, `${name} ${code}`);
        if (place !== undefined) assert.match(text, /^in \S+\.yaml:\d+: \S/, `${name} ${code}`);
      }
  }
});

const kubeconfig = (name: string, token = 'canary'): string =>
  JSON.stringify({
    clusters: [{ name, cluster: { server: `https://${name}.example.com:6443` } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: { token } }],
  });
const registered = (name: string, annotations: Record<string, string> = {}, namespace = 'k8ssandra', object = name) => [
  {
    kind: 'ClientConfig',
    metadata: { namespace, name: object },
    spec: { contextName: name, kubeConfigSecret: { name: `${object}-config` } },
  },
  { kind: 'Secret', metadata: { namespace, name: `${object}-config`, annotations }, stringData: { kubeconfig: kubeconfig(name) } },
];
const refused = { probe: { identity: { status: 'fail', cause: 'unauthorized', detail: '401' } } };
const fixesOf = (code: string, manifests: readonly object[], facts: Facts = {}): readonly string[] =>
  reportOf(fixtureOf(manifests, facts))
    .findings.filter(one => one.code === code)
    .flatMap(({ remedies }) => remedyLines({ remedies }, { context: 'cp' }).map(({ label, text }) => `${label} ${text}`));

test('one cure covers all that a finding names', () => {
  const manifests = ['a', 'b', 'c'].flatMap(name => registered(name));
  const lines = fixesOf('KC401', manifests, { contexts: { a: refused, b: refused, c: refused } });
  assert.deepEqual(lines, [
    'fix kubectl k8ssandra --context cp clientconfig rotate a b c --from-context a=a --from-context b=b --from-context c=c',
  ]);
});
test('a ClientConfig is named so that no other is meant, and the data plane by the context of the user', () => {
  const one = (userContexts: readonly object[], ...rest: readonly object[]) =>
    fixesOf('KC401', rest, { contexts: { east: refused }, userContexts });
  const there = { name: 'admin@east', server: 'https://east.example.com:6443' };
  const recorded = { 'cli.k8ssandra.io/source-context': 'was' };
  const elsewhere = { name: 'was', server: 'https://other.example.com' };
  assert.deepEqual(one([there], ...registered('east')), [
    'fix kubectl k8ssandra --context cp clientconfig rotate east --from-context east=admin@east',
  ]);
  // the same server, however it is written, before what is recorded
  assert.deepEqual(one([elsewhere, { ...there, server: 'https://EAST.example.com:6443/' }], ...registered('east', recorded)), [
    'fix kubectl k8ssandra --context cp clientconfig rotate east --from-context east=admin@east',
  ]);
  // a name proves nothing: neither the recorded one nor that of the context
  for (const name of ['was', 'east'])
    assert.deepEqual(one([{ ...elsewhere, name }], ...registered('east', recorded)), [
      `do if your context of that data plane is this one: kubectl k8ssandra --context cp clientconfig rotate east --from-context east=${name}`,
    ]);
  assert.deepEqual(one([there], ...registered('east', {}, 'k8ssandra', 'x'), ...registered('west', {}, 'other', 'x')), [
    'fix kubectl k8ssandra --context cp clientconfig rotate k8ssandra/x --from-context x=admin@east',
  ]);
  assert.deepEqual(one([], ...registered('east')), [
    'do run kubectl k8ssandra --context cp clientconfig rotate east with --from-context and your own context of that data plane',
  ]);
  assert.deepEqual(
    one(
      [
        { name: 'a', server: 'https://a' },
        { name: 'b', server: 'https://b' },
      ],
      ...registered('east'),
    ),
    [
      'do with whichever of your contexts is that data plane: kubectl k8ssandra --context cp clientconfig rotate east --from-context east=a, or kubectl k8ssandra --context cp clientconfig rotate east --from-context east=b',
    ],
  );
});
test('no address of the user is proposed that could not be stored, or not be shown whole', () => {
  const through = (proxyUrl: string) =>
    JSON.stringify({
      ...JSON.parse(kubeconfig('east')),
      clusters: [{ name: 'east', cluster: { server: 'https://east.example.com:6443', 'proxy-url': proxyUrl } }],
    });
  const [config, secret] = registered('east', { 'cli.k8ssandra.io/source-context': 'east' });
  const fixes = (code: string, cause: string, stored: string, own: object) =>
    fixesOf(code, [config ?? {}, { ...secret, stringData: { kubeconfig: stored } }], {
      contexts: { east: { probe: { reach: { status: 'fail', cause, detail: 'east.example.com:6443: no' } } } },
      userContexts: [{ name: 'east', server: 'https://east.example.com:6443', ...own }],
    });
  const moved = (server: string) => fixes('KC301', 'dns', kubeconfig('east'), { server });
  assert.match(moved('https://new.example.com')[0] ?? '', /^fix .* --server https:\/\/new\.example\.com$/);
  for (const server of [
    'https://new.example.com/?token=canary',
    'https://u:canary@new.example.com',
    'https://new.example.com/#canary',
    'http://new.example.com',
  ])
    assert.doesNotMatch(moved(server).join(), /canary|new\.example\.com/, server);
  const rerouted = (proxyUrl: string) => fixes('KC307', 'proxy', through('http://old.example.com'), { proxyUrl });
  assert.match(rerouted('http://new.example.com:3128')[0] ?? '', /^fix .* --proxy-url http:\/\/new\.example\.com:3128$/);
  for (const proxyUrl of ['http://new.example.com/?token=canary', 'http://u:canary@new.example.com'])
    assert.doesNotMatch(rerouted(proxyUrl).join(), /canary/, proxyUrl);
});
test('what somebody allowed by name is suppressed, and counts as nothing', () => {
  const local = (annotations: Record<string, string>) =>
    reportOf(
      fixtureOf([
        { kind: 'ClientConfig', metadata: { namespace: 'k8ssandra', name: 'east' }, spec: { kubeConfigSecret: { name: 'east-config' } } },
        {
          kind: 'Secret',
          metadata: { namespace: 'k8ssandra', name: 'east-config', annotations },
          stringData: { kubeconfig: kubeconfig('east').replace('east.example.com', '127.0.0.1') },
        },
      ]),
    ).findings.find(({ code }) => code === 'KC203')?.suppressed;
  assert.equal(local({}), false);
  assert.equal(local({ 'cli.k8ssandra.io/allowed': 'insecure-tls,loopback' }), true);
  assert.equal(local({ 'cli.k8ssandra.io/allowed': 'loopback-not' }), false);
});
test('of several that lead to one cluster never all are deleted, and none that something uses', () => {
  const twin = (name: string) => [
    { kind: 'ClientConfig', metadata: { namespace: 'k8ssandra', name }, spec: { kubeConfigSecret: { name: `${name}-config` } } },
    {
      kind: 'Secret',
      metadata: { namespace: 'k8ssandra', name: `${name}-config` },
      stringData: { kubeconfig: kubeconfig(name).replace(`${name}.example.com`, 'same.example.com') },
    },
  ];
  const using = (...names: string[]) => ({
    kind: 'K8ssandraCluster',
    metadata: { namespace: 'k8ssandra', name: 'demo' },
    spec: { cassandra: { datacenters: names.map((k8sContext, at) => ({ metadata: { name: `dc${at}` }, k8sContext })) } },
  });
  const all = ['a', 'b', 'c'].flatMap(twin);
  const deletes = (...names: string[]) => names.map(name => `fix kubectl k8ssandra --context cp clientconfig delete ${name}`);
  assert.deepEqual(fixesOf('KC106', all), deletes('b', 'c'));
  assert.deepEqual(fixesOf('KC106', [...all, using('b')]), deletes('a', 'c'));
  assert.deepEqual(
    fixesOf('KC106', [...all, using('a', 'b', 'c')]).map(line => line.slice(0, 7)),
    ['do keep'],
  );
});
test('a run with other flags of a connection repeats them too, and a data plane has none of them', () => {
  const given = {
    context: 'cp',
    connection: [
      ['--as', 'jane'],
      ['--as-group', 'ops'],
    ] as const,
  };
  const { findings } = reportOf(readFixture(join(root, 'KC502', 'broken')));
  const [look] = findings.flatMap(({ remedies }) => remedies.flatMap(one => (one.label === 'look' ? [one.command] : [])));
  assert.ok(look !== undefined);
  assert.deepEqual(commandWords(look, given), ['kubectl', '--context', 'east', 'get', 'crds']);
});
