import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { namespace } from '../sandbox/world.ts';
import type { ClientConfig } from '../src/kube/kinds.ts';
import { specDifferences } from '../src/plan/differences.ts';
import { type Registered, sharedWorlds } from './support/registered.ts';
import type { Run } from './support/run.ts';
import { faultName, writeFaults } from './support/write-faults.ts';

const startWorlds = sharedWorlds();
let registered: Registered;
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const objects = () =>
  ['secrets', 'clientconfigs'].flatMap(plural =>
    registered
      .server('cp')
      .list(plural === 'secrets' ? '' : 'config.k8ssandra.io', plural)
      .map(({ metadata }) => `${plural} ${metadata.name}`),
  );
/** Exports two registrations, then empties the control plane, as one that was built anew. */
const lost = async (): Promise<string> => {
  registered = await startWorlds('dp1', 'dp2');
  const { cli, server } = registered;
  const exported = await cli('clientconfig', 'export', '--with-secrets');
  assert.equal(exported.code, 0, text(exported));
  for (const name of ['dp1', 'dp2']) {
    server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, name);
    server('cp').remove('', 'secrets', namespace, `${name}-config`);
  }
  const file = `${registered.world.kubeconfig}-export.yaml`;
  writeFileSync(file, exported.stdout, { mode: 0o600 });
  return file;
};

test('export strips what is bound to its cluster, and the Secrets unless they are asked for', async () => {
  registered = await startWorlds('dp1');
  const { cli } = registered;
  const bare = await cli('clientconfig', 'export');
  assert.doesNotMatch(bare.stdout, /kind: Secret|token|eyJ/);
  assert.match(bare.stderr, /--with-secrets/);
  const whole = await cli('clientconfig', 'export', '--with-secrets');
  const documents = parseAllDocuments(whole.stdout).map(document => document.toJS() as { kind: string; metadata: Record<string, unknown> });
  assert.deepEqual(
    documents.map(({ kind }) => kind),
    ['Secret', 'ClientConfig'],
  );
  for (const { metadata } of documents)
    assert.ok(Object.keys(metadata).every(key => ['name', 'namespace', 'labels', 'annotations'].includes(key)));
  assert.doesNotMatch(whole.stdout, /k8ssandra\.io\/(resource|secret)-hash|resourceVersion|^\s+uid: |cli.k8ssandra.io\/run/m);
});

test('import rebuilds a control plane from an export, Secrets first; again it has nothing to do', async () => {
  const file = await lost();
  const { cli, server, operator } = registered;
  const writes: string[] = [];
  server('cp').onRequest(({ method, path, status }) => {
    if (method === 'POST' && status === 201 && /secrets$|clientconfigs$/.test(path)) writes.push(path.split('/').at(-1) ?? '');
  });
  const dry = await cli('clientconfig', 'import', '--yes', '-f', file, '--dry-run');
  assert.equal(dry.code, 0, text(dry));
  assert.deepEqual(objects(), []);
  const imported = await cli('clientconfig', 'import', '--yes', '-f', file, '--wait');
  assert.equal(imported.code, 0, text(imported));
  assert.deepEqual(writes, ['secrets', 'secrets', 'clientconfigs', 'clientconfigs']);
  assert.deepEqual([...operator.loaded], ['dp1', 'dp2']);
  assert.match((await cli('clientconfig', 'import', '--yes', '-f', file)).stdout, /nothing to do/);
});

test('an export in several files is one import', async () => {
  const file = await lost();
  const documents = readFileSync(file, 'utf8').split(/^---\n/m);
  const files = documents.map((document, index) => {
    writeFileSync(`${file}-${index}`, document, { mode: 0o600 });
    return `${file}-${index}`;
  });
  assert.equal(files.length, 4);
  const imported = await registered.cli('clientconfig', 'import', '--yes', ...files.flatMap(one => ['-f', one]));
  assert.equal(imported.code, 0, text(imported));
  assert.match(imported.stdout, /imported 2 ClientConfigs/);
  for (const one of files) rmSync(one);
});

test('conflicts are shown before anything is written, and --overwrite goes on', async () => {
  const file = await lost();
  const { cli, server } = registered;
  server('cp').put('', 'secrets', { metadata: { namespace, name: 'dp2-config' }, data: { kubeconfig: 'eA==' } });
  const refused = await cli('clientconfig', 'import', '--yes', '-f', file);
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stdout, /~ Secret .*dp2-config in cp {2}\(kubeconfig: .* -> one that loads/);
  assert.match(refused.stderr, /exists and differs; nothing was written/);
  assert.deepEqual(objects(), ['secrets dp2-config']);
  assert.equal((await cli('clientconfig', 'import', '--yes', '-f', file, '--overwrite')).code, 0);
  assert.equal(objects().length, 4);
});

