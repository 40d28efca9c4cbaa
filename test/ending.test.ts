import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { temporaryFolder } from '../sandbox/folder.ts';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { formats } from '../src/output/formats.ts';
import { runInProcess } from './support/in-process.ts';
import { serverOf } from './support/registered.ts';
import { program, run } from './support/run.ts';

let world: World;
const scratch = temporaryFolder('ending');
before(async () => {
  world = await startWorld(['dp1']);
});
after(async () => {
  await world.stop();
});
const path = (name: string): string => join(scratch, name);
const pipe = (name: string): string => {
  assert.equal(spawnSync('mkfifo', [path(name)]).status, 0);
  return path(name);
};
/** Starts the program and waits until it has begun to wait: it has opened the file, or has nothing else left to do. */
const started = async (args: readonly string[], opens: string, env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> => {
  const [command, first] = program();
  const child = spawn(command, [...first, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: scratch, ...env },
  });
  while (!isOpen(child.pid ?? 0, opens)) await new Promise(done => setTimeout(done, 20));
  return child;
};
const isOpen = (pid: number, name: string): boolean => {
  const found = spawnSync('sh', ['-c', `ls -l /proc/${pid}/fd 2>/dev/null`], { encoding: 'utf8' }).stdout;
  return found.includes(name);
};
/** A document that takes a parser many seconds. */
const endless = `a:\n${'  - {b: [c, d, {e: f}]}\n'.repeat(400_000)}`;

