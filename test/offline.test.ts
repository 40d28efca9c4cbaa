import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../sandbox/folder.ts';
import { runHere as run } from './support/in-process.ts';

const repo = (name: string): string => relative(process.cwd(), join(import.meta.dirname, 'manifests', name));
const scratch = temporaryFolder('offline');
const folder = (name: string, files: Readonly<Record<string, string>>): string => {
  const path = join(scratch, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
};
interface Document {
  readonly complete: boolean;
  readonly verdict: string;
  readonly operatorStart: { readonly verdict: string };
  readonly contexts: readonly { readonly name: string; readonly status: string }[];
  readonly findings: readonly {
    readonly code: string;
    readonly message: string;
    readonly place?: { readonly file: string; readonly line: number };
  }[];
  readonly unknown: readonly { readonly reason: string }[];
}
const check = async (args: readonly string[], input = '') => {
  const ran = await run(['contexts', 'check', '-o', 'json', ...args], {}, input);
  return { ...ran, json: (ran.stdout === '' ? undefined : JSON.parse(ran.stdout)) as Document };
};
const clientConfig = (name: string, more = '') =>
  `apiVersion: config.k8ssandra.io/v1beta1\nkind: ClientConfig\nmetadata: {name: ${name}, namespace: ops${more}}\nspec: {kubeConfigSecret: {name: ${name}-config}}\n`;
const user = (name: string) =>
  `apiVersion: k8ssandra.io/v1alpha1\nkind: K8ssandraCluster\nmetadata: {name: demo, namespace: ops}\nspec: {cassandra: {datacenters: [{metadata: {name: dc1}, k8sContext: ${name}}]}}\n`;

test('a clean repository has no finding, is unknown and not ok, and exits 0', async () => {
  const { json, code } = await check(['-f', repo('clean')]);
  assert.equal(code, 0);
  assert.deepEqual(json.findings, []);
  assert.equal(json.complete, true);
  assert.deepEqual(
    json.contexts.map(({ status }) => status),
    ['unknown', 'unknown'],
  );
  assert.equal(json.operatorStart.verdict, 'unknown');
  assert.ok(json.unknown.some(({ reason }) => reason === 'its Secret is not among the manifests'));
});
test('findings point to the line of the field, in json and in the table; no token is printed', async () => {
  const { json, code, stdout } = await check(['-f', repo('faulty')]);
  assert.equal(code, 1);
  assert.deepEqual(
    json.findings.map(({ code: one, place }) => [one, place]),
    [
      ['KC202', { file: join(repo('faulty'), 'client-configs.yaml'), line: 6 }],
      ['KC101', { file: join(repo('faulty'), 'cluster.yaml'), line: 20 }],
      ['KC102', json.findings[2]?.place],
    ].slice(0, json.findings.length),
  );
  assert.equal(json.operatorStart.verdict, 'does-not-start');
  assert.ok(json.unknown.some(({ reason }) => reason === 'its Secret is encrypted'));
  assert.doesNotMatch(stdout, /canary-token/);
  const table = await run(['contexts', 'check', '-f', repo('faulty')]);
  assert.match(table.stdout, /cluster\.yaml:20\)/);
  assert.match(table.stdout, /^\? unknown +west +\? +\?/m);
});
test('standard input, JSON, lists without item kinds, and -n for what names no namespace', async () => {
  const input = JSON.stringify({
    apiVersion: 'config.k8ssandra.io/v1beta1',
    kind: 'ClientConfigList',
    items: [{ metadata: { name: 'east' } }],
  });
  const { json, code } = await check(['-f', '-', '-n', 'team'], input);
  assert.equal(code, 1);
  assert.deepEqual(
    json.findings.map(({ code: one, place }) => [one, place?.file, place?.line]),
    [['KC201', 'stdin', 1]],
  );
  assert.match((await run(['contexts', 'check', '-f', '-', '-n', 'team'], {}, input)).stdout, /ClientConfig team\/east/);
  for (const command of [
    ['contexts', 'check'],
    ['clientconfig', 'import'],
  ])
    assert.match((await run([...command, '-f', '-'], {}, '')).stderr, /^error: standard input holds no ClientConfig/);
});
test('a named file that is not YAML, or has a value of the wrong type, is exit 2 with its line and without its content', async () => {
  const broken = folder('named', { 'a.yaml': `${clientConfig('east')}---\nkind: Secret\n a: canary-token: b\n` });
  const notYaml = await run(['contexts', 'check', '-f', join(broken, 'a.yaml')]);
  assert.equal(notYaml.code, 2);
  assert.match(notYaml.stderr, /a\.yaml:\d+: is not YAML: [a-z ]+\n/);
  assert.doesNotMatch(notYaml.stderr, /canary/);
  const typed = await run(['contexts', 'check', '-f', '-'], {}, user('7443'));
  assert.equal(typed.code, 2);
  assert.match(typed.stderr, /stdin:4: K8ssandraCluster: spec\.cassandra\.datacenters\[0\]\.k8sContext is not a text/);
  assert.equal((await run(['contexts', 'check', '-f', join(scratch, 'nowhere')])).code, 2);
  assert.equal((await run(['contexts', 'check', '-f', '-'], {}, 'a: 1\n')).code, 2);
  assert.equal((await run(['contexts', 'check', '-f', '-'], {}, '['.repeat(200_000))).code, 2);
});
test('in a folder an unparsable template is unknown, exit 3, and the rest is judged; what cannot matter is passed over', async () => {
  const path = folder('walk', {
    'a.yaml': clientConfig('east'),
    'chart/templates/b.yaml': 'kind: ClientConfig\nmetadata:\n  name: {{ .Values.name }\n',
    'chart/values.yaml': 'kind: nothing\n',
    'other.yaml': ': : {{ no\n',
    '.git/c.yaml': clientConfig('hidden'),
  });
  const { json, code } = await check(['-f', path]);
  assert.equal(code, 3);
  assert.equal(json.complete, false);
  assert.deepEqual(
    json.contexts.map(({ name }) => name),
    ['east'],
  );
  assert.equal(json.unknown.filter(({ reason }) => reason.includes('.yaml:')).length, 1);
});
test('links lead nowhere: a loop ends, and nothing outside the folder is opened', async () => {
  const outside = folder('outside', { 'o.yaml': clientConfig('outside') });
  const path = folder('links', { 'a.yaml': clientConfig('east') });
  symlinkSync(path, join(path, 'loop'));
  assert.equal((await check(['-f', path])).code, 0);
  symlinkSync(outside, join(path, 'out'));
  const { json, code } = await check(['-f', path]);
  assert.equal(code, 3);
  assert.deepEqual(
    json.contexts.map(({ name }) => name),
    ['east'],
  );
});
test('a base and its overlay that differ are unknown; the same object twice is one', async () => {
  const twice = folder('twice', { 'a.yaml': clientConfig('east'), 'b.yaml': clientConfig('east') });
  assert.equal((await check(['-f', twice])).code, 0);
  const overlay = folder('overlay', { 'a.yaml': clientConfig('east'), 'b.yaml': clientConfig('east').replace('east-config', 'other') });
  assert.equal((await check(['-f', overlay])).code, 3);
});
test('SOPS and ExternalSecret are unknown, not broken', async () => {
  const sops =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: east-config, namespace: ops}\ndata: {kubeconfig: "ENC[AES256_GCM,data:x]"}\nsops: {mac: x}\n';
  const external =
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x, namespace: ops}\nspec: {target: {name: west-config}}\n';
  const { json, code } = await check(['-f', '-'], [clientConfig('east'), sops, clientConfig('west'), external].join('---\n'));
  assert.equal(code, 0);
  assert.deepEqual(json.findings, []);
  const reasons = json.unknown.map(({ reason }) => reason);
  assert.ok(reasons.includes('its Secret is encrypted') && reasons.includes('an ExternalSecret fetches its Secret from elsewhere'));
});
test('hashes and versions: KC210 and KC211 in manifests, and a live dump is judged by its hashes', async () => {
  const hash = ', annotations: {k8ssandra.io/resource-hash: x}';
  const carried = await check(['-f', '-'], clientConfig('east', hash).replace('v1beta1', 'v1alpha1'));
  assert.deepEqual(carried.json.findings.map(({ code }) => code).sort(), ['KC210', 'KC211']);
  const live = await check(['-f', '-'], clientConfig('east', `${hash}, uid: u1`));
  assert.deepEqual(
    live.json.findings.map(({ code }) => code),
    ['KC602'],
  );
});
test('without any ClientConfig nothing says that a context is not provided', async () => {
  const { json, code } = await check(['-f', '-'], user('east'));
  assert.equal(code, 0);
  assert.deepEqual(json.findings, []);
});
test('flags that choose a cluster contradict -f; those that choose checks do not', async () => {
  for (const flag of ['--context=x', '--kubeconfig=x', '--token=x', '--snapshot=x'])
    assert.equal((await run(['contexts', 'check', '-f', repo('clean'), flag])).code, 2, flag);
  assert.equal((await check(['-f', repo('faulty'), '--only', 'KC5'])).code, 0);
  assert.deepEqual(
    (await check(['-f', repo('clean'), 'east'])).json.contexts.map(({ name }) => name),
    ['east'],
  );
});
test('an empty path is refused, and not taken for the current folder', async () => {
  const { code, stdout, stderr } = await check(['-f', '']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^error: -f is given an empty path\nfix: .*\n$/);
});