test('refuses what would stop the operator: a dead credential, a Secret that is nowhere, an unwatched namespace', async () => {
  const file = await lost();
  const { cli, server } = registered;
  const elsewhere = await cli('clientconfig', 'import', '--yes', '-f', file, '--dest-namespace', 'elsewhere');
  assert.equal(elsewhere.code, 4, text(elsewhere));
  const bare = `${file}-bare`;
  writeFileSync(
    bare,
    'apiVersion: config.k8ssandra.io/v1beta1\nkind: ClientConfig\nmetadata: {name: x, namespace: k8ssandra-operator}\nspec: {kubeConfigSecret: {name: nowhere}}\n',
  );
  assert.match((await cli('clientconfig', 'import', '--yes', '-f', bare)).stderr, /neither in the file nor in the control plane/);
  server('dp2').fault({ path: /./ }, { kind: 'refuse' }, Number.POSITIVE_INFINITY);
  const dead = await cli('clientconfig', 'import', '--yes', '-f', file);
  assert.equal(dead.code, 4, text(dead));
  assert.match(dead.stderr, /the operator would stop.*--allow unproven/s);
  assert.deepEqual(objects(), []);
  assert.equal((await cli('clientconfig', 'import', '--yes', '-f', file, '--allow', 'unproven')).code, 0);
});

test('killed after any API call, the same command again ends in the right state', { timeout: 300_000 }, async () => {
  for (let calls = 1; ; calls++) {
    const file = await lost();
    const { cutAfter, cli, operator } = registered;
    const killed = await cutAfter(calls, 'SIGKILL', ['clientconfig', 'import', '--yes', '-f', file]);
    const again = await cli('clientconfig', 'import', '--yes', '-f', file, '--overwrite', '--wait');
    assert.equal(again.code, 0, `call ${calls}: ${text(again)}`);
    assert.deepEqual(objects(), ['secrets dp1-config', 'secrets dp2-config', 'clientconfigs dp1', 'clientconfigs dp2']);
    // It has read both, which the annotations say; a restart that is under way loads them a moment later.
    for (let tries = 0; tries < 200 && operator.loaded.length < 2; tries++) await sleep(50);
    assert.deepEqual([...operator.loaded], ['dp1', 'dp2'], `call ${calls}`);
    if (killed.code !== 0) continue;
    assert.ok(calls > 9, `only ${calls} calls`);
    break;
  }
});

for (const fault of writeFaults)
  test(`${faultName(fault)} at each of its writes leaves nothing behind`, {
    timeout: 120_000,
  }, async () => {
    const file = await lost();
    const { cli, server } = registered;
    for (const [path, after] of [
      [/\/secrets$/, 0],
      [/\/secrets$/, 1],
      [/\/clientconfigs$/, 0],
      [/\/clientconfigs$/, 1],
    ] as const) {
      server('cp').fault({ method: 'POST', path, after }, fault, 9);
      const failed = await cli('clientconfig', 'import', '--yes', '-f', file, '--request-timeout', '1s');
      server('cp').clearFaults();
      assert.equal(failed.code, 4, `${path} ${after}: ${text(failed)}`);
      assert.match(failed.stderr, /^error: .+\nfix: {3}.+$/m);
      assert.deepEqual(objects(), [], `${path} ${after}: ${text(failed)}`);
    }
  });

test('bad files: one clear line with the file, a fix, exit 2', async () => {
  registered = await startWorlds('dp1');
  const { cli } = registered;
  const file = `${registered.world.kubeconfig}-bad.yaml`;
  for (const content of [
    'a: [',
    'kind: Pod\nmetadata: {name: x, namespace: y}\n',
    '',
    '- 1\n',
    'kind: ClientConfig\nmetadata: {name: x}\n',
    'just text',
  ]) {
    writeFileSync(file, content);
    const ran = await cli('clientconfig', 'import', '--yes', '-f', file);
    assert.equal(ran.code, 2, `${JSON.stringify(content)}: ${text(ran)}`);
    assert.match(ran.stderr, /^error: .*bad\.yaml.*\nfix: {3}.+\n$/, content);
  }
  for (const args of [[], ['-f', '/nonexistent'], ['-f', file, '--allow', 'x'], ['-f', file, '--timeout', 'x']])
    assert.equal((await cli('clientconfig', 'import', '--yes', ...args)).code, 2, args.join(' '));
});

test('what one of two ClientConfigs does not say is none', () => {
  const config = (spec?: ClientConfig['spec']): ClientConfig => ({
    metadata: { namespace, name: 'x' },
    ...(spec === undefined ? {} : { spec }),
  });
  const full = config({ contextName: 'a', kubeConfigSecret: { name: 'b' } });
  assert.deepEqual(specDifferences(full, config({ kubeConfigSecret: {} })), [
    'spec.contextName: a -> (none)',
    'spec.kubeConfigSecret.name: b -> (none)',
  ]);
  assert.deepEqual(specDifferences(config(), full), ['spec.contextName: (none) -> a', 'spec.kubeConfigSecret.name: (none) -> b']);
  assert.deepEqual(specDifferences(config(), config({})), []);
});
