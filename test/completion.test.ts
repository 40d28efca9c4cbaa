import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { temporaryFolder } from '../sandbox/folder.ts';
import type { World } from '../sandbox/world.ts';
import { printedOn } from './support/printed.ts';
import { startRegisteredWorld } from './support/registered.ts';
import { program, run } from './support/run.ts';

const arn = 'arn:aws:eks:us-east-1:111:cluster/prod';
let world: World;
const folder = temporaryFolder('completion');
let kubeconfig: string;
before(async () => {
  world = await startRegisteredWorld(['dp1', 'dp2']);
  kubeconfig = join(folder, 'config');
  writeFileSync(
    kubeconfig,
    stringify({
      contexts: [arn, 'with space', 'west'].map(name => ({ name, context: { cluster: 'c', user: 'u' } })),
      clusters: [],
      users: [],
    }),
  );
});
after(async () => {
  await world.stop();
});
/** Milliseconds that the program may take: as long as a slow machine needs, but where it shall give up. */
let patience = '20000';
/** The words offered and the directive, in cobra's protocol; nothing may stand on stderr. */
const offered = async (...line: string[]) => {
  const { code, stdout, stderr } = await run(['__complete', ...line], {
    KUBECONFIG: kubeconfig,
    KUBECTL_K8SSANDRA_COMPLETION_MS: patience,
  });
  assert.equal(code, 0);
  assert.equal(stderr, '');
  const lines = stdout.trimEnd().split('\n');
  const directive = lines.pop();
  return { words: lines.map(one => one.split('\t')[0]), described: lines.filter(one => one.includes('\t')).length, directive };
};

test('commands, verbs, flags and their values come from the command line itself', async () => {
  const { words, described, directive } = await offered('');
  assert.deepEqual(words, ['clientconfig', 'operator', 'contexts', 'explain', 'register', 'completion', 'options', 'version']);
  assert.equal(described, words.length);
  assert.equal(directive, ':4');
  assert.deepEqual((await offered('clientconfig', 're')).words, ['renewer', 'rename']);
  assert.deepEqual((await offered('contexts', 'check', '--su')).words, ['--suppress', '--suppress-file']);
  assert.deepEqual((await offered('contexts', 'check', '--fail-on', '')).words, ['error', 'warning', 'never']);
  assert.deepEqual((await offered('contexts', 'check', '--fail-on=w')).words, ['warning']);
  assert.deepEqual((await offered('contexts', 'check', '--only', 'KC101,KC80')).words, ['KC101,KC801']);
  assert.deepEqual((await offered('explain', 'KC80')).words, ['KC801']);
  assert.ok((await offered('clientconfig', 'create', '--allow', 'loop')).words.includes('loopback'));
  assert.equal((await offered('contexts', 'check', '--kubeconfig', '')).directive, ':0');
  assert.deepEqual((await offered('--', '')).words, []);
  assert.deepEqual((await offered('register', '--allow', 'loop')).words, ['loopback']);
  assert.deepEqual((await offered('explain', 'KC801', 'KC80')).words, []);
});
test('a flag that was given is not offered again, unless it collects several values', async () => {
  const { words } = await offered('contexts', 'check', '--only', 'KC1', '--fail-on', 'never', '--');
  assert.ok(words.includes('--only'));
  assert.ok(!words.includes('--fail-on'));
});
test("contexts come from the user's kubeconfig, whatever they are called, also between global flags", async () => {
  assert.deepEqual((await offered('--context', '')).words, [arn, 'west', 'with space']);
  assert.deepEqual((await offered('--context', 'west', 'clientconfig', 'create', '--from-context', 'w')).words, ['west', 'with space']);
});
test('names come from the control plane, without those that stand there already', async () => {
  const flags = ['--kubeconfig', world.kubeconfig];
  assert.deepEqual((await offered('clientconfig', 'rotate', ...flags, '')).words, ['dp1', 'dp2']);
  assert.deepEqual((await offered('contexts', 'check', ...flags, 'dp1', '')).words, ['dp2']);
  assert.deepEqual((await offered('clientconfig', 'create', ...flags, '')).words, []);
});
test('a control plane that does not answer, or is not there, offers nothing and holds nobody up', async () => {
  patience = '';
  world.servers['cp']?.fault({ path: /./ }, { kind: 'hang' }, 99);
  const hanging = await offered('clientconfig', 'rotate', '--kubeconfig', world.kubeconfig, '');
  world.servers['cp']?.clearFaults();
  assert.deepEqual([hanging.words, hanging.directive], [[], ':4']);
  assert.deepEqual((await offered('clientconfig', 'rotate', '--kubeconfig', '/nowhere', '')).words, []);
  patience = '20000';
});