test('a signal ends the program while it waits for a pipe that nobody writes to, or for its standard input', async () => {
  const withoutCa = path('without-ca');
  writeFileSync(
    withoutCa,
    JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'a', user: { token: 'x' } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    }),
  );
  for (const [name, args] of [
    ['manifests', (file: string) => ['contexts', 'check', '-f', file]],
    ['kubeconfig', (file: string) => ['contexts', 'check', '--kubeconfig', file]],
    ['import', (file: string) => ['clientconfig', 'import', '--yes', '--kubeconfig', '/dev/null', '-f', file]],
    ['suppressions', (file: string) => ['contexts', 'check', '-f', 'x', '--suppress-file', file]],
    ['SSL_CERT_FILE', () => ['contexts', 'list', '--kubeconfig', withoutCa]],
  ] as const) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const file = pipe(`${name}-${signal}`);
      const child = await started(args(file), file, name === 'SSL_CERT_FILE' ? { [name]: file } : {});
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [130, null], `${name} ${signal}`);
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const child = await started(['contexts', 'check', '-f', '-'], 'eventpoll');
    // It listens to signals from its first moment on; standard input is never closed.
    while (readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/^State:\s+(\w)/m)?.[1] !== 'S') await new Promise(setImmediate);
    child.kill(signal);
    const [code, by] = await once(child, 'close');
    assert.ok(code === 130 || by === signal, `${code} ${by}`);
  }
});
test('a signal ends the program in the midst of a long file', async () => {
  const file = path('endless.yaml');
  writeFileSync(file, endless);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const [command, first] = program();
    const child = spawn(command, [...first, 'contexts', 'check', '-f', file], { stdio: 'ignore' });
    const ticks = (): number => Number(readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[13]);
    // By then it has started, and reads the document.
    while (ticks() < 80) await new Promise(done => setTimeout(done, 20));
    child.kill(signal);
    const [code, by] = await once(child, 'close');
    assert.ok(code === 130 || by === signal, `${code} ${by}`);
  }
});
test('a plugin that does not listen to signals ends with the program', async () => {
  const name = path('stubborn');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: name, interactiveMode: 'Never' };
  writeFileSync(name, `#!/bin/sh\ntrap '' TERM INT HUP\necho $$ > '${name}.pid'\nwhile :; do sleep 1; done\n`, { mode: 0o755 });
  const config = { clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }], users: [{ name: 'u', user: { exec } }] };
  const file = path('plugin.yaml');
  writeFileSync(
    file,
    JSON.stringify({ ...config, contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' }),
  );
  const [command, first] = program();
  const child = spawn(command, [...first, 'contexts', 'list', '--kubeconfig', file], { stdio: 'ignore' });
  const pid = (): number => (existsSync(`${name}.pid`) ? Number(readFileSync(`${name}.pid`, 'utf8')) : 0);
  while (pid() === 0) await new Promise(done => setTimeout(done, 20));
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [130, null]);
  // Whoever has been killed is taken away by another process, in its own time.
  while (isAlive(pid())) await new Promise(done => setTimeout(done, 20));
});
const isAlive = (pid: number): boolean => {
  try {
    return /^State:\s+[^ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
test('a signal that has come just before long work is not lost', () => {
  const io = JSON.stringify(join(import.meta.dirname, '../src/base/io.ts'));
  // Behind a look at a file, as behind an answer, whatever waits for its turn has it before a signal is heard.
  const script = `import(${io}).then(({ realIO }) => {
    const io = realIO();
    require('node:fs').stat('/', async () => {
      process.kill(process.pid, 'SIGTERM');
      await io.compute(() => process.exit(9)).catch(() => process.exit(io.interrupted.aborted ? 130 : 8));
    });
  })`;
  assert.equal(spawnSync(process.execPath, ['-e', script]).status, 130);
});
test('what does not end is refused wherever a file is named, and so is a folder', async () => {
  const kubeconfig = world.kubeconfig;
  const flags: readonly (readonly string[])[] = [
    ['contexts', 'check', '-f', 'FILE'],
    ['contexts', 'list', '-f', 'FILE'],
    ['contexts', 'check', '--kubeconfig', 'FILE'],
    ['contexts', 'check', '--kubeconfig', kubeconfig, '--suppress-file', 'FILE'],
    ['contexts', 'check', '--kubeconfig', kubeconfig, '--for', 'FILE'],
    ['clientconfig', 'create', '--yes', '--kubeconfig', kubeconfig, '--from-context', 'dp1', '--ca-file', 'FILE'],
    ['clientconfig', 'import', '--yes', '--kubeconfig', kubeconfig, '-f', 'FILE'],
  ];
  for (const words of flags) {
    for (const [file, told] of [
      ['/dev/zero', /is larger than 32 MiB, or does not end/],
      ['/dev/', /is a folder/],
    ] as const) {
      if (file === '/dev/' && words.includes('-f') && words[0] === 'contexts') continue;
      const { code, stdout, stderr } = await run(words.map(word => (word === 'FILE' ? file : word)));
      assert.deepEqual([code, stdout], [2, ''], `${words.join(' ')} ${file}: ${stderr}`);
      assert.match(stderr, told, words.join(' '));
      assert.match(stderr, /^error: .*\nfix: .*\n$/, words.join(' '));
    }
  }
});
test('whatever a kubeconfig or a variable names is read to a limit, and so is what a plugin prints', async () => {
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as Record<string, { name: string }[]>;
  const withUser = (name: string, user: object): string => {
    const users = config['users']?.map(one => (one.name === 'cp' ? { name: 'cp', user } : one));
    writeFileSync(path(name), stringify({ ...config, users }), { mode: 0o600 });
    return path(name);
  };
  const zero = '/dev/zero';
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: '/bin/sh',
    args: ['-c', 'PATH=/usr/bin:/bin exec yes'],
    interactiveMode: 'Never',
  };
  const flags: readonly (readonly [words: readonly string[], code: number, told: RegExp])[] = [
    [['--kubeconfig', withUser('token', { tokenFile: zero })], 2, /open \/dev\/zero: is larger than 32 MiB/],
    [['--kubeconfig', withUser('certificate', { 'client-certificate': zero, 'client-key': zero })], 2, /is larger than 32 MiB/],
    [['--kubeconfig', withUser('endless', { exec })], 4, /it printed more than 1 MiB/],
    [['--kubeconfig', world.kubeconfig, '--certificate-authority', zero], 2, /is larger than 32 MiB/],
    [['--kubeconfig', world.kubeconfig, '--client-certificate', zero, '--client-key', zero], 2, /is larger than 32 MiB/],
  ];
  for (const [words, code, told] of flags) {
    const ran = await runInProcess(['clientconfig', 'list', ...words]);
    assert.deepEqual([ran.code, ran.stdout], [code, ''], `${words.join(' ')}: ${ran.stderr}`);
    assert.match(ran.stderr, told, words.join(' '));
  }
  const [command, first] = program();
  for (const words of [
    ['contexts', 'check', '-f', '-'],
    ['clientconfig', 'import', '--kubeconfig', world.kubeconfig, '-f', '-'],
  ]) {
    const shell = spawnSync('bash', ['-c', 'exec "$@" < /dev/zero', 'bash', command, ...first, ...words], { encoding: 'utf8' });
    assert.equal(shell.status, 2, shell.stderr);
    assert.match(shell.stderr, /standard input: is larger than 32 MiB, or does not end\nfix: /);
  }
});
test('a text of any depth, of aliases of aliases, or of a million parts is one line of error or of no account', async () => {
  const aliases = Array.from({ length: 12 }, (_, at) => `a${at}: &a${at} [${Array(10).fill(at === 0 ? 'x' : `*a${at - 1}`)}]\n`).join('');
  const many = 20_000;
  const bombs: Readonly<Record<string, string>> = {
    aliases: `kind: ClientConfig\n${aliases}`,
    merges: `kind: ClientConfig\nb: &b {x: 1}\n${Array.from({ length: many }, (_, at) => `m${at}: &m${at} {<<: [*b${at === 0 ? '' : `, *m${at - 1}`}]}\n`).join('')}`,
    'lists of YAML': `kind: ClientConfig\na: ${'['.repeat(many)}${']'.repeat(many)}\n`,
    'maps of YAML': `kind: ClientConfig\na: ${'{a: '.repeat(many)}1${'}'.repeat(many)}\n`,
    dashes: `kind: ClientConfig\na:\n${'- '.repeat(many)}x\n`,
    keys: `kind: ClientConfig\na:\n ${'? '.repeat(many)}x\n`,
    'lists of JSON': `{"kind":"ClientConfig","a":${'['.repeat(many)}${']'.repeat(many)}}`,
    'objects of JSON': `{"kind":"ClientConfig","a":${'{"a":'.repeat(many)}1${'}'.repeat(many)}}`,
    'an object that does not end': '{"kind":"ClientConfig",'.repeat(many),
    'many objects': '{"kind":"Secret"}'.repeat(many),
    'many documents': `kind: ClientConfig\n${'---\n'.repeat(many)}`,
    'many blanks': `kind: ClientConfig\na: ${' '.repeat(many * 10)}x\n`,
  };
  for (const [name, text] of Object.entries(bombs)) {
    const file = path('bomb.yaml');
    writeFileSync(file, text);
    for (const words of [
      ['contexts', 'check', '-f', file],
      ['contexts', 'list', '--kubeconfig', file],
      ['contexts', 'check', '--kubeconfig', world.kubeconfig, '--for', file],
      ['clientconfig', 'import', '--kubeconfig', world.kubeconfig, '-f', file],
    ]) {
      const { code, stdout, stderr } = await runInProcess(words);
      assert.ok(code === 2 || code === 3, `${name}: ${words.join(' ')}: exit ${code} ${stdout}${stderr}`);
      assert.match(stderr, /^error: .*\nfix: .*\n$/, `${name}: ${words.join(' ')}`);
    }
  }
});
test('a pipe of the shell, standard input by its name, and a pipe that is written to late are read', async () => {
  const manifests = join(import.meta.dirname, 'manifests', 'clean');
  const [command, first] = program();
  const quoted = [command, ...first].map(word => `'${word}'`).join(' ');
  const shell = spawnSync(
    'bash',
    [
      '-c',
      `${quoted} contexts list -o name -f <(cat ${manifests}/*.yaml); ${quoted} contexts list -o name -f - < ${manifests}/client-configs.yaml`,
    ],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(shell.stderr, '');
  assert.deepEqual(shell.stdout.trim().split('\n').length, 4, shell.stdout);
  const file = pipe('late');
  const child = await started(['contexts', 'list', '-f', file], file);
  const writer = openSync(file, 'w');
  writeSync(writer, readFileSync(join(manifests, 'client-configs.yaml')));
  closeSync(writer);
  assert.deepEqual(await once(child, 'close'), [0, null]);
});
test('a full disk leaves the old file whole and is exit 4; only regular files are replaced', async () => {
  const kubeconfig = 'apiVersion: v1\nkind: Config\n';
  const metadata = { namespace, name: 'kept' };
  serverOf(world, 'cp').put('', 'secrets', { metadata, data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') } });
  serverOf(world, 'cp').put('config.k8ssandra.io', 'clientconfigs', { metadata, spec: { kubeConfigSecret: { name: 'kept' } } });
  /** every flag that names a file which is written */
  const writers: readonly ((place: string) => readonly string[])[] = [
    place => ['contexts', 'check', '--kubeconfig', world.kubeconfig, '--snapshot', place],
    place => ['contexts', 'check', '-f', join(import.meta.dirname, 'manifests', 'clean'), '-o', `html=${place}`],
    place => ['clientconfig', 'kubeconfig', 'kept', '--kubeconfig', world.kubeconfig, '--overwrite', '--output-file', place],
  ];
  const [fifo, link, file] = [pipe('place'), path('link.json'), path('old.json')];
  symlinkSync(file, link);
  for (const writer of writers) {
    const name = writer('').join(' ');
    writeFileSync(file, 'old\n');
    // A limit on the size of files: the system takes a part of what it is given, and then nothing.
    const none = name.includes('--output-file') ? 'ulimit -f 0; trap "" XFSZ' : 'ulimit -f 1';
    const full = await run(writer(file), {}, '', ['bash', '-c', `${none}; exec "$@"`, 'bash']);
    assert.equal(full.code, 4, `${name}: ${full.stderr}`);
    assert.match(full.stderr, /^error: cannot write .*old\.json: no space is left there\nfix: .*\n$/, name);
    for (const [place, code] of [
      [fifo, 2],
      [link, 2],
      ['/dev/full', 2],
      [scratch, 2],
      [join(scratch, 'no', 'where'), 4],
      ['/proc/x', 4],
    ] as const) {
      const ran = await runInProcess(writer(place));
      assert.equal(ran.code, code, `${name} ${place}: ${ran.stderr}`);
      assert.match(ran.stderr, /^error: .*\nfix: .*\n$/, `${name} ${place}`);
    }
    assert.equal(readFileSync(file, 'utf8'), 'old\n', name);
    assert.equal(spawnSync('ls', ['-A', scratch], { encoding: 'utf8' }).stdout.includes('.tmp'), false, name);
  }
  serverOf(world, 'cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'kept');
});
test('a full disk behind any format is exit 4; a reader that has gone changes nothing, and neither does a closed standard error', async () => {
  const [command, first] = program();
  const manifests = join(import.meta.dirname, 'manifests', 'faulty');
  const shell = (script: string, words: readonly string[]) =>
    spawnSync('bash', ['-o', 'pipefail', '-c', script, 'bash', command, ...first, ...words], { encoding: 'utf8' });
  const checks = formats.map(format => ['contexts', 'check', '-f', manifests, '-o', format]);
  for (const words of [...checks, ['contexts', 'graph', '-f', manifests], ['clientconfig', 'create', '--help'], ['version']]) {
    const full = shell('"$@" > /dev/full', words);
    assert.equal(full.stderr, 'error: the output cannot be written: ENOSPC\nfix:   make room where it goes, and run the command again\n');
    assert.equal(full.status, 4, words.join(' '));
  }
  for (const words of checks.filter((_, at) => at % 3 === 0))
    for (const script of ['"$@" | head -c 1 > /dev/null', '"$@" > /dev/null 2>&-']) {
      const { status, stderr } = shell(script, words);
      assert.deepEqual([status, stderr], [1, ''], `${script} ${words.join(' ')}`);
    }
});
test('where the working directory is gone it says so', async () => {
  const gone = ['sh', '-c', 'd=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$@"', 'sh'];
  for (const args of [
    ['contexts', 'check', '-f', 'x'],
    ['contexts', 'list', '--kubeconfig', world.kubeconfig],
  ]) {
    const { code, stderr } = await run(args, {}, '', gone);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: the working directory does not exist any more\nfix: {3}.+\n$/);
  }
  assert.equal((await run(['version'], {}, '', gone)).code, 0);
});
