import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer as createTls } from 'node:tls';
import { parse, stringify } from 'yaml';
import { issue, makeAuthority } from '../sandbox/certificates.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { namespace, type World } from '../sandbox/world.ts';
import { pool } from '../src/base/pool.ts';
import { annotation } from '../src/kube/annotations.ts';
import { runInProcess } from './support/in-process.ts';
import { printedOn } from './support/printed.ts';
import { serverOf, startRegisteredWorld } from './support/registered.ts';
import { program, type Run } from './support/run.ts';

/** Nothing but the deadline can end these runs: their requests have no limit of their own, and their servers never answer whole. */
const limits = ['--deadline', '400ms', '--request-timeout', '0'];
const http = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const dripping = (socket: Socket, text: string): void => {
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(text)), 40);
  timer.unref();
};
/** What a server does with a connection, before TLS or behind it. */
const silences: Readonly<Record<string, { readonly tls: boolean; readonly speak: (socket: Socket) => void }>> = {
  'accepts and says nothing': { tls: false, speak: () => undefined },
  'begins a handshake': { tls: false, speak: socket => socket.write(Buffer.from([22, 3, 3, 0, 60, 2, 0, 0, 56, 3, 3])) },
  'drips its handshake': {
    tls: false,
    speak: socket => {
      socket.write(Buffer.from([22, 3, 3, 0x3f, 0xff]));
      dripping(socket, '\x02');
    },
  },
  'takes the request': { tls: true, speak: () => undefined },
  'answers headers alone': { tls: true, speak: socket => socket.write(`${http}Content-Length: 1000\r\n\r\n`) },
  'drips its headers': {
    tls: true,
    speak: socket => {
      socket.write('HTTP/1.1 200 OK\r\nX: ');
      dripping(socket, 'x');
    },
  },
  'drips its body': {
    tls: true,
    speak: socket => {
      socket.write(`${http}Content-Length: 1000\r\n\r\n`);
      dripping(socket, ' ');
    },
  },
  'says 100 for ever': { tls: true, speak: socket => dripping(socket, 'HTTP/1.1 100 Continue\r\n\r\n') },
};

