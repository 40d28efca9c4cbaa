import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { makeAuthority } from '../sandbox/certificates.ts';
import { namespace } from '../sandbox/world.ts';
import { type Registered, sharedWorlds } from './support/registered.ts';
import type { Run } from './support/run.ts';

const startWorlds = sharedWorlds();
let registered: Registered;
const start = async (...names: string[]): Promise<Registered> => {
  registered = await startWorlds(...names);
  return registered;
};
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const stored = (name: string) => {
  const secret = registered.server('cp').get('', 'secrets', namespace, `${name}-config`);
  const { kubeconfig = '' } = (secret?.['data'] ?? {}) as { kubeconfig?: string };
  return parse(Buffer.from(kubeconfig, 'base64').toString()) as {
    clusters: { name: string; cluster: { server: string } }[];
    users: { name: string }[];
    contexts: { name: string }[];
  };
};
const spec = (name: string) =>
  registered.server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, name)?.['spec'] as { contextName?: string };

const loopback = ['--allow', 'loopback'];

test('update proves the new address first, writes the Secret alone, and a second run has nothing to do', async () => {
  const { cli, server, storedToken } = await start('dp1');
  const token = storedToken('dp1');
  const elsewhere = server('dp1').url.replace('127.0.0.1', 'localhost');
  const dry = await cli('clientconfig', 'update', '--yes', 'dp1', '--server', elsewhere, ...loopback, '--dry-run');
  assert.match(dry.stdout, /server: https:\/\/127.* -> https:\/\/localhost.*nothing written/s);
  assert.equal(stored('dp1').clusters[0]?.cluster.server, server('dp1').url);
  const updated = await cli('clientconfig', 'update', '--yes', 'dp1', '--server', elsewhere, ...loopback, '--wait');
  assert.equal(updated.code, 0, text(updated));
  assert.equal(stored('dp1').clusters[0]?.cluster.server, elsewhere);
  assert.equal(storedToken('dp1'), token);
  assert.match((await cli('clientconfig', 'update', '--yes', 'dp1', '--server', elsewhere, ...loopback)).stdout, /nothing to do/);
});

test('update refuses what the operator could not live with, and writes nothing', async () => {
  const { cli, server } = await start('dp1');
  const before = stored('dp1');
  const other = await makeAuthority('another');
  const ca = `${registered.world.kubeconfig}-ca.pem`;
  writeFileSync(ca, other.pem);
  for (const [args, code, message = /^error: .+\nfix: {3}.+\n$/] of [
    [['--server', 'https://127.0.0.1:1'], 4, /is a loopback address.*--allow loopback/s],
    [['--server', 'https://127.0.0.1:1', ...loopback], 4, /would not be reached/],
    [['--server', 'https://169.254.1.1'], 4, /link-local/],
    [['--server', 'https://host.docker.internal:1'], 4, /only this machine knows/],
    [['--ca-file', ca], 4],
    [['--tls-server-name', 'nobody.example.com'], 4],
    [['--proxy-url', 'http://127.0.0.1:1'], 4],
    [['--server', 'http://x'], 2],
    [['--proxy-url', 'x'], 2],
    [['--server', 'https://x', '--allow', 'x'], 2, /--allow does not know "x"/],
    [['--proxy-url', 'bob:canary@p'], 2, /--proxy-url does not take "p": a proxy is http, https or socks5/],
    [['--proxy-url', 'http://p:3128 '], 2, /invalid port ":3128 " after host/],
    [['--server', 'https://127.0.0.1:1 '], 2, /--server does not take "https:\/\/127.0.0.1:1 ": host must be a URL or a host:port pair/],
    [['--server', 'https://bob:canary@127.0.0.1:1'], 2, /a user name in it takes the place of the token/],
    [['--server', 'https://127.1:1'], 2, /the operator takes 127.1 for a name/],
    [[], 2],
  ] as readonly (readonly [args: readonly string[], code: number, message?: RegExp])[]) {
    const refused = await cli('clientconfig', 'update', '--yes', 'dp1', ...args);
    assert.equal(refused.code, code, `${args.join(' ')}: ${text(refused)}`);
    assert.match(refused.stderr, /^error: .+\nfix: {3}.+\n$/);
    assert.match(refused.stderr, message);
  }
  server('cp').fault({ method: 'PUT', path: /secrets\/dp1-config/ }, { kind: 'status', status: 409 });
  const conflict = await cli(
    'clientconfig',
    'update',
    '--yes',
    'dp1',
    '--server',
    server('dp1').url.replace('127.0.0.1', 'localhost'),
    ...loopback,
  );
  assert.equal(conflict.code, 4);
  assert.match(conflict.stderr, /409/);
  assert.deepEqual(stored('dp1'), before);
});

