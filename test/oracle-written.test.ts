import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credential } from '../src/base/credential.ts';
import { proxyFault, serverFault } from '../src/kube/kubeconfig/address.ts';
import { buildStored } from '../src/kube/kubeconfig/build.ts';
import { parseStored } from '../src/kube/kubeconfig/parse.ts';
import { type Rewritten, withContext, withEndpoint, withToken } from '../src/kube/kubeconfig/rewrite.ts';
import { writeYaml } from '../src/kube/yaml/write.ts';
import { manifestYaml } from '../src/output/manifests.ts';
import { oracle } from './support/oracle.ts';
import { pick, type Random, randomOf } from './support/random.ts';

/** What YAML 1.1 takes for something else than a text, and what is hard to write. */
const hard = [
  ...['y', 'Y', 'n', 'N', 'yes', 'No', 'NO', 'on', 'ON', 'Off', 'true', 'False', 'null', 'Null', '~', '', 'nan', '.nan', '.inf', '-.INF'],
  ...[
    '0',
    '1',
    '-1',
    '+1',
    '007',
    '0x1',
    '0X1F',
    '0b11',
    '0o17',
    '1_000',
    '1e3',
    '1E3',
    '.5',
    '5.',
    '1.5',
    '190:20:30',
    '12e03',
    '0x_1',
    '_',
  ],
  ...[
    '2024-01-01',
    '2024-01-01T00:00:00Z',
    '2001-1-1 1:1:1',
    '<<',
    '=',
    '-',
    '--',
    '---',
    '...',
    '- a',
    '? a',
    ': a',
    'a:',
    'a: b',
    ':a',
    '#a',
    'a #b',
  ],
  ...[
    '&a',
    '*a',
    '!a',
    '!!str a',
    '|',
    '>',
    '|-',
    '%a',
    '@a',
    '`a',
    '"',
    "'",
    '"a"',
    "'a'",
    "it's",
    '{a}',
    '[a]',
    'a,b',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\\',
    'a\\nb',
  ],
  ...[
    ' a',
    'a ',
    'a\tb',
    '\ta',
    'a\nb',
    'a\n',
    '\na',
    'a\r\nb',
    'a\u0085b',
    'a\u2028b',
    '\ufeffa',
    'a\u200bb',
    '\u0000',
    'a\u001bb',
    '\u007f',
    '\u009b',
  ],
  ...[
    'é',
    'ß',
    '名前',
    '😀',
    '\u{1f469}\u200d\u{1f4bb}',
    'ǅ',
    '\u202ea',
    'a\u00adb',
    'arn:aws:eks:us-east-1:123456789012:cluster/a',
    'gke_p_z_c',
    'user@cluster',
  ],
  ...[
    'a'.repeat(253),
    '9'.repeat(253),
    `${'a'.repeat(250)}: b`,
    'null null',
    'no no',
    'constructor',
    '__proto__',
    'toString',
    '{{ .Values.name }}',
    '$'.concat('{NAME}'),
    '10.0.0.1',
  ],
];
const parts = [...hard.filter(text => text.length < 20), 'a', 'b', '-', '.', ':', '/', ' ', '1', 'no'];
const names = (random: Random): readonly string[] => [
  ...hard,
  ...Array.from({ length: 500 - hard.length }, () => Array.from({ length: 1 + random(4) }, () => pick(random, parts)).join('')),
];

interface Read {
  readonly stage: string;
  readonly message?: string;
  readonly documents?: readonly unknown[];
}
const ask = (kind: 'read' | 'documents', texts: readonly string[]): Promise<readonly Read[]> =>
  oracle<Read>(texts.map(text => ({ ask: kind, kubeconfig: Buffer.from(text).toString('base64') })));
const named = (list: unknown): readonly unknown[] =>
  Array.isArray(list) ? list.map(entry => (entry as { name?: unknown }).name ?? '') : [];

