import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IO } from '../src/base/io.ts';
import type { Background } from '../src/checks/check.ts';
import { checks } from '../src/checks/index.ts';
import { explain as explainOn, families } from '../src/commands/explain.ts';
import { explainLine, logLines } from '../src/operator/log-lines.ts';
import { run } from './support/run.ts';

const codes = checks.map(({ code }) => code);
const explain = async (args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(['explain', ...args]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
};
const shown = (text: string): string[] => [...text.matchAll(/^(?: {2}|# )?(KC\d{3})\b/gm)].map(([, code]) => code ?? '');

const wordsOf = ({ read, causes, prevent, related }: Background): readonly string[] => [read, ...causes, prevent, ...related];
test('every code tells what was read, what brings it about and how to prevent it, and names others that there are', () => {
  for (const { code, background, why, cure } of checks) {
    const { related, ...words } = background;
    for (const text of [words.read, ...words.causes, words.prevent]) {
      assert.ok(
        (text.length > 5 && !text.endsWith('.') && !/[A-Z]/.test(text.charAt(0))) || /^(KC|K8|C|WATCH|K8SSANDRA)/.test(text),
        `${code}: ${text}`,
      );
      assert.ok(text !== why && text !== cure, `${code} says it twice: ${text}`);
    }
    for (const other of related) assert.ok(codes.includes(other) && other !== code, `${code}: ${other}`);
  }
});
test('every code belongs to a family that says what it is about', () => {
  assert.deepEqual(
    codes.filter(code => families[code.slice(0, 3)] === undefined),
    [],
  );
});
test('without a code there is one line for each, and nothing is wider than the terminal', async () => {
  const wide = await explain([]);
  assert.deepEqual(shown(wide), codes);
  for (const columns of [80, 60]) {
    const printed: string[] = [];
    const io = { columns, out: (text: string) => void printed.push(text) } as Partial<IO> as IO;
    await explainOn(io, { output: 'text', CODE: undefined });
    await explainOn(io, { output: 'text', CODE: Object.keys(families) });
    const lines = printed.join('').split('\n');
    assert.deepEqual(
      lines.filter(line => line.length > columns),
      [],
    );
    assert.deepEqual(shown(lines.join('\n')), [...codes, ...codes]);
  }
});
test('everything is said of each code that is asked for, in the order of the table and once', async () => {
  const text = await explain(['kc401', 'KC3,KC301', 'KC3xx']);
  assert.deepEqual(
    shown(text),
    codes.filter(code => code.startsWith('KC3') || code === 'KC401'),
  );
  const blocks = (await explain(Object.keys(families))).split(/^(?=KC\d{3} {2})/m);
  assert.equal(blocks.length, checks.length);
  for (const [index, check] of checks.entries()) {
    const one = blocks[index] ?? '';
    for (const said of [check.title, check.severity, check.why, check.cure, ...wordsOf(check.background)])
      assert.ok(one.includes(said), `${check.code}: ${said}`);
    assert.match(one, new RegExp(`^look {6}kubectl k8ssandra contexts check --only ${check.code}$`, 'm'), check.code);
  }
});
test('the command that prints the cure asks the control plane that was named', async () => {
  const [command] = /^look {6}(.*)$/m.exec(await explain(['KC203', '--context', 'my cp', '-n', 'ns']))?.slice(1) ?? [];
  assert.equal(command, "kubectl k8ssandra --context 'my cp' -n ns contexts check --only KC203");
});
test('json and markdown say the same', async () => {
  const facts = checks.map(({ code, severity, title, why, cure, background: { read, causes, prevent, related } }) => ({
    code,
    severity,
    title,
    why,
    cure,
    read,
    causes,
    logs: logLines.flatMap(({ codes: explained, texts }) => (explained.includes(code) ? texts.slice(0, 1) : [])).map(text => text.trim()),
    prevent,
    related,
    look: `kubectl k8ssandra contexts check --only ${code}`,
  }));
  assert.deepEqual(JSON.parse(await explain(['-o', 'json'])), facts);
  assert.deepEqual(
    JSON.parse(await explain(['KC201', '-o', 'json'])),
    facts.filter(({ code }) => code === 'KC201'),
  );
  assert.deepEqual(shown(await explain(['KC3', '-o', 'markdown'])), shown(await explain(['KC3'])));
  assert.equal((await explain(['-o', 'markdown'])).split('\n').length, codes.length + 3);
});
test('an unknown code is told with the one that may be meant', async () => {
  const last = codes.filter(code => code.startsWith('KC2')).at(-1) ?? '';
  for (const [wanted, meant] of [
    [`KC${Number(last.slice(2)) + 1}`, last],
    ['KC2O1', 'KC201'],
    ['C601', 'KC601'],
    ['KC999', undefined],
    ['K', undefined],
  ] as const) {
    const { code, stdout, stderr } = await run(['explain', 'KC101', wanted]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    const question = meant === undefined ? '' : `; did you mean ${meant}?`;
    assert.equal(stderr, `error: there is no finding code ${wanted}${question}\nfix:   run kubectl k8ssandra explain to see them all\n`);
  }
});

test('a line of the log names the codes that explain it, whatever surrounds its words', async () => {
  for (const [line, ...wanted] of [
    [`unable to create manager cluster connections {"error": "secrets \\"west-config\\" not found"}`, 'KC201'],
    ['failed setting cluster default options: secret is missing required kubeconfig property', 'KC202'],
    [`invalid configuration: [context was not found for specified context: west, cluster has no server defined]`, 'KC202'],
    [`unable to read certificate-authority /p for c due to open /p: no such file or directory`, 'KC205'],
    ['getting credentials: exec: executable aws not found', 'KC204'],
    [`No known client for context-name west`, 'KC101', 'KC103'],
    [`Get "https://h:6443/api?timeout=32s": x509: certificate signed by unknown authority`, 'KC304', 'KC309'],
    [`Get "https://h:6443/api?timeout=32s": dial tcp 10.0.0.1:6443: connect: connection refused`, 'KC302', 'KC203', 'KC308'],
    [`cassandradatacenters.cassandra.datastax.com is forbidden: User "system:serviceaccount:a:b" cannot list`, 'KC501', 'KC402'],
    [`secrets "x" is forbidden: User "system:serviceaccount:a:b" cannot get resource "secrets"`, 'KC501', 'KC402'],
    ['unable to get: a/b because of unknown namespace for the cache', 'KC506'],
    [`no matches for kind "ClientConfig" in version "config.k8ssandra.io/v1beta1"`, 'KC605'],
    ['Get "https://h:6443/api": dial tcp: lookup h on 10.96.0.10:53: read udp 10.1.0.1:4->10.96.0.10:53: i/o timeout', 'KC301'],
    ['Get "https://h:6443/api": dial tcp 10.0.0.1:6443: connect: connection timed out', 'KC303', 'KC308'],
    ['tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead', 'KC305'],
    ['tls: failed to verify certificate: x509: certificate specifies an incompatible key usage', 'KC306'],
    ['x509: certificate is not authorized to sign for this name: DNS name "h" is excluded', 'KC306'],
    ['Get "https://h:6443/api?timeout=32s": EOF', 'KC307'],
    ['ClientConfig ns/n is missing hash annotations, shutting down the operator'],
  ] as const)
    assert.deepEqual([...new Set(shown(await explain([line])))], wanted.length === 1 ? wanted : [...wanted], line);
  assert.ok(shown(await explain(['timed', 'out', 'waiting', 'for', 'cache', 'to', 'be', 'synced'])).includes('KC401'));
  const { code, stderr } = await run(['explain', 'nothing like this was ever logged']);
  assert.equal(code, 2);
  assert.match(stderr, /^error: no finding code matches that line\nfix: {3}pass the part with the error alone/);
});
test('every code that a line of the log names exists, and every row is reached by its own words', () => {
  for (const row of logLines) {
    assert.deepEqual(
      row.codes.filter(code => !codes.includes(code)),
      [],
    );
    for (const text of row.texts) assert.equal(explainLine(text)?.meaning, row.meaning, text);
  }
});
