import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { redacted } from '../src/kube/kubeconfig/redact.ts';
import { formats } from '../src/output/formats.ts';
import { type Canaries, makeCanaries, writings } from './support/canaries.ts';
import { runInProcess } from './support/in-process.ts';
import { putOperatorPod, serverOf } from './support/registered.ts';
import type { Run } from './support/run.ts';

let world: World;
let canaries: Canaries;
let needles: readonly string[];
let without: () => void;
before(async () => {
  world = await startWorld(['dp1']);
  const dp1 = serverOf(world, 'dp1');
  canaries = await makeCanaries(dp1.url, dp1.caPem);
  const account = dp1.get('', 'serviceaccounts', namespace, 'k8ssandra-operator');
  assert.ok(account?.metadata.uid);
  const user = {
    username: `system:serviceaccount:${namespace}:k8ssandra-operator`,
    uid: account.metadata.uid,
    groups: ['system:authenticated'],
  };
  for (const token of [canaries.opaque, canaries.jwt]) dp1.addToken(token, { ...user, rules: 'bound' });
  const admins = Object.values(world.servers).map(({ adminToken }) => adminToken);
  needles = [...canaries.secrets, ...admins].flatMap(writings);
  without = serverOf(world, 'cp').snapshot();
});
after(() => world.stop());

/** Stores a kubeconfig for a context, and the same credential in whatever else of the objects nobody asks for. */
const register = (name: string, kubeconfig: Buffer): void => {
  const cp = serverOf(world, 'cp');
  const noise = { 'kubectl.kubernetes.io/last-applied-configuration': canaries.opaque, 'cli.k8ssandra.io/source-context': canaries.jwt };
  const metadata = { namespace, annotations: noise, labels: { token: canaries.opaque } };
  const data = { kubeconfig: kubeconfig.toString('base64'), other: Buffer.from(canaries.opaque).toString('base64') };
  cp.put('', 'secrets', { metadata: { ...metadata, name: `${name}-config` }, data });
  const spec = { contextName: name, kubeConfigSecret: { name: `${name}-config`, token: canaries.opaque }, token: canaries.jwt };
  cp.put('config.k8ssandra.io', 'clientconfigs', { metadata: { ...metadata, name }, spec });
};
/** An operator that has ended with a credential in its last words, and a cluster that tells of one. */
const surroundings = (): void => {
  const cp = serverOf(world, 'cp');
  const ended = {
    ready: false,
    restartCount: 3,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1 } },
  };
  putOperatorPod(cp, ended, {
    log: `ERROR\tsetup\tunable to create manager\t{"error": "Authorization: Bearer ${canaries.opaque} ${canaries.jwt}"}\n`,
  });
  cp.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo', annotations: { token: canaries.opaque } },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'c01' }] } },
    status: { error: `cannot log in with ${canaries.jwt} and ${canaries.opaque}` },
  });
};
const entries = (): readonly (readonly [name: string, title: string, kubeconfig: Buffer])[] =>
  Object.entries(canaries.kubeconfigs).map(([title, kubeconfig]) => [title.slice(0, 3), title, kubeconfig]);
const ran = (...args: string[]): Promise<Run> => runInProcess([...args, '--kubeconfig', world.kubeconfig]);
const clean = (what: string, text: string): void => {
  for (const needle of needles) {
    const at = text.indexOf(needle);
    if (at >= 0) assert.fail(`${what}: ${text.slice(Math.max(0, at - 200), at + 80)}`);
  }
};
const quiet = async (...args: string[]): Promise<Run> => {
  const { code, stdout, stderr } = await ran(...args);
  clean(args.join(' '), stdout + stderr);
  assert.doesNotMatch(stdout + stderr, /^bug:/m, args.join(' '));
  assert.notEqual(stdout + stderr, '', args.join(' '));
  return { code, stdout, stderr };
};

