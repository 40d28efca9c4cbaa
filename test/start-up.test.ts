import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../sandbox/folder.ts';

/** What makes a start slow: Node's modules that open its crypto, TLS and HTTP, and standard input. */
const heavy = ['crypto', 'tls', 'http2', 'https', 'internal/readline/interface'];
const bundle = join(import.meta.dirname, '../dist/kubectl-k8ssandra.cjs');
const preload = join(import.meta.dirname, 'support/record-modules.cjs');
/** What of Node a command loads. */
const allLoadedBy = (...args: string[]): readonly string[] => {
  const { stderr } = spawnSync(process.execPath, ['-r', preload, bundle, ...args], { encoding: 'utf8', env: {} });
  return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as readonly string[];
};
/** The heavy modules that a command loads. */
const loadedBy = (...args: string[]): readonly string[] => {
  const all = allLoadedBy(...args);
  return heavy.filter(name => all.includes(`NativeModule ${name}`));
};

test('version, help and completion load nothing that they do not need', () => {
  for (const line of [
    'version',
    'version -o json',
    '--help',
    'contexts check --help',
    '__complete contexts check --',
    '__complete con',
    'options',
  ])
    assert.deepEqual(loadedBy(...line.split(' ')), [], line);
});
test('a wrong flag is told before anything is loaded', () => {
  assert.deepEqual(loadedBy('contexts', 'check', '--frobnicate'), []);
  assert.deepEqual(loadedBy('clientconfig', 'delete'), []);
});
test('a command that reads files loads no HTTP, and one that talks to a server all of them, so that they are modules that exist', () => {
  const folder = temporaryFolder('start-up');
  assert.deepEqual(loadedBy('contexts', 'list', '-f', folder), ['crypto', 'tls']);
  assert.deepEqual(loadedBy('contexts', 'check', '--kubeconfig', kubeconfigIn(folder, { token: 'none' })), heavy);
});

/** A kubeconfig of one user and a server that is not there. */
const kubeconfigIn = (folder: string, user: object): string => {
  const kubeconfig = join(folder, 'kubeconfig');
  const [contexts, clusters] = [
    [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
  ];
  writeFileSync(kubeconfig, JSON.stringify({ 'current-context': 'a', contexts, clusters, users: [{ name: 'a', user }] }));
  return kubeconfig;
};
test('what starts programs is loaded for an exec plugin alone', () => {
  const folder = temporaryFolder('start-up');
  const loads = (user: object): boolean =>
    allLoadedBy('contexts', 'check', '--kubeconfig', kubeconfigIn(folder, user)).includes('NativeModule child_process');
  assert.equal(loads({ token: 'none' }), false);
  assert.equal(
    loads({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', ''], interactiveMode: 'Never' },
    }),
    true,
  );
});

/** The packages of node_modules that a command loads when the source runs as it is. */
const packagesOf = (...args: string[]): readonly string[] => {
  const hooks = join(import.meta.dirname, 'support/record-packages.mjs');
  const main = join(import.meta.dirname, '../src/main.ts');
  const { stderr } = spawnSync(process.execPath, ['--import', hooks, main, ...args], { encoding: 'utf8', env: {} });
  return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as readonly string[];
};
test('version, help, completion and explain answer before the parser of lines and the layout of tables are loaded', () => {
  for (const line of [
    'version',
    'version -ojson',
    '--help',
    'contexts check --help',
    '__complete contexts check -',
    'completion bash',
    'explain',
  ])
    assert.deepEqual(
      packagesOf(...line.split(' ')).filter(name => name !== 'fast-string-width' && name !== 'fast-string-truncated-width'),
      [],
      line,
    );
  const all = packagesOf('contexts', 'list', '-f', join(import.meta.dirname, 'manifests/clean'));
  for (const name of ['yargs', 'cli-table3']) assert.ok(all.includes(name), name);
});
