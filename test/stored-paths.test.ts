import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { serverOf } from './support/registered.ts';
import { bundle, run } from './support/run.ts';

let world: World;
let folder: string;
let names: readonly string[];
const program = (): string => join(folder, 'planted-program');
const file = (name: string): string => join(folder, `planted-${name}`);
/** Every way in which a kubeconfig names something on the machine of whoever reads it. */
const planted = (): Readonly<Record<string, { readonly user?: object; readonly cluster?: object }>> => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', command: program(), args: [file('argument')] };
  return {
    exec: { user: { exec } },
    'exec-beta': { user: { exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1beta1', interactiveMode: 'Always' } } },
    'exec-and-token': { user: { token: 't', exec } },
    'exec-with-cluster': { user: { exec: { ...exec, provideClusterInfo: true } }, cluster: { 'certificate-authority': file('ca') } },
    oidc: {
      user: {
        'auth-provider': {
          name: 'oidc',
          config: { 'idp-issuer-url': 'https://x', 'client-id': 'x', 'idp-certificate-authority': file('oidc') },
        },
      },
    },
    gcp: { user: { 'auth-provider': { name: 'gcp', config: { 'cmd-path': program() } } } },
    'token-file': { user: { tokenFile: file('token') } },
    'token-file-and-token': { user: { token: 't', tokenFile: file('token') } },
    'relative-token-file': { user: { tokenFile: './planted-token' } },
    certificate: { user: { 'client-certificate': file('certificate'), 'client-key': file('key') } },
    ca: { user: { token: 't' }, cluster: { 'certificate-authority': file('ca') } },
    proxy: { user: { token: 't' }, cluster: { 'proxy-url': `file://${file('proxy')}` } },
    server: { user: { token: 't' }, cluster: { server: `file://${file('server')}` } },
    socket: { user: { token: 't' }, cluster: { server: `unix://${file('socket')}` } },
  };
};
before(async () => {
  world = await startWorld(['dp1']);
  folder = join(world.folder, 'planted');
  mkdirSync(folder);
  writeFileSync(program(), `#!/bin/sh\ntouch ${file('ran')}\n`);
  chmodSync(program(), 0o755);
  for (const name of ['ca', 'oidc', 'token', 'certificate', 'key']) writeFileSync(file(name), 'planted');
  const cp = serverOf(world, 'cp');
  const { url } = serverOf(world, 'dp1');
  names = Object.keys(planted());
  for (const [name, { user = {}, cluster = {} }] of Object.entries(planted())) {
    const kubeconfig = stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server: url, ...cluster } }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
    });
    cp.put('', 'secrets', { metadata: { namespace, name }, data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') } });
    cp.put('config.k8ssandra.io', 'clientconfigs', {
      metadata: { namespace, name },
      spec: { contextName: name, kubeConfigSecret: { name } },
    });
  }
});
after(() => world.stop());

const touched = async (args: readonly string[], under: readonly string[] = []): Promise<readonly string[]> => {
  const record = join(world.folder, 'files');
  writeFileSync(record, '');
  const recorded = [process.execPath, [`--require=${join(import.meta.dirname, 'support/record-files.cjs')}`, bundle]] as const;
  const { stdout, stderr } = await run(args, { FILES: record, KUBECONFIG: world.kubeconfig }, '', under, recorded);
  assert.notEqual(stdout + stderr, '', args.join(' '));
  const lines = readFileSync(record, 'utf8').split('\n');
  assert.equal(lines[0], 'started');
  assert.ok(
    lines.some(line => line.startsWith('file ') && line.includes(world.kubeconfig)),
    'the recorder sees the own kubeconfig',
  );
  return lines;
};
const commands = (): readonly (readonly string[])[] => [
  ['contexts', 'check', '--timeout', '5s'],
  ['contexts', 'list'],
  ['clientconfig', 'list'],
  ['operator', 'status'],
  ['clientconfig', 'export', '--with-secrets'],
  ...names.slice(0, 2).map(name => ['clientconfig', 'describe', name]),
  ['clientconfig', 'kubeconfig', 'exec'],
  ['clientconfig', 'rotate', '--all', '--yes', '--allow', 'would-not-start', '--timeout', '1s'],
  ['clientconfig', 'rotate', 'exec', '--yes', '--from-context', 'dp1', '--allow', 'would-not-start', '--timeout', '1s'],
  ['clientconfig', 'update', '--yes', 'token-file', '--tls-server-name', 'localhost', '--allow', 'would-not-start'],
  ['clientconfig', 'rename', '--yes', 'ca', 'other', '--dry-run', '--force'],
  ['clientconfig', 'create', '--yes', 'exec', '--from-context', 'dp1', '--allow', 'loopback,duplicate-cluster', '--dry-run'],
  ['clientconfig', 'delete', ...['exec', 'token-file', 'ca'], '--yes', '--force', '--allow', 'unrevoked-token'],
];
test('no command touches a file or runs a program that a stored kubeconfig names', { timeout: 120_000 }, async () => {
  for (const args of commands()) {
    const lines = await touched(args);
    assert.deepEqual(
      lines.filter(line => line.includes('planted') || line.startsWith('program ')),
      [],
      args.join(' '),
    );
    assert.equal(existsSync(file('ran')), false, args.join(' '));
  }
});
if (spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0)
  test('nor does any system call of a check name one', { timeout: 60_000 }, async () => {
    const record = join(world.folder, 'calls');
    await touched(
      ['contexts', 'check', '--timeout', '5s'],
      ['strace', '-f', '-qq', '-o', record, '-e', 'trace=%file,execve,connect', '--'],
    );
    const calls = readFileSync(record, 'utf8');
    assert.ok(calls.includes(world.kubeconfig));
    assert.doesNotMatch(calls, /planted-/);
  });
