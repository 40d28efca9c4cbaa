import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Read, whole } from '../src/base/read.ts';
import { managedByLabel } from '../src/kube/annotations.ts';
import { connectStored, type Limits } from '../src/kube/api/connection.ts';
import { listObjects } from '../src/kube/api/lists.ts';
import { type K8ssandraCluster, type KubeObject, kinds } from '../src/kube/kinds.ts';
import { operatorSelector } from '../src/operator/control-plane.ts';
import { imageConfigLabel } from '../src/operator/image-config.ts';
import { type Asked, type Scripted, type ScriptedServer, startScripted } from './support/scripted-server.ts';

const limits: Limits = { timeout: 20_000, signal: new AbortController().signal };
const open: ScriptedServer[] = [];
after(() => Promise.all(open.map(server => server.stop())));

const item = (index: number) => ({ metadata: { namespace: 'ns', name: `c${index}` } });
const page = (items: readonly unknown[], next?: string, kind = 'K8ssandraClusterList'): Scripted => ({
  body: { kind, apiVersion: 'k8ssandra.io/v1alpha1', metadata: next === undefined ? {} : { continue: next }, items },
});
const expired: Scripted = { status: 410, body: { kind: 'Status', message: 'The provided continue parameter is too old' } };

const listOf = async (
  script: (asked: Asked, before: number) => Scripted,
): Promise<{ read: Read<readonly K8ssandraCluster[]>; asked: number }> => {
  let calls = 0;
  const server = await startScripted(one => script(one, calls++));
  open.push(server);
  const connection = await connectStored('x', server.stored, limits);
  const read = await listObjects<K8ssandraCluster>(connection, kinds.k8ssandraCluster);
  connection.close();
  return { read, asked: calls };
};
const names = (read: Read<readonly K8ssandraCluster[]>): readonly string[] | string =>
  read.ok ? read.value.map(({ metadata }) => metadata.name) : `${read.reason}: ${read.detail}`;

test('a list whose continue token expires begins again, and is of one state', async () => {
  const { read, asked } = await listOf(({ query }, before) =>
    query.get('continue') === null ? page([item(before === 0 ? 9 : 1)], 'more') : before === 1 ? expired : page([item(2)]),
  );
  assert.deepEqual(names(read), ['c1', 'c2']);
  assert.equal(asked, 4);
});
test('a list that always expires is unread, after a few starts, and never empty', async () => {
  const { read, asked } = await listOf(({ query }) => (query.get('continue') === null ? page([item(1)], 'more') : expired));
  assert.match(String(names(read)), /^failed: the list of k8ssandraclusters expired 4 times/);
  assert.equal(asked, 8);
});
test('an answer of 410 to a first page is a refusal', async () => {
  const { read } = await listOf(() => expired);
  assert.match(String(names(read)), /^failed: 410/);
});

const endless: Readonly<Record<string, (asked: Asked, before: number) => Scripted>> = {
  'the same token again and again': () => page([item(1)], 'more'),
  'two tokens in turn': ({ query }) => page([item(1)], query.get('continue') === 'a' ? 'b' : 'a'),
  'a new token each time': (_, before) => page([], `page-${before}`),
};
for (const [name, script] of Object.entries(endless))
  test(`a list that never ends is unread: ${name}`, { timeout: 60_000 }, async () => {
    const { read, asked } = await listOf(script);
    assert.match(String(names(read)), /^failed: the list of k8ssandraclusters does not end/);
    assert.ok(asked <= 1001, String(asked));
  });

const noList: Readonly<Record<string, unknown>> = {
  'no items': { kind: 'K8ssandraClusterList', metadata: {} },
  'items of null': { kind: 'K8ssandraClusterList', metadata: {}, items: null },
  'items that are an object': { kind: 'K8ssandraClusterList', metadata: {}, items: {} },
  'no metadata': { kind: 'K8ssandraClusterList', items: [] },
  'a token that is no text': { kind: 'K8ssandraClusterList', metadata: { continue: 7 }, items: [] },
  'no kind': { metadata: {}, items: [] },
  'the list of another kind': { kind: 'SecretList', metadata: {}, items: [] },
  'a Status': { kind: 'Status', status: 'Success', metadata: {} },
  'an empty object': {},
  'a list at the top': [],
  null: null,
  'a number': 5,
};
for (const [name, body] of Object.entries(noList))
  test(`a 200 that is no list is unread and not empty: ${name}`, async () => {
    const first = await listOf(() => ({ body }));
    assert.match(
      String(names(first.read)),
      /^(malformed: the list of k8ssandraclusters: |not-an-api: 200: what answers there is no Kubernetes API: application\/json that is )/,
    );
    // A second page no less than the first.
    const later = await listOf(({ query }) => (query.get('continue') === null ? page([item(1)], 'more') : { body }));
    assert.match(
      String(names(later.read)),
      /^(malformed: the list of k8ssandraclusters: |not-an-api: 200: what answers there is no Kubernetes API: application\/json that is )/,
    );
  });

test('a page of very many objects is read', async () => {
  const { read } = await listOf(() => page(Array.from({ length: 300_000 }, (_, index) => item(index))));
  assert.equal(read.ok && read.value.length, 300_000);
});
test('an answer of 404 to a later page does not unmake the kind', async () => {
  const { read } = await listOf(({ query }) =>
    query.get('continue') === null ? page([item(1)], 'more') : { status: 404, body: { kind: 'Status', message: 'not found' } },
  );
  assert.match(String(names(read)), /^failed: 404/);
});

