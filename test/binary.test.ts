import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { makeAuthority } from '../sandbox/certificates.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { neededLibraries, rareLibraries } from '../scripts/elf.ts';
import { platforms, seedNode } from '../scripts/node-binaries.ts';
import { packaged } from './support/packaged.ts';
import { printedOn } from './support/printed.ts';
import { type Run, run as runProgram } from './support/run.ts';

const folder = temporaryFolder('binary');
let world: World;
let binary: string;
before(async () => {
  world = await startWorld(['dp1']);
  binary = packaged();
});
after(async () => {
  await world.stop();
});
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> =>
  runProgram(args, { KUBECONFIG: world.kubeconfig, ...env }, '', [], [binary, []]);
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test('the Linux binaries need no library that a system with glibc may lack', () => {
  const linux = platforms.filter(({ os }) => os === 'linux');
  assert.deepEqual(
    linux.map(({ arch }) => arch),
    ['amd64', 'arm64'],
  );
  for (const platform of linux) {
    const bytes = readFileSync(seedNode(platform));
    assert.ok(neededLibraries(bytes).includes('libc.so.6'), platform.arch);
    assert.deepEqual(rareLibraries(bytes), [], platform.arch);
  }
});

if (process.platform === 'linux') {
  test('it starts where there is nothing but these libraries: no other file, no HOME, no table of users', () => {
    assert.deepEqual(rareLibraries(readFileSync(binary)), []);
    const root = join(folder, 'root');
    // What ld.so finds for each of them, and ld.so itself.
    const listed = execFileSync('ldd', [binary], { encoding: 'utf8' });
    for (const [, path = ''] of listed.matchAll(/(\/\S+) \(0x/g)) {
      assert.ok(neededLibraries(readFileSync(binary)).includes(basename(path)), path);
      mkdirSync(join(root, dirname(path)), { recursive: true });
      copyFileSync(path, join(root, path));
    }
    copyFileSync(binary, join(root, 'program'));
    // Who is not root enters it as root of a user namespace of his own, and has no sbin on his PATH.
    const enter = process.getuid?.() === 0 ? ['chroot'] : ['unshare', '--map-root-user', 'chroot'];
    const within = (...args: string[]) => {
      const [command = '', ...words] = [...enter, root, '/program', ...args];
      const { status, stdout, stderr } = spawnSync(command, words, {
        encoding: 'utf8',
        env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
      });
      return { status, text: stdout + stderr };
    };
    for (const args of [['version'], ['--help'], ['explain', 'KC101'], ['contexts', 'check', '--help']])
      assert.equal(within(...args).status, 0, within(...args).text);
    const check = within('contexts', 'check');
    assert.equal(check.status, 2, check.text);
    assert.match(check.text, /^error: .*\nfix: /);
  });
}

test('no variable of Node or OpenSSL brings in code, or changes a word of what is printed', async () => {
  const evidence = join(folder, 'evidence');
  const code = file('foreign.cjs', `require('node:fs').writeFileSync(${JSON.stringify(evidence)}, '')`);
  const missing = file(
    'openssl.cnf',
    'nodejs_conf = init\n[init]\nproviders = all\n[all]\nforeign = one\n[one]\nmodule = /no/such/library.so\nactivate = 1\n',
  );
  const environments: readonly Readonly<Record<string, string>>[] = [
    { NODE_OPTIONS: `--require=${code}` },
    { NODE_OPTIONS: `--import=${code}` },
    { NODE_OPTIONS: '--inspect-brk=127.0.0.1:0' },
    { NODE_OPTIONS: '--no-such-option' },
    { OPENSSL_CONF: missing },
    { NODE_DEBUG: '*', NODE_DEBUG_NATIVE: '*' },
    { NODE_REDIRECT_WARNINGS: join(folder, 'warnings'), NODE_PENDING_DEPRECATION: '1' },
    { NODE_EXTRA_CA_CERTS: '/no/such/file', NODE_USE_SYSTEM_CA: '1', NODE_USE_ENV_PROXY: '1' },
    { NODE_ICU_DATA: folder, NODE_PATH: folder, NODE_REPL_HISTORY: evidence },
    { OPENSSL_MODULES: folder, OPENSSL_ENGINES: folder, SSLKEYLOGFILE: evidence },
    { NODE_UNIQUE_ID: '1', NODE_TEST_CONTEXT: 'child-v8', NODE_RUN_SCRIPT_NAME: 'x' },
    { NODE_CHANNEL_FD: '99', NODE_CHANNEL_SERIALIZATION_MODE: 'advanced' },
    { NODE_PRESERVE_SYMLINKS: '1', NODE_PRESERVE_SYMLINKS_MAIN: '1', NODE_SKIP_PLATFORM_CHECK: '1', NODE_NO_WARNINGS: '1' },
    { UV_THREADPOOL_SIZE: '0', UV_USE_IO_URING: '1', NODE_PENDING_PIPE_INSTANCES: '1' },
    { FORCE_COLOR: '3', NODE_DISABLE_COLORS: '1', NODE_ENV: 'test', DEBUG: '*' },
    { PKG_EXECPATH: 'PKG_INVOKE_NODEJS', PKG_DEBUG: '1', DEBUG_PKG: '1', ELECTRON_RUN_AS_NODE: '1' },
  ];
  const { stdout } = await run(['version']);
  for (const env of environments) assert.deepEqual(await run(['version'], env), { code: 0, stdout, stderr: '' }, JSON.stringify(env));
  for (const name of ['evidence', 'warnings']) assert.ok(!existsSync(join(folder, name)), name);
  // The functions of the loader are all that is told: it starts the program anew.
  const coverage = join(folder, 'coverage');
  assert.deepEqual(await run(['version'], { NODE_V8_COVERAGE: coverage }), { code: 0, stdout, stderr: '' });
  for (const name of readdirSync(coverage)) assert.doesNotMatch(readFileSync(join(coverage, name), 'utf8'), /kubectl-k8ssandra\.cjs/);
  // What the binary keeps out is no fancy: the Node that is in it lets it in.
  assert.notEqual(spawnSync(process.execPath, ['-e', '0'], { env: { OPENSSL_CONF: missing } }).status, 0);
  spawnSync(process.execPath, ['-e', '0'], { env: { NODE_OPTIONS: `--require=${code}` } });
  assert.ok(existsSync(evidence));
});

test('NODE_DEBUG prints no credential', async () => {
  const plain = await run(['contexts', 'check']);
  const { stderr, code } = await run(['contexts', 'check'], { NODE_DEBUG: '*' });
  assert.deepEqual({ stderr, code }, { stderr: plain.stderr, code: plain.code });
});

/** The user's kubeconfig with another cluster entry for its current context. */
const withCluster = (name: string, change: (cluster: Record<string, unknown>) => void): string => {
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as { clusters: { name: string; cluster: Record<string, unknown> }[] };
  change(config.clusters.find(one => one.name === 'cp')?.cluster ?? assert.fail());
  return file(name, stringify(config));
};
test('NODE_TLS_REJECT_UNAUTHORIZED lets no token go to a server of another CA, through a proxy or not', async () => {
  const { pem } = await makeAuthority('other');
  const cp = world.servers['cp'] ?? assert.fail();
  const proxy = createServer(client => {
    client.once('data', () => {
      const upstream = connect(Number(new URL(cp.url).port), '127.0.0.1');
      upstream.on('error', () => undefined);
      client.on('error', () => undefined).write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
  });
  await new Promise<void>(ready => proxy.listen(0, '127.0.0.1', ready));
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
  const before = cp.requests.length;
  for (const [name, proxied] of [
    ['direct', {}],
    ['proxied', { 'proxy-url': proxyUrl }],
  ] as const) {
    const path = withCluster(name, cluster => {
      Object.assign(cluster, proxied, { 'certificate-authority-data': Buffer.from(pem).toString('base64') });
    });
    const { code, stderr } = await run(['contexts', 'check', '--kubeconfig', path], { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    assert.equal(code, 4, `${name}: ${stderr}`);
    assert.doesNotMatch(stderr, /Warning/, name);
    assert.equal(cp.requests.length, before, name);
  }
  proxy.close();
});
test('NODE_EXTRA_CA_CERTS makes no server trusted, neither in the own kubeconfig nor in a stored one', async () => {
  const { caPem, requests } = world.servers['cp'] ?? assert.fail();
  const env = { NODE_EXTRA_CA_CERTS: file('extra.pem', caPem) };
  const before = requests.length;
  const path = withCluster('without-ca', cluster => {
    delete cluster['certificate-authority-data'];
  });
  const { code, stderr } = await run(['contexts', 'check', '--kubeconfig', path], env);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /not signed by/);
  assert.equal(requests.length, before);
});
test('SIGUSR1 opens no inspector and ends nothing', async () => {
  const cp = world.servers['cp'] ?? assert.fail();
  const child = spawn(binary, ['contexts', 'check', '--watch', '--interval', '100ms', '--kubeconfig', world.kubeconfig], { stdio: 'pipe' });
  const stderr = printedOn(child.stderr);
  child.stdout.resume();
  const closed = once(child, 'close');
  let rounds = 0;
  cp.onRequest(({ path }) => {
    if (!path.includes('/clientconfigs?')) return;
    rounds += 1;
    if (rounds === 1) child.kill('SIGUSR1');
    if (rounds === 4) child.kill('SIGINT');
  });
  const [, signal] = await closed;
  // It goes on after the first signal, and ends of itself at the second.
  assert.equal(signal, null);
  assert.ok(rounds >= 4);
  assert.doesNotMatch(stderr(), /debugger/i);
});