let world: World;
const folder = temporaryFolder('deadline');
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
const servers: Server[] = [];
const sockets = new Set<Socket>();
const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  server.on('connection', socket => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
};
/** a kubeconfig for each silence, its context `cp` */
const silent = new Map<string, string>();
const kubeconfigOf = (server: string, caPem: string): string =>
  stringify({
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
    users: [{ name: 'u', user: { token: 'token-of-the-deadline' } }],
    contexts: [{ name: 'cp', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'cp',
  });
before(async () => {
  world = await startRegisteredWorld(['dp1']);
  file('export.yaml', (await runInProcess(['clientconfig', 'export', '--with-secrets', '--kubeconfig', world.kubeconfig])).stdout);
  const authority = await makeAuthority();
  const own = await issue(authority);
  for (const [name, { tls, speak }] of Object.entries(silences)) {
    const port = await listen(
      tls
        ? createTls({ ...own, ALPNProtocols: ['http/1.1'] }, socket => {
            socket.on('error', () => undefined).once('data', () => speak(socket));
          })
        : createServer(socket => speak(socket)),
    );
    silent.set(name, file(name.replaceAll(' ', '-'), kubeconfigOf(`https://127.0.0.1:${port}`, authority.pem)));
  }
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await world.stop();
});

/** Every command that talks to a control plane; those that write only plan, so that they can run side by side. */
const commands = (): readonly (readonly string[])[] => [
  ['contexts', 'check'],
  ['contexts', 'check', 'dp1', '-o', 'json'],
  ['contexts', 'check', '--for', `${namespace}/demo`],
  ['contexts', 'check', '--wait-for', 'ok'],
  ['contexts', 'list'],
  ['contexts', 'graph'],
  ['clientconfig', 'list'],
  ['clientconfig', 'describe', 'dp1'],
  ['clientconfig', 'kubeconfig', 'dp1'],
  ['clientconfig', 'export'],
  ['clientconfig', 'renewer', '--image', 'x'],
  ['clientconfig', 'create', '--from-context', 'cp', '--dry-run'],
  ['clientconfig', 'update', 'dp1', '--tls-server-name', 'localhost', '--dry-run'],
  ['clientconfig', 'rename', 'dp1', 'eu-1', '--dry-run'],
  ['clientconfig', 'rotate', 'dp1', '--dry-run'],
  ['clientconfig', 'delete', 'dp1', '--dry-run'],
  ['clientconfig', 'import', '-f', join(folder, 'export.yaml'), '--dry-run'],
  ['operator', 'status'],
  ['operator', 'restart'],
  ['register', '--source-context', 'cp', '--dest-context', 'cp'],
];
const told = ({ stdout, stderr, code }: Run): string => `exit ${code}\n${stdout}${stderr}`;
const late = /the deadline of the run/;
const assertLate = (ran: Run, name: string): void => {
  // 2 where it passed before the kubeconfig was read; the status is 1 where what was read before it is a finding.
  assert.ok(ran.code !== null && [name.startsWith('operator status') ? 1 : 2, 2, 3, 4].includes(ran.code), `${name}: ${told(ran)}`);
  assert.match(ran.stdout + ran.stderr, late, `${name}: ${told(ran)}`);
  assert.doesNotMatch(ran.stdout + ran.stderr, /bug:|\n\s+at /, name);
};
/** So many at once that each gets to its servers in time. */
const together = 12;
test('every command ends at its deadline whatever its control plane does instead of answering, and says so', async () => {
  // Each silence meets every third command, the first of them all commands.
  const runs = [...silent].flatMap(([name, kubeconfig], silence) =>
    commands().flatMap((words, at) => (silence === 0 || (silence + at) % 3 === 0 ? [{ name, words, kubeconfig }] : [])),
  );
  await pool(runs, together, async ({ name, words, kubeconfig }) =>
    assertLate(await runInProcess([...words, ...limits, '--kubeconfig', kubeconfig]), `${words.join(' ')}: it ${name}`),
  );
});
/** A way to the control plane on which nothing comes back any more after so many bytes; then the kubeconfig for it. */
const freezing = async (bytes: number): Promise<string> => {
  const { url } = serverOf(world, 'cp');
  const port = await listen(
    createServer(socket => {
      let left = bytes;
      const upstream = connect(Number(new URL(url).port), '127.0.0.1');
      sockets.add(upstream.on('error', () => undefined));
      socket.pipe(upstream);
      upstream.on('data', (chunk: Buffer) => {
        if (left > 0) socket.write(chunk.subarray(0, left));
        left -= chunk.length;
      });
    }),
  );
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as { clusters: { name: string; cluster: Record<string, unknown> }[] };
  const cp = config.clusters.find(({ name }) => name === 'cp')?.cluster ?? assert.fail();
  Object.assign(cp, { server: `https://127.0.0.1:${port}` });
  return file(`freezing-${bytes}`, stringify(config));
};
test('every command ends at its deadline when the control plane falls silent after some answers', async () => {
  const ways = await Promise.all([3000, 8000, 16_000].map(freezing));
  const ends = commands().map(words => words.map(word => (word === 'cp' ? 'dp1' : word)));
  const cut = new Set<string>();
  await pool(
    ways.flatMap(way => ends.map(words => ({ way, words }))),
    together,
    async ({ way, words }) => {
      const name = `${words.join(' ')}: ${way}`;
      const ran = await runInProcess([...words, ...limits, '--kubeconfig', way]);
      assert.doesNotMatch(ran.stdout + ran.stderr, /bug:|\n\s+at /, name);
      // What needs little has it all by then, or finds that what it is asked for does not exist.
      if (!late.test(ran.stdout + ran.stderr)) return assert.ok(ran.code !== null, name);
      assertLate(ran, name);
      cut.add(words.join(' '));
    },
  );
  const missed = ends.map(words => words.join(' ')).filter(words => !cut.has(words));
  assert.deepEqual(
    missed.filter(words => !words.startsWith('register')),
    [],
  );
});
test('a data plane that says nothing, a plugin, a pipe and standard input are waited for until the deadline', async () => {
  const cp = serverOf(world, 'cp');
  const name = 'silent';
  for (const kubeconfig of silent.values()) {
    const title = `${name}-${basename(kubeconfig)}`;
    const text = Buffer.from(readFileSync(kubeconfig, 'utf8').replaceAll(/\bcp$/gm, title)).toString('base64');
    const spec = { contextName: title, kubeConfigSecret: { name: title } };
    const annotations = { [annotation.allowed]: 'loopback' };
    cp.put('', 'secrets', { metadata: { namespace, name: title, annotations }, data: { kubeconfig: text } });
    cp.put('config.k8ssandra.io', 'clientconfigs', { metadata: { namespace, name: title, annotations }, spec });
  }
  const one = `${name}-${basename([...silent.values()][0] ?? '')}`;
  for (const words of [
    ['contexts', 'check'],
    ['clientconfig', 'describe', one],
    ['operator', 'status'],
    ['clientconfig', 'rotate', one, '--yes', '--allow', 'would-not-start'],
  ])
    assertLate(await runInProcess([...words, ...limits, '--kubeconfig', world.kubeconfig]), words.join(' '));
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as { users: { name: string; user: object }[] };
  const withUser = (title: string, user: object): string =>
    file(title, stringify({ ...config, users: config.users.map(one => (one.name === 'cp' ? { name: 'cp', user } : one)) }));
  const pipe = join(folder, 'pipe');
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sleep', args: ['600'], interactiveMode: 'Never' };
  const waits: readonly (readonly string[])[] = [
    ['contexts', 'check', '--kubeconfig', pipe],
    ['contexts', 'check', '-f', pipe],
    ['contexts', 'list', '-f', '-'],
    ['contexts', 'check', '--kubeconfig', world.kubeconfig, '--for', '-'],
    ['contexts', 'check', '--kubeconfig', world.kubeconfig, '--suppress-file', pipe],
    ['clientconfig', 'import', '--kubeconfig', world.kubeconfig, '-f', '-'],
    ['clientconfig', 'create', '--kubeconfig', world.kubeconfig, '--from-context', 'dp1', '--ca-file', pipe],
    ['contexts', 'check', '--kubeconfig', withUser('plugin', { exec })],
    ['contexts', 'list', '--kubeconfig', withUser('token-file', { tokenFile: pipe })],
    ['contexts', 'list', '--kubeconfig', withUser('key', { 'client-certificate': pipe, 'client-key': pipe })],
  ];
  await pool(waits, 5, async words => {
    const [command, first] = program();
    const child = spawn(command, [...first, ...words, '--deadline', '1s'], { env: { PATH: process.env['PATH'], HOME: folder } });
    const printed = [printedOn(child.stdout), printedOn(child.stderr)];
    // Its standard input stays open.
    const [code] = (await once(child, 'close')) as [number | null];
    child.stdin.destroy();
    assertLate({ code, stdout: '', stderr: printed.map(text => text()).join('') }, words.join(' '));
  });
});
test('a name that is still looked up does not keep the process from its end', async () => {
  const leave = JSON.stringify(join(import.meta.dirname, '../src/base/leave.ts'));
  const script = `import(${leave}).then(({ leave }) => { require('node:dns').lookup('nowhere.invalid', () => process.exit(9)); leave(3); })`;
  assert.equal(spawnSync(process.execPath, ['-e', script]).status, 3);
  const [command, first] = program();
  if (first.length === 0) assert.equal(spawnSync(command, ['__leave', '3']).status, 3);
});
