import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { call } from '../../sandbox/clusters/call.ts';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { defects, type Objects, unwatched } from '../support/defects.ts';
import { realOperator } from '../support/real-operator.ts';
import { run, runJson } from '../support/run.ts';

/** Our verdict beside the real operator's fate, on the same stored objects. UPDATE=1 records the fates, for runs without the binary. */
const namespace = 'k8ssandra-operator';
const recorded = join(import.meta.dirname, 'fates.json');

let clusters: Clusters;
let folder: string;
let stored: string;
let start: () => ChildProcess;
const at = (name: string): Cluster => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-operator-'));
  clusters = await startClusters(['cp', 'dp1']);
  for (const name of ['cp', 'dp1']) {
    await installCrds(at(name));
    await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
  }
  await at('cp').request('POST', '/api/v1/namespaces', { metadata: { name: unwatched } });
  start = await realOperator(folder, at('cp'));
  const created = await run([
    'clientconfig',
    'create',
    '--from-context',
    'dp1',
    '--allow',
    'loopback',
    '--kubeconfig',
    clusters.kubeconfig,
    '--context',
    'cp',
  ]);
  assert.equal(created.code, 0, created.stderr);
  const { body } = await at('cp').request('GET', `/api/v1/namespaces/${namespace}/secrets/dp1-config`);
  stored = Buffer.from((body as { data: { kubeconfig: string } }).data.kubeconfig, 'base64').toString();
});
after(async () => {
  await clusters?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Fate {
  readonly fate: 'dies' | 'lives' | 'neither';
  /** the error with which it dies of a ClientConfig */
  readonly message?: string;
}
const deathOf = (log: string): string | undefined => {
  const said = /unable to create manager cluster connections.*?"error":\s*("(?:[^"\\]|\\.)*")/.exec(log)?.[1];
  return said === undefined ? undefined : (JSON.parse(said) as string);
};
const started = /starting manager|Starting EventSource/i;
/** Runs the real operator until it dies of a ClientConfig or has started its controllers. */
const fate = (): Promise<Fate> =>
  new Promise((done, broken) => {
    const child = start();
    let log = '';
    const limit = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const read = (chunk: Buffer): void => {
      log += chunk.toString();
      if (started.test(log)) child.kill('SIGKILL');
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', broken);
    child.on('close', () => {
      clearTimeout(limit);
      const message = deathOf(log);
      done(message === undefined ? { fate: started.test(log) ? 'lives' : 'neither' } : { fate: 'dies', message });
    });
  });

const pathOf = (kind: 'clientconfigs' | 'secrets', inside: string): string =>
  kind === 'secrets' ? `/api/v1/namespaces/${inside}/secrets` : `/apis/config.k8ssandra.io/v1beta1/namespaces/${inside}/clientconfigs`;
/** These ClientConfigs and Secrets and no others, as somebody has written them and no operator has read them yet. */
const place = async ({ clientConfigs, secrets }: Objects): Promise<void> => {
  for (const where of [namespace, unwatched]) {
    await at('cp').request('DELETE', pathOf('clientconfigs', where));
    const { body } = await at('cp').request('GET', pathOf('secrets', where));
    for (const { metadata, data } of (body as { items: { metadata: { name: string }; data?: Record<string, string> }[] }).items)
      if (data?.['token'] === undefined) await at('cp').request('DELETE', `${pathOf('secrets', where)}/${metadata.name}`);
  }
  for (const secret of secrets) await create(pathOf('secrets', secret.metadata.namespace), secret);
  for (const config of clientConfigs)
    await create(pathOf('clientconfigs', config.metadata.namespace), {
      apiVersion: 'config.k8ssandra.io/v1beta1',
      kind: 'ClientConfig',
      ...config,
    });
};
const create = async (path: string, object: object): Promise<void> => {
  const { status, body } = await at('cp').request('POST', path, object);
  assert.equal(status, 201, JSON.stringify(body));
};
const verdict = async () => {
  const flags = ['-o', 'json', '--timeout', '2s', '--kubeconfig', clusters.kubeconfig, '--context', 'cp'];
  return (await runJson(['contexts', 'check', ...flags])).json.operatorStart;
};

const fates: Record<string, Fate> = {};
for (const [name, defect] of Object.entries(defects)) {
  test(`${name}: the verdict is what becomes of the real operator`, async () => {
    await place(defect(stored, namespace));
    const ours = await verdict();
    const real = await fate();
    fates[name] = real;
    assert.equal(ours.verdict === 'does-not-start' ? 'dies' : 'lives', real.fate, ours.message);
  });
}
test('of two that are broken the first in order is the culprit, and its message is the one in the log', async () => {
  const defect = defects['two that are broken'];
  assert.ok(defect);
  await place(defect(stored, namespace));
  const ours = await verdict();
  assert.deepEqual(ours, { verdict: 'does-not-start', culprit: `${namespace}/b`, context: 'b', message: 'secrets "b-config" not found' });
  assert.equal((await fate()).message, ours.message);
});
test('the recorded fates are those of this operator', () => {
  if (process.env['UPDATE'] === '1') writeFileSync(recorded, `${JSON.stringify(fates, null, 2)}\n`);
  assert.deepEqual(fates, JSON.parse(readFileSync(recorded, 'utf8')));
});
test('with a revoked token it starts, and stops with exit 1 after its two minutes', async () => {
  const healthy = defects['healthy'];
  assert.ok(healthy);
  await place(healthy(stored, namespace));
  const { body } = await at('dp1').request('GET', pathOf('secrets', namespace));
  for (const { metadata } of (body as { items: { metadata: { name: string } }[] }).items)
    await at('dp1').request('DELETE', `${pathOf('secrets', namespace)}/${metadata.name}`);
  const token = (parse(stored) as { users: { user: { token: string } }[] }).users[0]?.user.token ?? '';
  // An API server remembers for some seconds that a token was good.
  while ((await call(at('dp1'), { token, path: '/version' })).status !== 401) await sleep(500);
  const ours = await verdict();
  assert.equal(ours.verdict, 'starts-then-stops', ours.message);
  const child = start();
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  const limit = setTimeout(() => child.kill('SIGKILL'), 180_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  assert.equal(code, 1);
  assert.match(log, started);
  assert.match(log, /timed out waiting for cache to be synced/);
});