test('an answer that says Failure is one, whatever its status, of each kind of write', async () => {
  const writes = [
    ['PUT', ['update', 'dp1', '--tls-server-name', 'localhost', ...loopback]],
    ['PATCH', ['rename', 'dp1', 'eu-1']],
    ['DELETE', ['delete', 'dp1']],
  ] as const;
  for (const [kind, words] of writes) {
    const { cli, server } = await start('dp1');
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'the storage is full' };
    server('cp').alter(({ method }, reply) => (method === kind ? { status: 200, body } : reply));
    const failed = await cli('clientconfig', ...words, '--yes');
    server('cp').alter(undefined);
    assert.equal(failed.code, 4, text(failed));
    assert.match(failed.stderr, /200, and all the same Failure: the storage is full/, kind);
  }
});
test('a wrong way and a dead token are cured together, by what the refusal prints', async () => {
  const other = await makeAuthority('another');
  const { world } = await start('dp1');
  const ca = `${world.kubeconfig}-good.pem`;
  writeFileSync(ca, registered.server('dp1').caPem);
  const url = registered.server('dp1').url.replace('127.0.0.1', 'localhost');
  const ways: readonly (readonly [wrong: Readonly<Record<string, unknown>>, ...flags: string[]])[] = [
    [{ 'certificate-authority-data': Buffer.from(other.pem).toString('base64') }, '--ca-from-context', 'dp1'],
    [{ 'certificate-authority-data': Buffer.from(other.pem).toString('base64') }, '--ca-file', ca],
    [{ 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true }, '--ca-file', ca],
    [{ 'tls-server-name': 'elsewhere.example.com' }, '--tls-server-name', ''],
    [{ 'tls-server-name': 'elsewhere.example.com' }, '--tls-server-name', 'localhost'],
    [{ 'proxy-url': 'http://127.0.0.1:1' }, '--proxy-url', ''],
    [{ server: 'https://nowhere.invalid:6443' }, '--server', url, ...loopback],
    [
      { server: 'http://127.0.0.1:1', 'proxy-url': 'http://127.0.0.1:1' },
      '--server',
      url,
      '--proxy-url',
      '',
      '--allow',
      'loopback,system-ca',
    ],
  ];
  for (const [wrong, ...flags] of ways) {
    const { cli, server } = await start('dp1');
    const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
    assert.ok(secret);
    const { clusters, users, ...rest } = stored('dp1');
    const kubeconfig = stringify({
      ...rest,
      clusters: clusters.map(one => ({ ...one, cluster: { ...one.cluster, ...wrong } })),
      users: users.map(({ name }) => ({ name, user: { token: 'revoked' } })),
    });
    server('cp').put('', 'secrets', { ...secret, data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') } });
    const refused = await cli('clientconfig', 'update', 'dp1', ...flags, '--yes');
    assert.equal(refused.code, 4, `${flags.join(' ')}: ${text(refused)}`);
    const [, line = ''] = /^fix: {3}.*kubectl k8ssandra .*?(clientconfig create dp1 .*--from-context dp1.*)$/m.exec(refused.stderr) ?? [];
    assert.notEqual(line, '', text(refused));
    const cured = await cli(...line.split(' ').map(word => (word === "''" ? '' : word)), '--yes');
    assert.equal(cured.code, 0, `${line}: ${text(cured)}`);
  }
});

test('a note of a rotation that is none is told as such, with what takes it away', async () => {
  const { cli, server } = await start('dp1');
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  for (const note of ['', 'null', '[]', '{"phase":"begun"}', 'x'.repeat(300)]) {
    const annotations = { ...secret.metadata.annotations, 'cli.k8ssandra.io/rotation': note };
    server('cp').put('', 'secrets', { ...secret, metadata: { ...secret.metadata, annotations } });
    for (const args of [
      ['update', 'dp1', '--server', server('dp1').url.replace('127.0.0.1', 'localhost'), ...loopback],
      ['rename', 'dp1', 'other'],
      ['create', '--from-context', 'dp1', '--server', server('dp1').url.replace('127.0.0.1', 'localhost'), ...loopback],
      ['rotate', 'dp1'],
    ]) {
      const refused = await cli('clientconfig', ...args, '--yes');
      assert.equal(refused.code, 4, `${args.join(' ')}: ${text(refused)}`);
      assert.match(refused.stderr, /^fix: .*kubectl .* annotate secret .*dp1-config cli\.k8ssandra\.io\/rotation-$/m, args.join(' '));
    }
  }
});

test('rename gives an unused context another name, and the operator stays up throughout', async () => {
  const { cli, operator } = await start('dp1');
  const renamed = await cli('clientconfig', 'rename', '--yes', 'dp1', 'eu-1');
  assert.equal(renamed.code, 0, text(renamed));
  assert.equal(spec('dp1').contextName, 'eu-1');
  assert.equal(stored('dp1').contexts[0]?.name, 'eu-1');
  const check = await cli('contexts', 'check', 'eu-1', '--skip', 'KC602,KC603');
  assert.doesNotMatch(text(check), /KC20[128]/);
  assert.equal(operator.lastExit?.code ?? 0, 0, operator.log.join('\n'));
});

test('rename refuses a name in use on either side', async () => {
  const { cli, server } = await start('dp1', 'dp2');
  assert.match((await cli('clientconfig', 'rename', '--yes', 'dp1', 'dp2')).stderr, /already provides the context dp2/);
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } },
  });
  const used = await cli('clientconfig', 'rename', '--yes', 'dp1', 'new');
  assert.equal(used.code, 4, text(used));
  assert.match(used.stderr, /used by K8ssandraCluster .*datacenters\[0\]/);
  assert.equal(spec('dp1').contextName, 'dp1');
});

test('rename that is cut short after any API call works under one of its names, and is finished by the same command', {
  timeout: 300_000,
}, async () => {
  for (let calls = 1; ; calls++) {
    const { cutAfter, cli, operator } = await start('dp1');
    const killed = await cutAfter(calls, 'SIGKILL', ['clientconfig', 'rename', '--yes', 'dp1', 'eu-1']);
    assert.ok(
      stored('dp1').contexts.some(({ name }) => name === spec('dp1').contextName),
      `call ${calls}`,
    );
    const again = await cli('clientconfig', 'rename', '--yes', 'dp1', 'eu-1');
    assert.equal(again.code, 0, `call ${calls}: ${text(again)}`);
    assert.equal(spec('dp1').contextName, 'eu-1');
    assert.equal(operator.lastExit?.code ?? 0, 0, operator.log.join('\n'));
    if (killed.code !== 0) continue;
    assert.ok(calls > 9, `only ${calls} calls`);
    break;
  }
});