test('the flags that choose a cluster mean what they mean to a command', async () => {
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as { clusters: { name: string; cluster: Record<string, unknown> }[] };
  for (const { cluster } of config.clusters) delete cluster['certificate-authority-data'];
  const file = join(folder, 'without-ca');
  writeFileSync(file, stringify(config));
  const cp = world.servers['cp'];
  assert.ok(cp);
  const asked = cp.requests.length;
  const names = async (...flags: string[]) => (await offered('contexts', 'check', '--kubeconfig', file, ...flags, '')).words;
  assert.deepEqual(await names(), []);
  assert.deepEqual(await names('--insecure-skip-tls-verify=false'), []);
  assert.deepEqual(await names('--insecure-skip-tls-verify', '--insecure-skip-tls-verify=0'), []);
  assert.equal(cp.requests.length, asked, 'no credential goes to a server that is not verified');
  assert.deepEqual(await names('--insecure-skip-tls-verify'), ['dp1', 'dp2']);
  const dead = { ...config, clusters: config.clusters.map(one => ({ ...one, cluster: { server: 'https://127.0.0.1:1' } })) };
  writeFileSync(file, stringify(dead));
  assert.deepEqual(await names('--server', cp.url, '--insecure-skip-tls-verify'), ['dp1', 'dp2']);
  assert.deepEqual((await offered('contexts', 'check', '--kubeconfig', world.kubeconfig, '-f', 'x.yaml', '')).words, []);
  assert.deepEqual((await offered('contexts', 'check', '--kubeconfig', world.kubeconfig, '--context', '', '')).words, ['dp1', 'dp2']);
});

/** A kubeconfig whose user is what a plugin answers, and the plugin's script. */
const withPlugin = (script: string): string => {
  const plugin = join(folder, 'plugin');
  writeFileSync(plugin, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as { users: { name: string; user: unknown }[] };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'IfAvailable',
    command: plugin,
    env: [{ name: 'TOKEN', value: world.servers['cp']?.adminToken }],
  };
  for (const one of config.users) if (one.name === 'cp') one.user = { exec };
  const file = join(folder, 'with-plugin');
  writeFileSync(file, stringify(config));
  return file;
};
test('an exec plugin is asked without a terminal', async () => {
  const answer = '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}';
  const file = withPlugin(`[ -t 0 ] && exit 1; echo noise >&2; printf '${answer}' "$TOKEN"`);
  assert.deepEqual((await offered('clientconfig', 'rotate', '--kubeconfig', file, '')).words, ['dp1', 'dp2']);
});
test('an exec plugin that does not come back is ended with what it has started', async () => {
  patience = '6000';
  const pids = join(folder, 'pids');
  const file = withPlugin(`sleep 9999 & echo $! > '${pids}'; echo $$ >> '${pids}'; wait`);
  const { words, directive } = await offered('clientconfig', 'rotate', '--kubeconfig', file, '');
  patience = '20000';
  assert.deepEqual([words, directive], [[], ':4']);
  const left = readFileSync(pids, 'utf8').trim().split('\n').filter(lives);
  assert.deepEqual(left, []);
});
/** A process that has ended and waits for its parent to notice does not live. */
const lives = (pid: string): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
};