test('client-go reads back every kubeconfig that is built, whatever its context is called', async () => {
  const all = names(randomOf(7));
  assert.ok(all.length >= 500);
  const built = all.map(contextName =>
    buildStored({
      contextName,
      server: 'https://h:6443',
      tlsServerName: contextName,
      proxyUrl: 'http://p:1',
      token: credential(contextName),
    }),
  );
  const read = await ask('read', built);
  for (const [index, name] of all.entries()) {
    const config = read[index]?.documents?.[0] as Record<string, unknown> | undefined;
    const shown = `${JSON.stringify(name)}: ${read[index]?.message ?? ''}`;
    assert.deepEqual(named(config?.['contexts']), [name], shown);
    assert.deepEqual(named(config?.['clusters']), [name], shown);
    assert.equal(config?.['current-context'], name, shown);
    const stored = parseStored(built[index] ?? '', name);
    assert.ok(stored.ok, shown);
    assert.equal(stored.value.tlsServerName ?? '', name, shown);
  }
});

test('client-go reads back every rewritten kubeconfig, and what nobody understands is still in it', async () => {
  const rest = {
    preferences: { colors: true, extensions: [{ name: 'p', extension: { a: 1 } }] },
    extensions: [{ name: 'no', extension: { big: '12345678901234567890', deep: [[{ on: 'yes' }]] } }],
  };
  const all = names(randomOf(8));
  const made = all.map((name, index): Rewritten => {
    const other = all[(index + 1) % all.length] ?? '';
    const stored = Buffer.from(
      writeYaml({
        apiVersion: 'v1',
        kind: 'Config',
        ...rest,
        clusters: [
          { name, cluster: { server: 'https://old', 'disable-compression': true, extensions: [{ name, extension: name }] } },
          { name: `${name}2`, cluster: { server: 'https://other' } },
        ],
        users: [{ name, user: { token: 'old', as: name, 'as-groups': [name, 'no'], 'as-user-extra': { [name]: [name] }, extensions: [] } }],
        contexts: [{ name, context: { cluster: name, user: name, namespace: 'n', extensions: [{ name, extension: null }] } }],
        'current-context': name,
      }),
    );
    const changes = [
      () => withToken(stored, name, credential(other)),
      () => withEndpoint(stored, name, { server: 'https://new:6443', tlsServerName: other, insecure: true }),
      () => withContext(stored, name, other),
    ];
    return (changes[index % changes.length] ?? (() => ({ ok: false, why: '' }) as const))();
  });
  const read = await ask(
    'read',
    made.map(one => (one.ok ? one.text : one.why)),
  );
  for (const [index, name] of all.entries()) {
    const other = all[(index + 1) % all.length] ?? '';
    const config = read[index]?.documents?.[0] as Record<string, never> | undefined;
    const shown = `${JSON.stringify(name)}: ${JSON.stringify(made[index])}: ${read[index]?.message ?? ''}`;
    assert.ok(config !== undefined, shown);
    const { clusters, users, contexts, extensions, preferences } = config as unknown as {
      clusters: readonly { name: string; cluster: Record<string, unknown> }[];
      users: readonly { name: string; user: Record<string, unknown> }[];
      contexts: readonly { name: string; context: Record<string, unknown> }[];
      extensions: unknown;
      preferences: unknown;
    };
    const [cluster, user] = [clusters.find(one => one.name === name)?.cluster, users.find(one => one.name === name)?.user];
    assert.deepEqual({ extensions, preferences }, { extensions: rest.extensions, preferences: rest.preferences }, shown);
    assert.equal(user?.['as'] ?? '', name, shown);
    assert.deepEqual(user?.['as-groups'], [name, 'no'], shown);
    assert.deepEqual(user?.['as-user-extra'], { [name]: [name] }, shown);
    assert.equal(cluster?.['disable-compression'], true, shown);
    assert.deepEqual(cluster?.['extensions'], [{ name, extension: name }], shown);
    assert.equal(clusters.length, 2, shown);
    const kind = index % 3;
    assert.equal(user?.['token'] ?? '', kind === 0 ? other : 'old', shown);
    assert.equal(cluster?.['server'], kind === 1 ? 'https://new:6443' : 'https://old', shown);
    assert.deepEqual(new Set(contexts.map(one => one.name)), new Set(kind === 2 ? [name, other] : [name]), shown);
    assert.ok(
      contexts.every(one => one.context['cluster'] === name || name === ''),
      shown,
    );
  }
});

