import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { records } from '../../sandbox/api/json.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { askOver } from '../../sandbox/operator/ask.ts';
import { type OperatorStandIn, startOperator } from '../../sandbox/operator/stand-in.ts';
import { runInProcess } from '../support/in-process.ts';
import { isOurs, pairs, race, type Track, tokensIn, withKubeconfig } from '../support/racing.ts';

const namespace = 'k8ssandra-operator';
const secretsPath = `/api/v1/namespaces/${namespace}/secrets`;
const configsPath = `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs`;
let clusters: Clusters;
let operator: OperatorStandIn;
let track: Track;
const at = (name: string) => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
const listed = async (name: string, path: string): Promise<readonly Stored[]> => {
  const { status, body } = await at(name).request('GET', path);
  assert.equal(status, 200, JSON.stringify(body));
  return records((body as { items: unknown }).items) as Stored[];
};
/** Takes away what is there of an object, whatever holds it. */
const removed = async (name: string, path: string): Promise<void> => {
  await at(name).request('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  await at(name).request('DELETE', path);
};
const cli = (...args: readonly string[]) => runInProcess([...args, '--kubeconfig', clusters.kubeconfig, '--context', 'cp']);

before(async () => {
  clusters = await startClusters(['cp', 'dp1']);
  for (const name of ['cp', 'dp1']) {
    await installCrds(at(name));
    await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
  }
  const { server, caPem, adminToken } = at('cp');
  operator = await startOperator({ ask: askOver(server, caPem, adminToken), deployment: { namespace, name: 'k8ssandra-operator' } });
  const exported = `${clusters.kubeconfig}-export.yaml`;
  const configs = () => listed('cp', configsPath);
  const ours = async () => (await listed('dp1', secretsPath)).filter(isOurs);
  track = {
    cli,
    exported,
    tlsName: 'kubernetes',
    clientConfigs: configs,
    secrets: async () => withKubeconfig(await listed('cp', secretsPath)),
    tokens: async () => tokensIn(await ours()),
    reset: async registered => {
      for (const { metadata } of await configs()) await removed('cp', `${configsPath}/${metadata.name}`);
      for (const { metadata } of await listed('cp', secretsPath)) await removed('cp', `${secretsPath}/${metadata.name}`);
      for (const { metadata } of await ours()) await removed('dp1', `${secretsPath}/${metadata.name}`);
      if (!registered) return;
      const created = await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--wait');
      assert.equal(created.code, 0, created.stdout + created.stderr);
      const { stdout } = await cli('clientconfig', 'export', '--with-secrets');
      writeFileSync(exported, stdout, { mode: 0o600 });
    },
  };
  await track.reset(true);
});
after(async () => {
  await operator?.stop();
  await clusters?.stop();
});

/** `npm run races` runs many rounds of every pair; of the suite's time these are worth a round each. */
const asked = process.env['RACES'];
const dear: readonly string[] = ['create delete', 'rotate delete', 'delete import', 'update rename', 'rename import'];
const chosen = pairs.filter(pair => asked !== undefined || dear.includes(pair.join(' ')));
const rounds = Number(asked ?? 1);
for (const [one, other] of chosen)
  test(`${one} and ${other} at once on real API servers`, { timeout: 600_000 }, async () => {
    for (let round = 0; round < rounds; round++) await race(track, one, other, round, (round * 37) % 300);
  });