test('a position offers only what belongs there', async () => {
  const flags = ['--kubeconfig', world.kubeconfig];
  assert.deepEqual((await offered('clientconfig', 'rename', ...flags, '')).words, ['dp1', 'dp2']);
  assert.deepEqual((await offered('clientconfig', 'rename', ...flags, 'dp1', '')).words, []);
  assert.deepEqual((await offered('clientconfig', 'describe', ...flags, 'dp1', '')).words, []);
  assert.deepEqual((await offered('clientconfig', 'describe', ...flags, '--', '-')).words, []);
  assert.deepEqual((await offered('clientconfig', 'renewer', ...flags, '--for-context', 'dp')).words, ['dp1', 'dp2']);
  assert.deepEqual((await offered('clientconfig', 'rotate', ...flags, '--from-context', 'dp1=d')).words, ['dp1=dp1', 'dp1=dp2']);
  assert.deepEqual((await offered('contexts', 'check', ...flags, '--suppress', 'KC101=dp')).words, ['KC101=dp1', 'KC101=dp2']);
  const formats = await offered('clientconfig', 'list', '-o', 'jsonp');
  assert.deepEqual([formats.words, formats.directive], [['jsonpath='], ':6']);
  assert.deepEqual((await offered('completion', 'f')).words, ['fish']);
  assert.deepEqual((await offered('nobody', '')).words, []);
});

/** What bash offers for a line, through the printed script. */
const inBash = async (line: string): Promise<string[]> => {
  const [command, first] = program();
  const binary = join(folder, 'kubectl-k8ssandra');
  writeFileSync(binary, `#!/bin/sh\nexec '${command}' ${first.map(word => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(binary, 0o755);
  const { stdout: script } = await run(['completion', 'bash']);
  const file = join(folder, 'completion.bash');
  writeFileSync(file, script);
  const child = spawn(
    'bash',
    [
      '--norc',
      '-c',
      `source '${file}'; COMP_LINE="$1"; COMP_POINT=\${#1}; __kubectl_k8ssandra; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      line,
    ],
    {
      env: {
        PATH: `${folder}:${process.env['PATH']}`,
        HOME: folder,
        KUBECONFIG: kubeconfig,
        KUBECTL_K8SSANDRA_COMPLETION_MS: '20000',
        LANG: 'C.UTF-8',
      },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const stdout = printedOn(child.stdout);
  await once(child, 'close');
  return stdout()
    .split('\n')
    .filter(one => one !== '');
};
test('bash completes a name with colons behind its last colon, and quotes a name with a space', async () => {
  assert.deepEqual(await inBash('kubectl-k8ssandra contexts ch'), ['check']);
  assert.deepEqual(await inBash('kubectl-k8ssandra --context arn:aws:e'), ['eks:us-east-1:111:cluster/prod']);
  assert.deepEqual(await inBash('kubectl-k8ssandra --context with'), ['with\\ space']);
  assert.deepEqual(await inBash("kubectl-k8ssandra --context 'with space' contexts ch"), ['check']);
  assert.deepEqual(await inBash("kubectl-k8ssandra --context 'with s"), ['with space']);
  assert.deepEqual(await inBash('kubectl-k8ssandra --context="arn:aws:e'), [`--context=${arn}`]);
  assert.deepEqual(await inBash('kubectl-k8ssandra contexts check --fail-on=w'), ['warning']);
  assert.deepEqual(await inBash('kubectl-k8ssandra --context `>ran` contexts ch'), ['check']);
  assert.equal(existsSync(join(folder, 'ran')), false);
});
test('every shell has its script, and kubectl its program', async () => {
  for (const shell of ['zsh', 'fish', 'powershell', 'kubectl', 'kubectl-cmd']) {
    const { code, stdout } = await run(['completion', shell]);
    assert.equal(code, 0);
    assert.match(stdout, /__complete/);
  }
});