test('kubectl reads back every manifest and document that is printed as YAML', async () => {
  const all = names(randomOf(9));
  const printed = all.map(name => [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, annotations: { [name]: name }, labels: { a: 'no' } },
      data: { kubeconfig: 'bm8=' },
    },
    {
      kind: 'ClientConfig',
      metadata: { name },
      spec: { contextName: name, kubeConfigSecret: { name } },
      list: [[name], [], {}, null, 1, true, 1.5, -0],
    },
  ]);
  const read = await ask('documents', [...printed.map(manifestYaml), ...printed.map(writeYaml)]);
  for (const [index, objects] of printed.entries()) {
    const expected = JSON.parse(JSON.stringify(objects)) as unknown;
    assert.deepEqual(read[index]?.documents, expected, JSON.stringify(all[index]));
    assert.deepEqual(read[printed.length + index]?.documents?.[0], expected, JSON.stringify(all[index]));
  }
});

test('an address is stored only when Go, and so the operator, dials the one that is meant', async () => {
  const servers: Readonly<Record<string, boolean>> = {
    'https://h:6443': true,
    'https://h': true,
    'https://h/': true,
    'https://H.Example.com:6443/k8s/clusters/c-1': true,
    'HTTPS://h:6443': true,
    'https://[2001:db8::1]:6443': true,
    'https://10.0.0.1': true,
    'https://a_b.example.com:6443': true,
    'https://h:6443 ': false,
    ' https://h:6443': false,
    'https://h:6443\t': false,
    'https://h:6443\n': false,
    'https://h:6443\u00a0': false,
    'https://h:6443\u200b': false,
    'https://u:canary@h:6443': false,
    'https://canary@h': false,
    'https://127.1:6443': false,
    'https://0x7f.0.0.1': false,
    'https://2130706433': false,
    'https://017700000001': false,
    'https://h:99999': false,
    'https://h:0': false,
    'https://h:': false,
    'https://': false,
    'https:///h': false,
    'https:h:6443': false,
    'h:6443': false,
    'http://h:6443': false,
    'ftp://h': false,
    'https://h?a=b': false,
    'https://h#': false,
    'https://h/a/../b': false,
    'https://h\\a': false,
    'https://2001:db8::1:6443': false,
    'https://[fe80::1%25eth0]:6443': false,
    ['https://$'.concat('{HOST}')]: false,
    'https://a b': false,
    'https://h,https://i': false,
    '': false,
  };
  const proxies: Readonly<Record<string, boolean>> = {
    'http://p:3128': true,
    'https://u:p@p:3128': true,
    'socks5://p:1080': true,
    'HTTP://p': true,
    'http://p:3128 ': false,
    'http://p\n': false,
    'p:3128': false,
    'socks5h://p': false,
    'ftp://p': false,
    'http://u:canary#w@p': false,
    'http://127.1:3128': false,
    'http://': false,
    'http:/p': false,
  };
  const taken = Object.entries(servers).filter(([, isTaken]) => isTaken);
  const dialled = await oracle<{ readonly plain: string }>(taken.map(([text]) => ({ ask: 'url', text })));
  for (const [index, [text]] of taken.entries()) assert.equal(new URL(text).href, new URL(dialled[index]?.plain ?? '').href, text);
  for (const [text, isTaken] of Object.entries(servers)) {
    assert.equal(serverFault(text) === undefined, isTaken, `${JSON.stringify(text)}: ${serverFault(text)}`);
    assert.doesNotMatch(serverFault(text) ?? '', /canary/);
  }
  for (const [text, isTaken] of Object.entries(proxies)) {
    assert.equal(proxyFault(text) === undefined, isTaken, `${JSON.stringify(text)}: ${proxyFault(text)}`);
    assert.doesNotMatch(proxyFault(text) ?? '', /canary/);
  }
});
