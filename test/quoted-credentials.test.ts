import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Reply } from '../sandbox/api/reply.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { namespace, type World } from '../sandbox/world.ts';
import { redactionOf } from '../src/kube/api/redaction.ts';
import { formats } from '../src/output/formats.ts';
import { runInProcess } from './support/in-process.ts';
import { liveTokens, putOperatorPod, serverOf, startRegisteredWorld } from './support/registered.ts';

/** How a text comes back from somebody who writes it in another way. */
const ways: Readonly<Record<string, (text: string) => string>> = {
  plain: text => text,
  'as a header': text => `Authorization: Bearer ${text}`,
  'in base64': text => Buffer.from(text).toString('base64'),
  'in base64, one byte further': text => Buffer.from(`:${text}`).toString('base64'),
  'in base64, two bytes further': text => Buffer.from(`r ${text}, and so on`).toString('base64'),
  'in base64url': text => Buffer.from(`?>${text}`).toString('base64url'),
  'in a URL': text => `https://h/?token=${encodeURIComponent(text)}`,
  'in a URL, in lower case': text => encodeURIComponent(text).replace(/%../g, code => code.toLowerCase()),
  'in hex': text => Buffer.from(text).toString('hex'),
  'in capital hex': text => Buffer.from(text).toString('hex').toUpperCase(),
  'in hex with colons': text =>
    Buffer.from(text)
      .toString('hex')
      .replace(/..(?!$)/g, '$&:'),
  'as JSON': text => JSON.stringify(text),
};
/** How it comes back broken up, from who refuses. */
const broken: Readonly<Record<string, (text: string) => string>> = {
  'in lines': text => text.replace(/.{20}/g, '$&\n'),
  'in HTML that may break': text => `<b>${[...text].join('<wbr>')}</b>`,
  'with what nobody sees between its letters': text => [...text].join('\u200b'),
  'in base64 of lines': text => Buffer.from(text).toString('base64').replace(/.{24}/g, '$&\r\n'),
  'in halves': text => `${text.slice(0, text.length / 2)} and ${text.slice(text.length / 2)}`,
};
/** Whatever of a credential, in any of those forms, stands in a text. */
const traces = (text: string, secret: string): readonly string[] => {
  const inner = [0, 1, 2].map(skip => {
    const whole = Buffer.from(`${'x'.repeat(skip)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(skip === 0 ? 0 : skip + 1, -2);
  });
  const forms = [
    secret,
    secret.slice(0, 16),
    ...inner,
    ...inner.map(one => one.replaceAll('+', '-').replaceAll('/', '_')),
    encodeURIComponent(secret),
  ];
  const hex = Buffer.from(secret).toString('hex');
  const flat = text.toLowerCase().replaceAll(':', '');
  const joined = text.replace(/<\/?w?br?>|[\s\u200b]|\\u200b|\\[nr]/g, '');
  return [...forms.filter(form => text.includes(form) || joined.includes(form)), ...(flat.includes(hex) ? [hex] : [])];
};

const secrets = ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl', 'p@ss w/rd+"quoted"?', 'Zażółć-gęślą-jaźń-1', 'hunter2'];
for (const secret of secrets)
  test(`${secret.slice(0, 6)}: no way of writing it passes, and what stands around it does`, () => {
    const { text, value } = redactionOf([secret]);
    for (const [way, write] of Object.entries(ways)) {
      // A short password in another writing is told from nothing else.
      if (secret.length < 12 && !['plain', 'as a header', 'as JSON'].includes(way)) continue;
      const said = text(`it was ${write(secret)} that came`);
      assert.deepEqual([way, traces(said, secret)], [way, []]);
      assert.match(said, /^it was .*REDACTED.* that came$/, way);
    }
    assert.deepEqual(value({ a: [secret, 7, null], b: { c: `x${secret}y` } }), { a: ['REDACTED', 7, null], b: { c: 'xREDACTEDy' } });
  });
for (const secret of secrets.filter(one => one.length >= 24))
  test(`${secret.slice(0, 6)}: no piece of it passes in a refusal`, () => {
    const { refusal } = redactionOf([secret]);
    for (const [way, write] of Object.entries({ ...ways, ...broken })) {
      const said = JSON.stringify(refusal({ message: `it was ${write(secret)} that came` }));
      assert.deepEqual([way, traces(said, secret)], [way, []]);
      assert.match(said, /it was .*REDACTED.* that came/, way);
    }
    assert.deepEqual(refusal({ message: 'forbidden: the user may not', code: 403 }), { message: 'forbidden: the user may not', code: 403 });
  });
test('of a credential that begins with another one nothing is left', () => {
  const [short, long] = ['the-beginning-of', 'the-beginning-of-another-one'];
  const { text } = redactionOf([short, long]);
  for (const [way, write] of Object.entries(ways)) {
    const said = text(write(long));
    assert.deepEqual([way, traces(said, '-another-one')], [way, []]);
  }
});
test('words that are no credential stay', () => {
  const { text } = redactionOf(['abc', '']);
  assert.equal(text('the abc of it'), 'the abc of it');
});

let world: World;
const folder = temporaryFolder('quoted');
before(async () => {
  world = await startRegisteredWorld(['dp1']);
  const cp = serverOf(world, 'cp');
  cp.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } },
  });
  putOperatorPod(
    cp,
    { ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
    { log: 'panic: nothing\n' },
  );
});
after(async () => {
  await world.stop();
});

/** Every way at once, of whatever came in the header. */
const quoted = (authorization: string | undefined, also: typeof broken = {}): string => {
  const token = authorization?.replace(/^Bearer /, '') ?? '';
  return Object.values({ ...ways, ...also })
    .map(write => write(token))
    .join(' ');
};
type Alter = (asked: { readonly path: string; readonly authorization: string | undefined }, reply: Reply) => Reply;
const status = (code: number, message: string): Reply => ({ status: code, body: { kind: 'Status', status: 'Failure', message, code } });
/** Servers that quote what they were sent, each at another place. */
const servers: Readonly<Record<string, Alter>> = {
  'in every refusal': ({ authorization }) => status(403, `forbidden: you sent ${quoted(authorization, broken)}`),
  'where it is not well': ({ authorization }) => status(500, quoted(authorization, broken)),
  'where it knows nobody': ({ authorization }) => status(401, quoted(authorization, broken)),
  'as a page': ({ authorization }) => ({ status: 200, body: quoted(authorization, broken), headers: { 'Content-Type': 'text/html' } }),
  'in every text of every answer': ({ path, authorization }, reply) => {
    // What a Secret holds is the credential itself.
    if (path.includes('/secrets')) return reply;
    const spread = (value: unknown): unknown =>
      typeof value === 'string' && !/^(v?\d|[A-Z]\w*$|k8s|k8ssandra-operator$|dp1|demo|dc1)/.test(value)
        ? `${value} ${quoted(authorization)}`
        : Array.isArray(value)
          ? value.map(spread)
          : typeof value === 'object' && value !== null
            ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spread(one)]))
            : value;
    return { ...reply, body: spread(reply.body) };
  },
};
const commands = [
  ...formats.map(format => ['contexts', 'check', '-o', format, '--timeout', '5s']),
  ['contexts', 'check', '-v', '2', '--for', 'demo', '--timeout', '5s'],
  ['contexts', 'list', '-o', 'yaml'],
  ['contexts', 'graph'],
  ['clientconfig', 'list', '-o', 'wide'],
  ['clientconfig', 'describe', 'dp1'],
  ['clientconfig', 'rotate', 'dp1', '--yes', '--timeout', '1s'],
  ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--dry-run'],
  ['operator', 'status'],
];
for (const [name, alter] of Object.entries(servers))
  for (const who of ['cp', 'dp1'])
    test(`${who} quotes the credential ${name}: it is in no output`, { timeout: 120_000 }, async () => {
      const tokens = [serverOf(world, 'cp').adminToken, serverOf(world, 'dp1').adminToken, ...liveTokens(serverOf(world, 'dp1'))];
      serverOf(world, who).alter(alter);
      try {
        for (const args of commands) {
          const snapshot = join(folder, 'snapshot.json');
          const saved = args[1] === 'check' && args[3] === 'json' ? ['--snapshot', snapshot] : [];
          const { stdout, stderr } = await runInProcess([...args, ...saved, '--kubeconfig', world.kubeconfig, '--request-timeout', '5s']);
          const written = saved.length > 0 && stdout !== '' ? readFileSync(snapshot, 'utf8') : '';
          const said = stdout + stderr + written;
          assert.notEqual(said, '');
          for (const token of tokens) assert.deepEqual([args.join(' '), traces(said, token)], [args.join(' '), []]);
        }
      } finally {
        serverOf(world, who).alter(undefined);
      }
    });
