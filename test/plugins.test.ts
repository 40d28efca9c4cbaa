import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { issue, makeAuthority } from '../sandbox/certificates.ts';
import { temporaryFolder } from '../sandbox/folder.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import { credentialIn, withCredential } from '../src/kube/api/exec-credential.ts';
import { type Exec, user } from '../src/kube/kubeconfig/v1.ts';
import { printedOn } from './support/printed.ts';
import { program, type Run, run } from './support/run.ts';

let world: World;
const scratch = temporaryFolder('plugins');
before(async () => {
  world = await startWorld([]);
  mkdirSync(join(scratch, 'bin'));
});
after(async () => {
  await world.stop();
});
const api = () => world.servers['cp'] ?? assert.fail('no control plane');
const v1 = 'client.authentication.k8s.io/v1';
const answer = (status: Readonly<Record<string, unknown>>, apiVersion = v1): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
const exec: Exec = {
  command: 'x',
  args: [],
  env: [],
  apiVersion: v1,
  interactiveMode: 'Never',
  provideClusterInfo: false,
  installHint: '',
};
const plugin = (name: string, script: string): string => {
  const file = join(scratch, 'bin', name);
  writeFileSync(file, `#!/bin/bash\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const good = (name = 'good'): string => plugin(name, `echo '${answer({ token: api().adminToken })}'`);
/** A kubeconfig whose user logs in with this plugin. */
const kubeconfig = (exec: Readonly<Record<string, unknown>>, cluster: Readonly<Record<string, unknown>> = {}, user = {}): string => {
  const file = join(scratch, `config-${Math.random()}`);
  const { url, caPem } = api();
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64'), ...cluster } }],
      users: [{ name: 'u', user: { exec: { apiVersion: v1, interactiveMode: 'IfAvailable', ...exec }, ...user } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    }),
  );
  return file;
};
const list = (config: string, env: Readonly<Record<string, string>> = {}, more: readonly string[] = []): Promise<Run> =>
  run(['contexts', 'list', '--kubeconfig', config, ...more], env);

test('a command is found by its path, by its path from the kubeconfig, and in the PATH', async () => {
  const file = good();
  for (const command of [file, './bin/good', 'bin/good', 'good']) {
    const { code, stderr } = await list(kubeconfig({ command }), { PATH: `${scratch}/bin:${process.env['PATH']}` });
    assert.equal(code, 0, `${command}: ${stderr}`);
  }
  const elsewhere = await list(kubeconfig({ command: 'good', env: [{ name: 'PATH', value: `${scratch}/bin` }] }));
  assert.equal(elsewhere.code, 4, 'looked up in the PATH of the plugin');
});
test('it gets its arguments, its variables, and what client-go tells it of the cluster, when that is asked for', async () => {
  const told = join(scratch, 'told');
  const command = plugin('tells', `echo "$1|$OWN|$KUBERNETES_EXEC_INFO" > '${told}'; exec '${good()}'`);
  const extensions = [
    { name: 'other', extension: 1 },
    { name: 'client.authentication.k8s.io/exec', extension: { shootRef: { name: 's' } } },
  ];
  for (const apiVersion of [v1, 'client.authentication.k8s.io/v1beta1']) {
    const script = plugin(
      'tells',
      `echo "$1|$OWN|$KUBERNETES_EXEC_INFO" > '${told}'; echo '${answer({ token: api().adminToken }, apiVersion)}'`,
    );
    assert.equal(script, command);
    for (const provideClusterInfo of [true, false]) {
      const config = kubeconfig(
        { command, apiVersion, args: ['a b'], env: [{ name: 'OWN', value: 'x' }], provideClusterInfo },
        { extensions, 'tls-server-name': 'localhost' },
      );
      const { code, stderr } = await list(config);
      assert.equal(code, 0, stderr);
      const [args, own, info = ''] = readFileSync(told, 'utf8').trim().split('|');
      assert.deepEqual([args, own], ['a b', 'x']);
      const { url, caPem } = api();
      const cluster = {
        server: url,
        'tls-server-name': 'localhost',
        'certificate-authority-data': Buffer.from(caPem).toString('base64'),
        config: { shootRef: { name: 's' } },
      };
      assert.deepEqual(JSON.parse(info), {
        kind: 'ExecCredential',
        apiVersion,
        spec: { interactive: false, ...(provideClusterInfo ? { cluster } : {}) },
      });
    }
  }
});
test('a token or a certificate of the user entry comes before its plugin', async () => {
  const command = plugin('never', `touch '${scratch}/ran'; exit 1`);
  assert.equal((await list(kubeconfig({ command }, {}, { token: api().adminToken }))).code, 0);
  assert.equal((await list(kubeconfig({ command }), {}, ['--token', api().adminToken])).code, 0);
  assert.equal(existsSync(join(scratch, 'ran')), false);
});
const canary = 'CANARY.0123456789abcdef';
test('an answer that is no credential is told without a word of it', () => {
  const unfit: readonly (readonly [printed: string, told: string])[] = [
    ['', 'it did not print an ExecCredential'],
    [canary, 'it did not print an ExecCredential'],
    [`${answer({ token: canary })}${answer({ token: canary })}`, 'it did not print an ExecCredential'],
    [`{"kind":"${canary}","apiVersion":"${v1}","status":{"token":"${canary}"}}`, 'it did not print an ExecCredential'],
    [`{"kind":"ExecCredential","apiVersion":"${v1}"}`, 'its answer has no status'],
    [answer({ clientCertificateData: '' }), 'its answer has neither a token nor a certificate'],
    [answer({ clientCertificateData: canary }), 'its answer has a certificate or a key, and not both'],
    [answer({ clientCertificateData: canary, clientKeyData: canary }), 'its certificate and key do not fit each other'],
    [answer({ token: canary }, canary), `it is configured for ${v1}, and answered in another version`],
    [answer({ token: [canary] }), 'its token is not a text'],
    [answer({ token: canary, expirationTimestamp: canary }), 'its expirationTimestamp is no time'],
  ];
  for (const [printed, told] of unfit) assert.throws(() => credentialIn(exec, printed), { message: told }, printed);
  const yaml = `kind: ExecCredential\napiVersion: ${v1}\nstatus: {token: t}\n`;
  assert.equal(withCredential(user.zero, credentialIn(exec, yaml)).token, 't');
});
test('a plugin that gives no credential is one line with its name, and nothing of its standard output is printed', async () => {
  const failing: readonly (readonly [name: string, script: string, told: RegExp])[] = [
    ['raw-token', `echo ${canary}`, /it did not print an ExecCredential/],
    ['endless', `yes ${canary} 2>/dev/null`, /it printed more than 1 MiB/],
    ['fails', `echo ${canary}; exit 3`, /it ended with exit code 3/],
    ['killed', `echo ${canary}; kill -9 $$`, /it was ended by SIGKILL/],
    ['line-break', `printf '%s' '${answer({ token: `${canary}\n` })}'`, /holds a line break/],
  ];
  for (const [name, script, told] of failing) {
    const { code, stdout, stderr } = await list(kubeconfig({ command: plugin(name, script) }));
    assert.deepEqual([code, stdout], [4, ''], `${name}: ${stderr}`);
    assert.match(stderr, told, name);
    assert.match(stderr, /^error: .*\nfix: .*\n$/, name);
    assert.doesNotMatch(stderr, /CANARY|0123456789/, name);
    if (name !== 'line-break') assert.match(stderr, new RegExp(`the exec plugin \\S*/${name} gave no credential`), name);
  }
});
test('a missing plugin is told by its name, with the hint of who wrote the kubeconfig', async () => {
  const hinted = await list(kubeconfig({ command: 'not-installed-auth-plugin', installHint: 'brew install\n  not-installed\u001b[31m' }));
  assert.equal(hinted.code, 4);
  assert.equal(
    hinted.stderr,
    'error: context c: exec plugin "not-installed-auth-plugin" is not on PATH\nfix:   brew install not-installed\\u001b[31m\n',
  );
  const file = join(scratch, 'bin', 'plain');
  writeFileSync(file, 'no program');
  assert.match((await list(kubeconfig({ command: file }))).stderr, /exec plugin ".*" does not exist\nfix: {3}install /);
});
test('what kubectl refuses of an exec entry is refused in its words', async () => {
  const refused: readonly (readonly [exec: Readonly<Record<string, unknown>>, told: string])[] = [
    [{ command: '' }, 'command must be specified for u to use exec authentication plugin'],
    [{ command: 'x', apiVersion: '' }, 'apiVersion must be specified for u to use exec authentication plugin'],
    [{ command: 'x', interactiveMode: '' }, 'interactiveMode must be specified for u to use exec authentication plugin'],
    [{ command: 'x', interactiveMode: 'never' }, 'invalid interactiveMode for u: "never"'],
    [{ command: 'x', env: [{ value: 'y' }] }, 'env variable name must be specified for u to use exec authentication plugin'],
    [{ command: 'x', apiVersion: 'client.authentication.k8s.io/v1alpha1' }, 'invalid apiVersion "client.authentication.k8s.io/v1alpha1"'],
  ];
  for (const [exec, told] of refused) {
    const { code, stderr } = await list(kubeconfig(exec));
    assert.equal(code, 2, told);
    assert.ok(stderr.includes(told), stderr);
  }
  const older = await list(kubeconfig({ command: good(), apiVersion: 'client.authentication.k8s.io/v1beta1', interactiveMode: undefined }));
  assert.match(older.stderr, /answered in another version/);
  for (const [name, told] of [
    ['gcp', /The gcp auth plugin has been removed.*\nfix: .*gke-gcloud-auth-plugin/],
    ['azure', /The azure auth plugin has been removed.*\nfix: .*kubelogin/],
    ['openstack', /no Auth Provider found for name "openstack"/],
  ] as const) {
    const { code, stderr } = await list(kubeconfig({}, {}, { exec: undefined, 'auth-provider': { name, config: {} } }));
    assert.equal(code, 2);
    assert.match(stderr, told);
  }
});
test('a plugin that waits is heard as it speaks, has a time limit where nobody looks on, and ends with the program', async () => {
  const pid = join(scratch, 'pid');
  const command = plugin('device-code', `echo "open https://example.com/device and enter ABCD" >&2; echo $$ > '${pid}'; exec sleep 600`);
  const config = kubeconfig({ command });
  const late = await list(config, {}, ['--request-timeout', '1s']);
  assert.equal(late.code, 4);
  assert.match(
    late.stderr,
    /^open https:\/\/example\.com\/device and enter ABCD\nerror: context c: the exec plugin .* no answer within 1s\nfix: .*\n$/,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const child = start(['contexts', 'list', '--kubeconfig', config]);
    const [heard] = (await once(child.stderr ?? assert.fail('no stderr'), 'data')) as [Buffer];
    assert.match(String(heard), /enter ABCD/);
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 130, signal);
    assert.ok(isGone(Number(readFileSync(pid, 'utf8'))), 'the plugin lives on');
  }
});
const start = (args: readonly string[]): ChildProcess => {
  const [command, first] = program();
  return spawn(command, [...first, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
};
const isGone = (pid: number): boolean => {
  const state = spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state === '' || state.startsWith('Z');
};
test('a credential that the API no longer takes, or that is over, is asked for once more', async () => {
  const runs = join(scratch, 'runs');
  const counting = (status: string): string => plugin('counting', `echo x >> '${runs}'; n=$(wc -l < '${runs}'); ${status}`);
  const ran = (): number => readFileSync(runs, 'utf8').trim().split('\n').length;
  const right = answer({ token: api().adminToken });
  for (const [script, code, times] of [
    [`[ $n = 1 ] && echo '${answer({ token: 'old' })}' || echo '${right}'`, 0, 2],
    [`echo '${answer({ token: 'old' })}'`, 4, 2],
    [`echo '${right}'`, 0, 1],
    [`echo '${answer({ token: api().adminToken, expirationTimestamp: '2100-01-01T00:00:00Z' })}'`, 0, 1],
  ] as const) {
    rmSync(runs, { force: true });
    const ended = await list(kubeconfig({ command: counting(script) }));
    assert.equal(ended.code, code, `${script}: ${ended.stderr}`);
    assert.equal(ran(), times, script);
  }
});
test('a plugin may talk to the person at the terminal, and says so only there', async () => {
  const command = plugin(
    'asks',
    `read -p 'password: ' answer; echo "{\\"kind\\":\\"ExecCredential\\",\\"apiVersion\\":\\"${v1}\\",\\"status\\":{\\"token\\":\\"$answer\\"}}"`,
  );
  const [own, first] = program();
  for (const interactiveMode of ['IfAvailable', 'Always']) {
    const config = kubeconfig({ command, interactiveMode });
    const words = [own, ...first, 'contexts', 'list', '-o', 'name', '--kubeconfig', config];
    const terminal = spawn('python3', [join(import.meta.dirname, 'support', 'terminal.py'), ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const shown = printedOn(terminal.stdout);
    terminal.stdout.on('data', () => {
      if (shown().endsWith('password: ')) terminal.stdin.write(`${api().adminToken}\n`);
    });
    const [code] = (await once(terminal, 'close')) as [number | null];
    assert.equal(code, 0, shown());
    assert.match(shown(), /password: /);
  }
  const away = await list(kubeconfig({ command, interactiveMode: 'Always' }));
  assert.equal(away.code, 4);
  assert.match(away.stderr, /it wants a terminal, and standard input is none\nfix: .*\n$/);
});
test('a certificate of a plugin is taken with its key', async () => {
  const { cert, key } = await issue(await makeAuthority());
  const given = credentialIn(
    exec,
    answer({ clientCertificateData: cert, clientKeyData: key, expirationTimestamp: '2030-01-01T00:00:00Z' }),
  );
  assert.equal(given.expires, Date.parse('2030-01-01'));
  const entry = withCredential({ ...user.zero, exec }, given);
  assert.equal(Buffer.from(entry.clientKeyData).toString(), key);
  assert.equal(Buffer.from(entry.clientCertificateData).toString(), cert);
  assert.equal(entry.exec, undefined);
  assert.doesNotMatch(JSON.stringify(given), /PRIVATE/);
  const other = await issue(await makeAuthority());
  assert.throws(() => credentialIn(exec, answer({ clientCertificateData: cert, clientKeyData: other.key })), /do not fit each other/);
});