/** A cluster with two datacenters, the second in `west`, in the ways that people and their tools write it. */
const twoDatacenters: Readonly<Record<string, string | Buffer>> = {
  'merge key': `apiVersion: k8ssandra.io/v1alpha1
kind: K8ssandraCluster
metadata: {name: demo, namespace: ops}
spec:
  cassandra:
    datacenters:
      - &dc
        metadata: {name: dc1}
        k8sContext: east
      - <<: *dc
        metadata: {name: dc2}
        k8sContext: west
`,
  'merge key without an anchor': `apiVersion: k8ssandra.io/v1alpha1
kind: K8ssandraCluster
metadata: {<<: {name: demo}, namespace: ops}
spec: {cassandra: {datacenters: [{metadata: {name: dc1}, k8sContext: east}, {<<: {k8sContext: west}, metadata: {name: dc2}}]}}
`,
  tags: `!!map
apiVersion: !!str k8ssandra.io/v1alpha1
kind: !!str K8ssandraCluster
metadata: {name: !!str demo, namespace: ops}
spec: {cassandra: {datacenters: !!seq [{metadata: {name: dc1}, k8sContext: !own east}, {k8sContext: !!str "west"}]}}
`,
  'a stream of JSON': `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}
{"apiVersion":"k8ssandra.io/v1alpha1","kind":"K8ssandraCluster","metadata":{"name":"demo","namespace":"ops"},"spec":{"cassandra":{"datacenters":[{"k8sContext":"east"},{"k8sContext":"west"}]}}}`,
  'UTF-16': Buffer.from(`\ufeff${user('east')}---\n${user('west').replace('demo', 'other')}`, 'utf16le'),
  'a byte order mark in the middle': `\ufeff${user('east')}---\n\ufeff${user('west').replace('demo', 'other')}`,
  'a list in a list': `kind: List\napiVersion: v1\nitems:\n- kind: List\n  apiVersion: v1\n  items:\n  - ${user('east').trim().replaceAll('\n', '\n    ')}\n  - ${user('west').replace('demo', 'other').trim().replaceAll('\n', '\n    ')}\n`,
};
test('manifests mean what they mean to kubectl: merge keys, tags, streams, lists and encodings, in a file and in a folder', async () => {
  for (const [name, text] of Object.entries(twoDatacenters)) {
    const path = join(folder(name, {}), 'x.yaml');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    for (const where of [path, join(path, '..')]) {
      const { json, stderr } = await check(['-f', where]);
      assert.deepEqual(
        json?.contexts.map(({ name: one }) => one),
        ['(local)', 'east', 'west'].slice(-json.contexts.length),
        `${name}: ${stderr}`,
      );
    }
  }
});
/** As envsubst and Flux fill it in. */
const variable = (name: string): string => `$\{${name}}`;
test('a folder with one file that cannot be read judges the others, and says which and where', async () => {
  const unreadable: Readonly<Record<string, readonly [text: string | Buffer, told: RegExp]>> = {
    'a merge of a list': [user('east').replace('spec:', 'x: {<<: [1]}\nspec:'), /bad\.yaml:\d+: merges what is no mapping$/],
    'a broken document': [`${clientConfig('north')}---\nkind: ClientConfig\n  a: b: c\n`, /bad\.yaml:\d+: is not YAML/],
    envsubst: [
      clientConfig('NAME').replaceAll(/NAME[-a-z]*/g, `"${variable('name')}"`),
      /bad\.yaml:3: ClientConfig: metadata\.name is an unrendered template$/,
    ],
    'envsubst without quotes': [user(variable('ctx')), /bad\.yaml:4: is an unrendered template$/],
    helm: [
      user('"{{ .Values.context }}"'),
      /bad\.yaml:4: K8ssandraCluster: spec\.cassandra\.datacenters\[0\]\.k8sContext is an unrendered template$/,
    ],
    ...Object.fromEntries(
      ['$REGION', '"$(region)"', '"{% region %}"', '<context>', '"<%= region %>"'].map(text => [
        `a name that is ${text}`,
        [user(text), /bad\.yaml:4: K8ssandraCluster: spec\.cassandra\.datacenters\[0\]\.k8sContext is an unrendered template$/] as const,
      ]),
    ),
    'a wrong type': [user('no'), /bad\.yaml:4: K8ssandraCluster: spec\.cassandra\.datacenters\[0\]\.k8sContext is not a text$/],
    'UTF-16 without a mark': [Buffer.from(user('east'), 'utf16le'), /bad\.yaml: is no text \(UTF-16 without a byte order mark\?\)$/],
    'a misnamed metadata': [
      clientConfig('x').replace('metadata', 'meta'),
      /bad\.yaml:3: ClientConfig: meta is not a field: metadata is meant$/,
    ],
  };
  for (const [name, [text, told]] of Object.entries(unreadable)) {
    const path = folder(`beside ${name}`, { 'good.yaml': clientConfig('east') });
    writeFileSync(join(path, 'bad.yaml'), text);
    const { json, code, stderr } = await check(['-f', path]);
    assert.equal(code, 3, `${name}: ${stderr}`);
    assert.ok(
      json.contexts.some(({ name: one }) => one === 'east'),
      name,
    );
    assert.ok(
      json.unknown.some(({ reason }) => told.test(reason)),
      `${name}: ${JSON.stringify(json.unknown)}`,
    );
    const alone = await run(['contexts', 'check', '-f', join(path, 'bad.yaml')]);
    assert.equal(alone.code, 2, name);
    assert.match(alone.stderr, /^error: \S.*\nfix: .*\n$/, name);
  }
});
test('a field that means nothing is a finding with its line and the right name', async () => {
  const text = `apiVersion: k8ssandra.io/v1alpha1
kind: K8ssandraCluster
metadata: {name: demo, namespace: ops, label: {}}
spec:
  cassandra:
    datacenter: []
    datacenters:
      - metadata: {name: dc1}
        k8scontext: east
      - metadata: {name: dc2}
        k8sContext: east
        k8sContext: west
        config: {cassandraYaml: {whatever: 1}}
        replicas: 3
`;
  const { json, code } = await check(['-f', '-'], text);
  assert.equal(code, 1);
  assert.deepEqual(
    json.findings
      .filter(({ code: one }) => one === 'KC113')
      .map(({ message, place }) => `${place?.line} ${message}`)
      .sort(),
    [
      '12 spec.cassandra.datacenters[1].k8sContext is set twice',
      '14 spec.cassandra.datacenters[1].replicas is not a field that K8ssandraCluster has',
      '3 metadata.label is not a field: labels is meant',
      '6 spec.cassandra.datacenter is not a field: datacenters is meant',
      '9 spec.cassandra.datacenters[0].k8scontext is not a field: k8sContext is meant',
    ],
  );
});
