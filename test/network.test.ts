import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../sandbox/folder.ts';
import { type OperatorStandIn, startOperator } from '../sandbox/operator/stand-in.ts';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { bundle, run } from './support/run.ts';

let world: World;
let operator: OperatorStandIn;
const folder = temporaryFolder('network');
before(async () => {
  world = await startWorld(['dp1']);
  const { ask } = world.servers['cp'] ?? assert.fail('no control plane');
  operator = await startOperator({
    ask,
    deployment: { namespace, name: 'k8ssandra-operator' },
  });
});
after(async () => {
  await operator.stop();
  await world.stop();
});
/** The bundle: the binary lets nothing in that could record. */
const recorded = [process.execPath, [`--require=${join(import.meta.dirname, 'support/record-connections.cjs')}`, bundle]] as const;
/** Runs the program with the recorder in it, and gives each place it turned to. */
const placesOf = async (args: readonly string[]): Promise<{ readonly code: number | null; readonly places: readonly string[] }> => {
  const record = join(folder, 'connections');
  writeFileSync(record, '');
  const { code } = await run(args, { CONNECTIONS: record, KUBECONFIG: world.kubeconfig }, '', [], recorded);
  const [started, ...places] = readFileSync(record, 'utf8').trim().split('\n');
  assert.equal(started, 'started', 'the recorder was not loaded');
  return { code, places };
};

/** Commands in the order of a life, what each ends with, and whether it has to talk to a cluster. */
const life = [
  [['version'], 0, false],
  [['--help'], 0, false],
  [['explain'], 0, false],
  [['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--wait'], 0, true],
  [['contexts', 'check'], 0, true],
  [['clientconfig', 'rotate', 'dp1', '--yes'], 0, true],
  [['clientconfig', 'delete', 'dp1', '--yes'], 0, true],
] as const;

test('no command turns to anything but the clusters: no update check, no telemetry', async () => {
  const clusters = new Set(Object.values(world.servers).map(({ url }) => `tcp ${new URL(url).host}`));
  for (const [args, ends, dials] of life) {
    const { code, places } = await placesOf(args);
    assert.equal(code, ends, args.join(' '));
    assert.equal(places.length > 0, dials, `${args.join(' ')}: ${places.join(', ')}`);
    assert.deepEqual(
      places.filter(place => !clusters.has(place)),
      [],
      args.join(' '),
    );
  }
});

// The recorder sees what goes through Node's own modules; strace sees every system call, where it can be had.
if (spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0) {
  test('no command makes a system call that reaches further than the clusters', async () => {
    const ports = new Set(Object.values(world.servers).map(({ url }) => new URL(url).port));
    for (const [args, ends, dials] of life) {
      const { code, calls } = await callsOf(args);
      assert.equal(code, ends, args.join(' '));
      const places = calls.flatMap(
        call => /sin6?_port=htons\((\d+)\).*(?:inet_addr|inet_pton)\([^"]*"([^"]+)"/.exec(call)?.slice(1, 3).join(' ') ?? [],
      );
      assert.equal(places.length > 0, dials, `${args.join(' ')}: ${calls.join('\n')}`);
      assert.deepEqual(
        places.filter(place => !ports.has(place.split(' ')[0] ?? '') || !place.endsWith(' 127.0.0.1')),
        [],
        args.join(' '),
      );
      // A socket that is not connected may still send: no datagram, and nothing raw.
      assert.deepEqual(
        calls.filter(call => /socket\(AF_(INET6?|PACKET)/.test(call) && !call.includes('SOCK_STREAM')),
        [],
        args.join(' '),
      );
    }
  });

  test('strace sees a connection and a look-up that go elsewhere', async () => {
    const { calls } = await callsOf(['contexts', 'check', '--kubeconfig', elsewhere('no-such-host.invalid:9')]);
    assert.ok(
      calls.some(call => /sin_port=htons\(53\)|AF_UNIX.*nscd|SOCK_DGRAM/.test(call)),
      calls.join('\n'),
    );
    const other = await callsOf(['contexts', 'check', '--kubeconfig', elsewhere('127.0.0.2:9')]);
    assert.ok(other.calls.some(call => call.includes('"127.0.0.2"')));
  });
}
/** Runs the program under strace, and gives its system calls that open, connect or use a socket. */
const callsOf = async (args: readonly string[]): Promise<{ readonly code: number | null; readonly calls: readonly string[] }> => {
  const record = join(folder, 'calls');
  const env = { KUBECONFIG: world.kubeconfig };
  const { code } = await run(args, env, '', [
    'strace',
    '-f',
    '-qq',
    '-o',
    record,
    '-e',
    'trace=socket,connect,sendto,sendmsg,sendmmsg',
    '--',
  ]);
  return {
    code,
    calls: readFileSync(record, 'utf8')
      .trim()
      .split('\n')
      .filter(line => /socket\(|connect\(|send(to|mm?sg)\(/.test(line)),
  };
};

/** The user's kubeconfig, with the control plane at another address. */
const elsewhere = (host: string): string => {
  const other = join(folder, 'other');
  const text = readFileSync(world.kubeconfig, 'utf8');
  const url = world.servers['cp']?.url ?? '';
  writeFileSync(other, text.replaceAll(url, `https://${host}`), { mode: 0o600 });
  return other;
};

test('the recorder sees a connection and a look-up that go elsewhere', async () => {
  const { places } = await placesOf(['contexts', 'check', '--kubeconfig', elsewhere('no-such-host.invalid:9')]);
  assert.ok(places.includes('tcp no-such-host.invalid:9'), places.join(', '));
  assert.ok(places.includes('lookup "no-such-host.invalid"'), places.join(', '));
});

test('the recorder sees a datagram', async () => {
  const record = join(folder, 'connections');
  writeFileSync(record, '');
  const recorder = join(import.meta.dirname, 'support/record-connections.cjs');
  const sent = spawnSync(process.execPath, ['--require', recorder, '-e', "require('node:dgram').createSocket('udp4').close()"], {
    env: { CONNECTIONS: record },
  });
  assert.equal(sent.status, 0, String(sent.stderr));
  assert.equal(readFileSync(record, 'utf8'), 'started\ncreateSocket "udp4"\n');
});
