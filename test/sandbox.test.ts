import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { temporaryFolder } from '../sandbox/folder.ts';
import { program, type Run, run } from './support/run.ts';

/** `npm run sandbox`, as a person has it who has just read the README. */
const root = resolve(import.meta.dirname, '..');
let npm: ChildProcess;
const folder = temporaryFolder('readme');
let env: Record<string, string>;
let cwd: string;
before(async () => {
  // Not built anew, since other tests run the bundle meanwhile.
  const binary = join(folder, 'program');
  const [command, args] = program();
  writeFileSync(binary, `#!/bin/sh\nexec ${[command, ...args].map(word => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(binary, 0o755);
  npm = spawn('npm', ['run', 'sandbox'], {
    cwd: root,
    env: { ...process.env, K8SSANDRA_BINARY: binary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of npm.stdout ?? []) {
    printed += String(chunk);
    if (printed.includes('Ctrl-C')) break;
  }
  const [, kubeconfig = '', bin = '', at = ''] = /export KUBECONFIG=(\S+)\s+export PATH=(\S+):\$PATH\s+cd (\S+)/.exec(printed) ?? [];
  env = { HOME: '/nonexistent', LANG: 'C.UTF-8', PATH: `${bin}:${process.env['PATH']}`, KUBECONFIG: kubeconfig };
  cwd = at;
});
after(() => {
  npm?.kill('SIGKILL');
});
const shell = (line: string): Promise<Run> => run(['-c', `cd '${cwd}'\n${line}`], env, '', [], ['sh', []]);

/** Commands that ask are told yes, since nobody sits at a terminal here. */
const asks = /clientconfig (create|rotate|delete)\b/;
/** What the README's commands end with, in the order in which they are run. */
const ends: readonly (readonly [line: string, code: number, prints: RegExp])[] = [
  ['kubectl k8ssandra clientconfig create --from-context east,west --wait', 0, /the operator has read all 2/],
  ['kubectl k8ssandra contexts check', 0, /would start[\s\S]*2 contexts: 2 ok/],
  ['kubectl k8ssandra contexts check --for demo', 0, /can be applied now/],
  ['kubectl k8ssandra contexts check -f manifests/ -o github', 1, /KC101/],
  ['kubectl k8ssandra operator status', 0, /west +k8ssandra-operator\/k8ssandra-operator .* yes .* current/],
  ['kubectl k8ssandra clientconfig rotate --all', 0, /revoked 2\/2, old tokens answer 401/],
  ['kubectl k8ssandra clientconfig delete west', 0, /deleted ClientConfig k8ssandra-operator\/west/],
];
/** In the README, but to be followed in one's own clusters, or not a command of ours. */
const elsewhere = /^kubectl (krew|k8ssandra$)|explain 'LINE/;

test('every command of the README is known here', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const lines = [...readme.matchAll(/^ {4}(kubectl k8ssandra .*)$|`(kubectl [^`]*)`/gm)].map(([, alone, quoted]) => alone ?? quoted ?? '');
  assert.ok(lines.length >= 7, lines.join('\n'));
  assert.deepEqual(
    [...new Set(lines)].filter(line => !elsewhere.test(line) && !ends.some(([known]) => known === line)),
    [],
  );
});
test('the kubeconfig is for its owner alone', () => {
  assert.equal(statSync(env['KUBECONFIG'] ?? '').mode & 0o777, 0o600);
});
test('the commands of the README work there, word for word', { timeout: 300_000 }, async () => {
  for (const [line, code, prints] of ends) {
    const ran = await shell(asks.test(line) ? `${line} --yes` : line);
    assert.equal(ran.code, code, `${line}\n${ran.stdout}${ran.stderr}`);
    assert.match(ran.stdout, prints, line);
  }
});
test('the operator shows what it does: counters, a restart, its last words', { timeout: 120_000 }, async () => {
  const restarted = await shell('kubectl k8ssandra operator restart --always --yes --wait');
  assert.equal(restarted.code, 0, restarted.stdout + restarted.stderr);
  const rotated = await shell('kubectl k8ssandra clientconfig rotate east --yes');
  assert.equal(rotated.code, 0, rotated.stdout + rotated.stderr);
  const status = await shell('kubectl k8ssandra operator status');
  assert.match(status.stdout, /ClientConfig k8ssandra-operator\/east or secret has been modified, shutting down the operator/);
  let table = '';
  for (let tries = 0; tries < 50 && !/^\S+ (?:ok +)?east .* 200 /m.test(table); tries++)
    table = (await shell('COLUMNS=200 kubectl k8ssandra contexts check')).stdout;
  assert.match(table, /^\S+ (?:ok +)?east .* 200 /m);
});
test('a ClientConfig whose Secret has no kubeconfig stops it, and it says so', { timeout: 120_000 }, async () => {
  const { clusters, users } = parse(readFileSync(env['KUBECONFIG'] ?? '', 'utf8')) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
    users: { user: { token: string } }[];
  };
  const { call } = await import('../sandbox/clusters/call.ts');
  const [{ cluster } = assert.fail()] = clusters;
  const [{ user } = assert.fail()] = users;
  const server = { server: cluster.server, caPem: Buffer.from(cluster['certificate-authority-data'], 'base64').toString() };
  const path = '/api/v1/namespaces/k8ssandra-operator/secrets/east-config';
  const answer = await call(server, {
    token: user.token,
    method: 'PATCH',
    path,
    contentType: 'application/merge-patch+json',
    body: { data: { kubeconfig: null, other: 'eA==' } },
  });
  assert.equal(answer.status, 200);
  let status: Run | undefined;
  for (let tries = 0; tries < 50 && !/last exit +code 1/.test(status?.stdout ?? ''); tries++)
    status = await shell('kubectl k8ssandra operator status');
  assert.match(status?.stdout ?? '', /secret is missing required kubeconfig property/);
  assert.equal(status?.code, 1);
});
test('when npm is killed nothing is left behind', { timeout: 60_000 }, async () => {
  const { clusters } = parse(readFileSync(env['KUBECONFIG'] ?? '', 'utf8')) as { clusters: { cluster: { server: string } }[] };
  npm.kill('SIGKILL');
  const answers = (server: string): Promise<boolean> =>
    new Promise(done => {
      const { hostname, port } = new URL(server);
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('connect', () => done(true)).once('error', () => done(false));
      socket.once('connect', () => socket.destroy());
    });
  for (const { cluster } of clusters) while (await answers(cluster.server)) await sleep(100);
  while (existsSync(cwd)) await sleep(100);
});
