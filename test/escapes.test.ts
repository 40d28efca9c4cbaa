import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { namespace, type World } from '../sandbox/world.ts';
import { jsonText } from '../src/base/json.ts';
import { writeYaml } from '../src/kube/yaml/write.ts';
import { formats } from '../src/output/formats.ts';
import { runInProcess } from './support/in-process.ts';
import { putOperatorPod, serverOf, startRegisteredWorld } from './support/registered.ts';

/** One of each kind: cursor, C1, bidi, isolates, zero widths, separators, tags, fillers, and half a character. */
const characters = [
  ...'\u0000\u0007\u0008\u001b\u007f\u0080\u0085\u008d\u009b\u009d\u009f\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u200e\u200f',
  ...'\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2064\u2066\u2067\u2068\u2069\u3164\ufeff\ufff9\u{e0001}\u{e0041}',
  '\ud800',
  '\udc00',
];
const raw = new RegExp(
  [
    '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\u3164\\ufeff\\ufff9-\\ufffb]',
    '\\u034f',
    '[\\u{e0000}-\\u{e007f}]',
    '[\\ud800-\\udfff]',
  ].join('|'),
  'u',
);
const evil = characters.join('x');

let world: World;
before(async () => {
  world = await startRegisteredWorld(['dp1']);
  const cp = serverOf(world, 'cp');
  const secret = cp.get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  const notes = Object.fromEntries(
    ['source-context', 'source-cluster-uid', 'service-account', 'token-secret', 'allowed', 'server', 'tls-server-name', 'rotation'].map(
      name => [`cli.k8ssandra.io/${name}`, evil],
    ),
  );
  const { kubeconfig = '' } = secret['data'] as { kubeconfig?: string };
  const stored = Buffer.from(kubeconfig, 'base64').toString();
  cp.put('', 'secrets', { ...secret, metadata: { ...secret.metadata, annotations: notes } });
  const register = (name: string, contextName: string, text: string): void => {
    cp.put('', 'secrets', {
      metadata: { namespace, name, annotations: notes },
      data: { kubeconfig: Buffer.from(text).toString('base64') },
    });
    cp.put('config.k8ssandra.io', 'clientconfigs', {
      metadata: { namespace, name, annotations: { ...notes, 'k8ssandra.io/resource-hash': evil } },
      spec: { contextName, kubeConfigSecret: { name } },
    });
  };
  const escaped = JSON.stringify(evil);
  register('named', evil, stored);
  register('server', 'server', stored.replace(/server: .*/, `server: ${JSON.stringify(`https://h${evil}.example.com:6443/${evil}`)}`));
  register('proxy', 'proxy', stored.replace(/server: /, `proxy-url: ${JSON.stringify(`http://h${evil}:1`)}\n      server: `));
  register('names', 'names', stored.replaceAll(/(name|cluster|user): dp1/g, `$1: ${escaped}`));
  register('file', 'file', stored.replace(/token: .*/, `tokenFile: ${JSON.stringify(`/x/${evil}`)}`));
  register('as', 'as', stored.replace(/token: /, `as: ${escaped}\n      token: `));
  register('kind', 'kind', `kind: ${escaped}\n`);
  register('yaml', 'yaml', `a: &${evil} [\n`);
  cp.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: {
      cassandra: {
        datacenters: [evil, 'dp1', 'server'].map((context, index) => ({ metadata: { name: `dc${index}${evil}` }, k8sContext: context })),
      },
    },
    status: { error: evil },
  });
  putOperatorPod(
    cp,
    { ready: false, restartCount: 3, state: { waiting: { reason: evil } }, lastState: { terminated: { exitCode: 1 } } },
    { log: `ERROR setup ${evil} unable to create manager ${evil}\n` },
  );
  cp.put('', 'events', {
    metadata: { namespace, name: 'e' },
    involvedObject: { kind: 'ClientConfig', name: 'named' },
    type: evil,
    reason: evil,
    message: evil,
  });
  // A server that says such things of itself, and in its refusals.
  serverOf(world, 'dp1').alter(({ path }, reply) =>
    path.startsWith('/version')
      ? { status: 200, body: { gitVersion: `v1.${evil}` } }
      : /selfsubjectreviews/.test(path)
        ? { status: 403, body: { kind: 'Status', status: 'Failure', message: evil, code: 403 } }
        : reply,
  );
});
after(() => world.stop());

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  json: text => JSON.parse(text),
  yaml: text => parseAllDocuments(text).map(document => document.toJS() as unknown),
  sarif: text => JSON.parse(text),
  jsonl: text =>
    text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as unknown),
};
const lists = [
  'table',
  'wide',
  'json',
  'yaml',
  'name',
  'jsonpath={.items}',
  'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}',
  'jsonpath={..name}',
];
const commands: readonly (readonly string[])[] = [
  ...formats.map(format => ['contexts', 'check', '-o', format, '--timeout', '5s']),
  ['contexts', 'check', '--for', 'demo', '-v', '9', '--timeout', '5s'],
  ...['tree', 'dot', 'mermaid', 'svg'].map(format => ['contexts', 'graph', '-o', format]),
  ...lists.slice(0, -1).flatMap(output => [
    ['contexts', 'list', '-o', output],
    ['clientconfig', 'list', '-o', output],
  ]),
  ...['table', 'json', 'yaml'].map(output => ['operator', 'status', '-o', output]),
  ...['json', 'yaml'].map(output => ['clientconfig', 'export', '-o', output]),
  ...['named', 'server', 'proxy', 'names', 'file', 'as', 'kind', 'yaml', 'dp1'].flatMap(name => [
    ['clientconfig', 'describe', name],
    ['clientconfig', 'kubeconfig', name],
    ['clientconfig', 'rename', '--yes', name, 'other', '--dry-run', '--force'],
    ['clientconfig', 'rotate', name, '--dry-run'],
    ['clientconfig', 'delete', name, '--dry-run', '--force'],
    ['clientconfig', 'update', '--yes', name, '--tls-server-name', 'localhost', '--dry-run', '--allow', 'would-not-start'],
  ]),
  ['contexts', 'check', evil],
  ['clientconfig', 'describe', evil],
  ['explain', evil],
  [evil],
  ['clientconfig', 'create', '--yes', '--from-context', evil, '--server', evil],
  ['__complete', 'contexts', 'check', ''],
  ['__complete', 'clientconfig', 'describe', ''],
];
for (const args of commands)
  test(`${args.join(' ').replace(raw, '?').slice(0, 60)}: nothing that a terminal obeys or nobody sees`, async () => {
    const { stdout, stderr } = await runInProcess(
      [...args, '--kubeconfig', world.kubeconfig].filter(one => args[0] !== '__complete' || !one.startsWith('/')),
    );
    const found = raw.exec(stdout + stderr);
    assert.equal(found, null, JSON.stringify((stdout + stderr).slice(Math.max(0, (found?.index ?? 0) - 80), (found?.index ?? 0) + 20)));
    const reader = args.includes('-o') ? readers[args[args.indexOf('-o') + 1] ?? ''] : undefined;
    if (reader !== undefined) assert.notEqual(reader(stdout), undefined);
  });

