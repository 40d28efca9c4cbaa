import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { type ApiServer, startApiServer } from '../sandbox/api/server.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { runInProcess } from './support/in-process.ts';

let world: World;
let bare: ApiServer;
let kubeconfig: string;
before(async () => {
  world = await startWorld(['dp1']);
  bare = await startApiServer();
  world.servers['cp']?.addToken('of-jane', { username: 'jane@example.com', rules: [] });
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as Record<'clusters' | 'users' | 'contexts', object[]>;
  const ca = Buffer.from(bare.caPem).toString('base64');
  config.clusters.push({ name: 'bare', cluster: { server: bare.url, 'certificate-authority-data': ca } });
  config.users.push(
    { name: 'bare', user: { token: bare.adminToken } },
    { name: 'jane', user: { token: 'of-jane' } },
    { name: 'expired', user: { token: 'of-yesterday' } },
    {
      name: 'ex',
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: 'aws-nope',
          interactiveMode: 'Never',
          installHint: 'install aws-nope',
        },
      },
    },
  );
  const cluster = (user: string): string => (user === 'bare' ? 'bare' : 'cp');
  config.contexts.push(
    ...['bare', 'jane', 'expired', 'ex'].map(user => ({ name: user, context: { cluster: cluster(user), user, namespace: 'default' } })),
  );
  kubeconfig = join(world.folder, 'first-steps');
  writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
});
after(async () => {
  await world.stop();
  await bare.stop();
});

/** Every command that reads a control plane and shows something of it. */
const readers = [
  ['contexts', 'check'],
  ['contexts', 'list'],
  ['contexts', 'graph'],
  ['clientconfig', 'list'],
  ['clientconfig', 'describe', 'x'],
  ['clientconfig', 'export'],
  ['clientconfig', 'kubeconfig', 'x'],
  ['operator', 'status'],
] as const;
const writers = [
  ['clientconfig', 'rotate', 'x'],
  ['operator', 'restart', '--yes'],
] as const;
const known = 'bare, cp, dp1, ex, expired, jane';
const on = (context: string, words: readonly string[], ...more: string[]) =>
  runInProcess([...words, '--kubeconfig', kubeconfig, '--context', context, ...more], { env: { PATH: '/usr/bin:/bin' } });

test('a login that has expired is two lines in every command', async () => {
  for (const words of [...readers, ...writers]) {
    const { code, stdout, stderr } = await on('expired', words);
    assert.deepEqual(
      [code, stdout, stderr],
      [4, '', 'error: expired does not accept your credentials (401)\nfix:   log in to the cluster of expired again\n'],
      words.join(' '),
    );
  }
});
test('a plugin that is missing is named, with its own hint', async () => {
  for (const words of [...readers, ...writers]) {
    const { stderr } = await on('ex', words);
    assert.equal(stderr, 'error: context ex: exec plugin "aws-nope" is not on PATH\nfix:   install aws-nope\n', words.join(' '));
  }
});
test('rights that are missing are one line that names the role, in every command', async () => {
  for (const words of [...readers, ...writers]) {
    const { code, stdout, stderr } = await on('jane', words);
    assert.equal(code, 3, words.join(' '));
    const text = stdout + stderr;
    const lines = text.split('\n').filter(line => line.includes('jane@example.com'));
    assert.equal(lines.length, 1, text);
    assert.match(lines[0] ?? '', /jane@example\.com may not list [a-z0-9, ]+ in jane/);
    assert.match(text, /contexts check --print-rbac shows the role to ask for/);
    assert.doesNotMatch(text, /forbidden: User/);
  }
});
test('a create without the right to look for the operator names it too, and can go on without', async () => {
  const { code, stdout, stderr } = await on('jane', ['clientconfig', 'create', '--from-context', 'dp1', '--allow', 'loopback', '--yes']);
  assert.deepEqual([code, stdout], [4, '']);
  assert.match(
    stderr,
    /^error: refused: jane@example\.com may not list deployments in jane, and so does not know which namespaces its operator watches\n/,
  );
  assert.match(stderr, /\nfix: {3}.*contexts check --print-rbac shows the role to ask for.*--allow unwatched-namespace/);
  assert.equal(stderr.match(/\n/g)?.length, 2, stderr);
});
test('a cluster without the operator says so, and which other contexts there are', async () => {
  const sentence = `bare has no K8ssandra Operator: install it, or choose the control plane with --context (your kubeconfig has: ${known})\n`;
  for (const words of readers.filter(([, verb]) => ['check', 'list', 'graph'].includes(verb)))
    assert.equal((await on('bare', words)).stderr, sentence, words.join(' '));
  for (const words of [['operator', 'status'], ...writers]) {
    const { code, stderr } = await on('bare', words);
    assert.equal(code, 4);
    assert.equal(stderr, `error: ${sentence.replace(': install', '\nfix:   install')}`, words.join(' '));
  }
});
test('an empty control plane tells how to register a data plane', async () => {
  const { stdout } = await on('cp', ['contexts', 'check']);
  assert.match(
    stdout,
    /^no ClientConfigs, and nothing names a context: .*\nregister a data plane: kubectl k8ssandra .*clientconfig create --help$/m,
  );
});
test('a namespace that no operator watches is one error', async () => {
  for (const words of [
    ['contexts', 'check'],
    ['operator', 'status'],
  ]) {
    const { code, stdout, stderr } = await on('cp', words, '-n', 'nope');
    assert.deepEqual(
      [code, stdout, stderr],
      [2, '', 'error: no control-plane operator of cp watches namespace nope\nfix:   pass -n k8ssandra-operator, or leave -n out\n'],
      words.join(' '),
    );
  }
});
test('no kubeconfig, and a context that it does not have', async () => {
  for (const words of readers) {
    const none = await runInProcess(words, { home: '/nonexistent', env: {} });
    assert.equal(none.stderr, 'error: no kubeconfig: ~/.kube/config does not exist\nfix:   set KUBECONFIG or pass --kubeconfig\n');
    const wrong = await on('prod', words);
    assert.equal(wrong.stderr, `error: context prod is not in the kubeconfig\nfix:   pass one of its contexts with --context: ${known}\n`);
  }
});