test('the search finds a credential in each of its writings', () => {
  const { opaque } = canaries;
  for (const text of [opaque, ...[0, 1, 2].map(skip => Buffer.from('a'.repeat(skip) + opaque + opaque).toString('base64'))])
    for (const written of [text, Buffer.from(text).toString('base64'), encodeURIComponent(text), JSON.stringify({ text })])
      assert.throws(() => clean('', `x${written}y`), written);
  assert.ok(entries().length >= 60, String(entries().length));
});

test('no command about all of them shows a credential, in any format', { timeout: 120_000 }, async () => {
  for (const [name, , kubeconfig] of entries()) register(name, kubeconfig);
  surroundings();
  const snapshot = join(world.folder, 'snapshot.json');
  for (const format of formats) await quiet('contexts', 'check', '-o', format, '--timeout', '5s');
  await quiet('contexts', 'check', '-v', '9', '--for', 'demo', '--timeout', '5s', '--snapshot', snapshot);
  clean('the snapshot', readFileSync(snapshot, 'utf8'));
  await quiet('contexts', 'check', '-o', 'json', '-f', snapshot);
  for (const format of ['tree', 'dot', 'mermaid', 'svg']) await quiet('contexts', 'graph', '-o', format);
  for (const output of ['table', 'wide', 'json', 'yaml', 'name', 'jsonpath={.items}']) {
    await quiet('contexts', 'list', '-o', output);
    await quiet('clientconfig', 'list', '-o', output);
  }
  for (const output of ['table', 'json', 'yaml']) await quiet('operator', 'status', '-o', output);
  for (const output of ['json', 'yaml']) await quiet('clientconfig', 'export', '-o', output);
  await quiet('clientconfig', 'rotate', '--all', '--dry-run', '--allow', 'would-not-start');
  await quiet('clientconfig', 'delete', ...entries().map(([name]) => name), '--dry-run');
  await quiet('explain', `ERROR ${canaries.jwt} x509: certificate signed by unknown authority Bearer ${canaries.opaque}`);
});

test('no command about one of them shows a credential, dry or for real', { timeout: 120_000 }, async () => {
  const exported = join(world.folder, 'exported.yaml');
  for (const [index, [name, , kubeconfig]] of entries().entries()) {
    const dry = [...(index % 2 === 0 ? ['--dry-run'] : []), ...(index % 3 === 0 ? ['-o', 'json'] : [])];
    without();
    register(name, kubeconfig);
    await quiet('clientconfig', 'describe', name);
    await quiet('clientconfig', 'kubeconfig', name);
    await quiet('clientconfig', 'rename', '--yes', name, 'other', '--dry-run');
    await quiet('clientconfig', 'rotate', name, '--yes', '--timeout', '1ms', '--allow', 'would-not-start');
    await quiet('clientconfig', 'update', '--yes', name, '--server', 'https://127.0.0.1:1', '--allow', 'would-not-start,loopback', ...dry);
    await quiet('clientconfig', 'create', '--yes', name, '--from-context', 'dp1', '--allow', 'loopback,would-not-start', ...dry);
    without();
    register(name, kubeconfig);
    await quiet('clientconfig', 'delete', name, '--yes', '--force', '--allow', 'unrevoked-token');
    writeFileSync(
      exported,
      [
        stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, data: { kubeconfig: kubeconfig.toString('base64') } }),
        stringify({
          apiVersion: 'config.k8ssandra.io/v1beta1',
          kind: 'ClientConfig',
          metadata: { namespace, name },
          spec: { contextName: name, kubeConfigSecret: { name } },
        }),
      ].join('---\n'),
      { mode: 0o600 },
    );
    await quiet('contexts', 'check', '-f', exported);
    await quiet('clientconfig', 'import', '--yes', '-f', exported, '--allow', 'unproven,loopback', ...dry);
  }
});

test('what is shown of a kubeconfig shows none of its credentials', () => {
  for (const [, title, kubeconfig] of entries()) clean(title, redacted(kubeconfig.toString('utf8')));
});