test('an object that is not of its shape is told apart, and the others of the list are read', async () => {
  const broken: Readonly<Record<string, unknown>> = {
    'metadata of null': { metadata: null },
    'no name': { metadata: { namespace: 'ns' } },
    'an empty name': { metadata: { namespace: 'ns', name: '' } },
    'a name that is a path': { metadata: { namespace: 'ns', name: '../x' } },
    'no namespace': { metadata: { name: 'x' } },
    'a spec that is a list': { metadata: { namespace: 'ns', name: 'x' }, spec: [] },
    'datacenters that are an object': { metadata: { namespace: 'ns', name: 'x' }, spec: { cassandra: { datacenters: {} } } },
    'a context that is a number': { metadata: { namespace: 'ns', name: 'x' }, spec: { cassandra: { datacenters: [{ k8sContext: 7 }] } } },
    'another kind': { kind: 'Secret', metadata: { namespace: 'ns', name: 'x' } },
    'a number': 7,
    null: null,
  };
  const { read } = await listOf(() => page([item(1), ...Object.values(broken), item(2)]));
  assert.deepEqual(names(read), ['c1', 'c2']);
  assert.ok(read.ok);
  assert.deepEqual(read.unfit, [
    'K8ssandraCluster without a name: metadata is not an object',
    'K8ssandraCluster without a name: metadata.name is not a name',
    'K8ssandraCluster ns/: metadata.name is not a name',
    'K8ssandraCluster ns/../x: metadata.name is not a name',
    'K8ssandraCluster ?/x: metadata.namespace is not a name',
    'K8ssandraCluster ns/x: spec is not an object',
    'K8ssandraCluster ns/x: spec.cassandra.datacenters is not a list',
    'K8ssandraCluster ns/x: spec.cassandra.datacenters[0].k8sContext is not a text',
    'K8ssandraCluster ns/x: kind is not K8ssandraCluster',
    'K8ssandraCluster without a name: it is not an object',
    'K8ssandraCluster without a name: it is not an object',
  ]);
  const alone = whole(read);
  assert.match(alone.ok ? '' : `${alone.reason}: ${alone.detail}`, /^malformed: K8ssandraCluster without a name: .*, and 10 more$/);
});
test('what nobody here reads passes through untouched', async () => {
  const odd = {
    metadata: { namespace: 'ns', name: 'c', managedFields: [{ manager: 'x' }] },
    spec: { other: { deep: [1, null] } },
    extra: '\ud800',
  };
  const { read } = await listOf(() => page([odd]));
  assert.ok(read.ok);
  assert.deepEqual(JSON.parse(JSON.stringify(read.value[0])), { ...odd, extra: '\ufffd' });
});
const askedByLabel = [
  [kinds.secret, managedByLabel],
  [kinds.deployment, operatorSelector],
  [kinds.pod, operatorSelector],
  [kinds.configMap, imageConfigLabel],
] as const;
test('a list by a label that holds others is none, and is not read to its end', async () => {
  let answer: (asked: Asked) => Scripted = () => page([]);
  let calls = 0;
  const server = await startScripted(asked => {
    calls++;
    return answer(asked);
  });
  open.push(server);
  const connection = await connectStored('x', server.stored, limits);
  for (const [kind, label] of askedByLabel) {
    const [name = '', value = ''] = label.split('=');
    const labelled = (labels: unknown) => ({ metadata: { namespace: 'ns', name: 's', ...(labels === undefined ? {} : { labels }) } });
    const asked = { other: 'x', [name]: value };
    const second: Readonly<Record<string, readonly [labels: unknown, read: string]>> = {
      'the label': [asked, '2 read in 2 pages'],
      'the label with another value': [{ [name]: 'helm' }, 'malformed after 1 page'],
      'the beginning of its value': [{ [name]: value.slice(0, -1) }, 'malformed after 1 page'],
      'more than its value': [{ [name]: `${value}=` }, 'malformed after 1 page'],
      'the value under another name': [{ other: value }, 'malformed after 1 page'],
      'a label of null': [{ [name]: null }, 'malformed after 1 page'],
      'no label': [{}, 'malformed after 1 page'],
      'labels of null': [null, 'malformed after 1 page'],
      'no labels': [undefined, 'malformed after 1 page'],
      // What is not of its shape is told as such, and the others are read.
      'labels that are a text': [label, '1 read in 2 pages, and 1 unfit'],
    };
    for (const [what, [labels, wanted]] of Object.entries(second)) {
      calls = 0;
      answer = ({ query }) =>
        query.get('continue') === null
          ? page([labelled(asked), labelled(labels)], 'more', `${kind.kind}List`)
          : page([], undefined, `${kind.kind}List`);
      const read = await listObjects<KubeObject>(connection, kind, 'ns', label, 20);
      const told = read.ok
        ? `${read.value.length} read in ${calls} pages${read.unfit === undefined ? '' : `, and ${read.unfit.length} unfit`}`
        : `${read.reason} after ${calls} page`;
      assert.equal(told, wanted, `${kind.kind}: ${what}`);
    }
  }
  connection.close();
});