test('what is escaped reads back as it was', () => {
  for (const character of characters)
    for (const text of [character, `a${character}b`, `${character}: ${character}`, `-${character}`]) {
      const value = { [text]: text, list: [text] };
      assert.deepEqual(JSON.parse(jsonText(value)), value);
      assert.doesNotMatch(jsonText(value, 2), raw);
      assert.doesNotMatch(writeYaml(value), raw);
      // Half a character has no form in YAML.
      if (text.isWellFormed()) assert.deepEqual(parse(writeYaml(value)), value);
    }
});
test('a context of such a name reads back from JSON and YAML', async () => {
  const name = evil.toWellFormed();
  for (const [format, reader] of [
    ['json', (text: string) => JSON.parse(text) as unknown],
    ['yaml', (text: string) => parse(text) as unknown],
  ] as const) {
    const { stdout } = await runInProcess(['contexts', 'list', '-o', format, '--kubeconfig', world.kubeconfig]);
    const { items } = reader(stdout) as { items: { metadata: { name: string } }[] };
    assert.ok(
      items.some(({ metadata }) => metadata.name === name),
      format,
    );
  }
});
test('a report of manifests holds none either', async () => {
  const file = join(world.folder, 'evil.yaml');
  writeFileSync(file, (await runInProcess(['clientconfig', 'export', '-o', 'json', '--kubeconfig', world.kubeconfig])).stdout);
  for (const format of formats)
    assert.doesNotMatch((await runInProcess(['contexts', 'check', '-f', file, '-o', format])).stdout, raw, format);
});
test('JSON is written in one place', () => {
  for (const file of globSync(join(import.meta.dirname, '../src/**/*.ts')).filter(one => !one.endsWith('base/json.ts')))
    assert.doesNotMatch(readFileSync(file, 'utf8'), /JSON\.stringify\([^;]*?,\s*(?:null|undefined),\s*\d/, file);
});
