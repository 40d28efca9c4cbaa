import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolder } from '../../sandbox/folder.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import '../support/overrun.ts';

/**
 * The archives of `npm run package -- --all` under krew's own eyes. KREW names its binary, KREW_VALIDATE that of
 * validate-krew-manifest (`go build ./cmd/krew ./cmd/validate-krew-manifest` in a checkout); kubectl is on PATH.
 */
const release = resolve(import.meta.dirname, '../../dist/release');
const { KREW: krew = '', KREW_VALIDATE: validate = '' } = process.env;
const folder = temporaryFolder('krew');
let world: World;
before(async () => {
  assert.notEqual(krew, '', 'KREW must name the binary of krew');
  assert.notEqual(validate, '', 'KREW_VALIDATE must name the binary of validate-krew-manifest');
  symlinkSync(krew, join(folder, 'kubectl-krew'));
  // krew removes nothing before it has an index; ours is empty.
  const index = join(folder, 'root/index/default');
  mkdirSync(join(index, 'plugins'), { recursive: true });
  execFileSync('git', ['init', '-q', index]);
  execFileSync('git', ['-C', index, 'remote', 'add', 'origin', 'file:///nowhere']);
  // The one at the root, as the README says; krew's validation wants the file named after the plugin.
  copyFileSync(resolve(import.meta.dirname, '../../plugin.yaml'), join(folder, 'k8ssandra.yaml'));
  world = await startWorld(['dp1']);
});
after(async () => {
  await world.stop();
});
const kubectl = (...args: string[]) => {
  const root = join(folder, 'root');
  const env = { HOME: folder, KREW_ROOT: root, PATH: `${folder}:${join(root, 'bin')}:${process.env['PATH']}`, LANG: 'C.UTF-8' };
  const ran = spawnSync('kubectl', args, { env, encoding: 'utf8' });
  return { code: ran.status, text: ran.stdout + ran.stderr };
};

test("krew's own validation takes the manifest", () => {
  const ran = spawnSync(validate, ['-manifest', join(folder, 'k8ssandra.yaml'), '-skip-install'], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
});

test('krew installs the archive, kubectl runs it, and krew removes it', () => {
  const archive = join(release, 'kubectl-k8ssandra-linux-amd64.tar.gz');
  const installed = kubectl('krew', 'install', `--manifest=${join(folder, 'k8ssandra.yaml')}`, `--archive=${archive}`);
  assert.equal(installed.code, 0, installed.text);
  assert.match(kubectl('k8ssandra', 'version').text, /^kubectl-k8ssandra \d/);
  const listed = kubectl('plugin', 'list').text;
  assert.match(listed, /kubectl-k8ssandra$/m);
  assert.doesNotMatch(listed, /kubectl-k8ssandra\n.*(warning|overshadow)/i);
});

test('the installed plugin checks a control plane, and goes away again', async () => {
  // The loopback servers live in this process, so the plugin must not block it.
  const { spawn } = await import('node:child_process');
  const child = spawn(join(folder, 'root/bin/kubectl-k8ssandra'), ['contexts', 'check', '--kubeconfig', world.kubeconfig], {
    stdio: 'ignore',
  });
  const code = await new Promise(done => child.on('close', done));
  assert.equal(code, 0);
  const removed = kubectl('krew', 'uninstall', 'k8ssandra');
  assert.equal(removed.code, 0, removed.text);
  assert.deepEqual(readdirSync(join(folder, 'root/bin')), []);
});
