import assert from 'node:assert/strict';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { namespace, type World } from '../sandbox/world.ts';
import { formats } from '../src/output/formats.ts';
import { assertDocument, assertLines, assertMetrics, assertSarif, parseXml } from './support/formats.ts';
import { runHere as run } from './support/in-process.ts';
import { serverOf, startRegisteredWorld } from './support/registered.ts';

let world: World;
before(async () => {
  world = await startRegisteredWorld();
});
after(() => world.stop());
const server = (name: string) => serverOf(world, name);
const judged: Readonly<Partial<Record<(typeof formats)[number], (text: string) => unknown>>> = {
  json: text => assertDocument(JSON.parse(text)),
  yaml: text => assertDocument(parse(text)),
  jsonl: assertLines,
  junit: parseXml,
  sarif: assertSarif,
  prometheus: assertMetrics,
};
/** Every token that any of the clusters has given out, in each form in which it could leak. */
const secrets = (): string[] =>
  ['cp', 'dp1', 'dp2'].flatMap(name => [
    server(name).adminToken,
    ...server(name)
      .list('', 'secrets')
      .flatMap(({ data }) => Object.entries((data ?? {}) as Record<string, string>))
      .filter(([key]) => key === 'token' || key === 'kubeconfig')
      .flatMap(([key, value]) => {
        const text = Buffer.from(value, 'base64').toString();
        const token = key === 'token' ? text : /token: "?([^\s"]+)/.exec(text)?.[1];
        assert.ok(token !== undefined && token.length > 10, key);
        return [token, Buffer.from(token).toString('base64').replace(/=+$/, ''), encodeURIComponent(token)];
      }),
  ]);
/** Runs each format, and holds it to one exit code, its own rules, and no credential. */
const everyFormat = async (code: number, ...args: string[]): Promise<void> => {
  const kept = secrets();
  assert.ok(kept.length > 6);
  for (const format of formats) {
    const ran = await run(['contexts', 'check', '-o', format, '--kubeconfig', world.kubeconfig, '--timeout', '2s', ...args]);
    assert.equal(ran.code, code, `${format}: ${ran.stderr}`);
    assert.equal(ran.stderr, '', format);
    assert.match(ran.stdout, /[^\n]\n$/, format);
    judged[format]?.(ran.stdout);
    for (const secret of kept) assert.ok(!ran.stdout.includes(secret), format);
  }
};

test('a clean fleet is exit 0 in every format, and every format keeps its rules', () => everyFormat(0));
test('what could not be read is exit 3 in every format', async () => {
  server('cp').addToken('reader', {
    username: 'reader',
    rules: [{ groups: ['config.k8ssandra.io', 'apps', 'k8ssandra.io'], resources: ['*'], verbs: ['list'] }],
  });
  await everyFormat(3, '--token', 'reader');
});
test('findings are exit 1 in every format', async () => {
  server('cp').remove('', 'secrets', namespace, 'dp1-config');
  await everyFormat(1);
});

test('one run gives any number of outputs: one shown, the others in files, each as it is alone', async () => {
  const at = (name: string): string => join(world.folder, name);
  const files = formats.filter(format => format !== 'table').map(format => ({ format, path: at(`report.${format}`) }));
  const ran = await run([
    'contexts',
    'check',
    '--kubeconfig',
    world.kubeconfig,
    ...files.flatMap(({ format, path }) => ['-o', `${format}=${path}`]),
  ]);
  assert.equal(ran.code, 1, ran.stderr);
  assert.match(ran.stdout, /^Control plane cp/);
  for (const { format, path } of files) {
    const text = await readFile(path, 'utf8');
    assert.match(text, /[^\n]\n$/, format);
    judged[format]?.(text);
    assert.equal((await stat(path)).mode & 0o777, 0o666 & ~process.umask(), format);
  }
  const both = await run([
    'contexts',
    'check',
    '--kubeconfig',
    world.kubeconfig,
    '-o',
    `json=${at('a.json')},jsonl`,
    '--snapshot',
    at('s.json'),
  ]);
  assertLines(both.stdout);
  assertDocument(JSON.parse(await readFile(at('a.json'), 'utf8')));
  assert.equal((await stat(at('s.json'))).mode & 0o777, 0o600);
});
test('outputs that cannot all be given are refused before anything is read, and a file that cannot be written is exit 4 beside the whole report', async () => {
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['-o', 'sarf'], /-o does not know "sarf"\nfix: .*did you mean sarif/],
    [['-o', 'nope=x'], /-o does not know "nope"/],
    [['-o', 'json', '-o', 'yaml'], /-o json and -o yaml both go to standard output/],
    [['-o', 'json=-', '-o', 'yaml'], /both go to standard output/],
    [['-o', 'json='], /-o json= names no file/],
    [['-o', 'json=x', '-o', 'yaml=x'], /-o yaml=x would overwrite what -o json=x writes/],
    [['-o', 'json=x', '--watch'], /--watch and -o json=FILE exclude each other/],
    [['-o', 'json', '--watch'], /--watch and -o json, which is one document, exclude/],
  ];
  for (const [args, message] of refused) {
    const ran = await run(['contexts', 'check', '--kubeconfig', '/nowhere', ...args]);
    assert.deepEqual([ran.code, ran.stdout], [2, ''], args.join(' '));
    assert.match(ran.stderr, message);
  }
  const at = (name: string): string => join(world.folder, name);
  await writeFile(at('one.yaml'), 'kept');
  await symlink(world.folder, at('link'));
  const overwritten: readonly (readonly string[])[] = [
    ['-o', `json=${at('new')}`, '-o', `yaml=${world.folder}/./new`],
    ['-o', `json=${at('new')}`, '-o', `yaml=${at('link/new')}`],
    ['-o', `json=${at('new')}`, '--snapshot', at('link/new')],
    ['-o', `json=${at('link/one.yaml')}`, '-f', at('one.yaml')],
    ['-o', `json=${at('one.yaml')}`, '--for', at('one.yaml')],
    ['--snapshot', at('one.yaml'), '--suppress-file', at('link/one.yaml')],
  ];
  for (const args of overwritten) {
    const ran = await run(['contexts', 'check', ...args]);
    assert.deepEqual([ran.code, ran.stdout], [2, ''], args.join(' '));
    assert.match(ran.stderr, /^error: .+ would overwrite what .+ (reads|writes)\nfix: /, args.join(' '));
  }
  assert.equal(await readFile(at('one.yaml'), 'utf8'), 'kept');
  const full = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig, '-o', `json=${join(world.folder, 'none/x')}`]);
  assert.equal(full.code, 4);
  assert.match(full.stdout, /would NOT start/);
  assert.match(full.stderr, /^error: cannot write .*: no such folder\n/);
});
