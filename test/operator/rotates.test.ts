import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { temporaryFolder } from '../../sandbox/folder.ts';
import { keepRunning, realOperator } from '../support/real-operator.ts';
import { type Run, run } from '../support/run.ts';

/** Rotate, update, rename and delete beside the real operator: it restarts once for each, by itself, and never dies of it. */
const namespace = 'k8ssandra-operator';
let clusters: Clusters;
const folder = temporaryFolder('rotates');
let operator: ReturnType<typeof keepRunning>;
const at = (name: string): Cluster => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
const cli = (...args: string[]): Promise<Run> => run([...args, '--kubeconfig', clusters.kubeconfig, '--context', 'cp']);
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
before(async () => {
  clusters = await startClusters(['cp', 'dp1', 'dp2']);
  for (const name of ['cp', 'dp1', 'dp2']) {
    await installCrds(at(name));
    await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
  }
  operator = keepRunning(await realOperator(folder, at('cp')));
  for (const [name, from] of [
    ['dp1', 'dp1'],
    ['dp2', 'dp2'],
    ['dp3', 'dp2'],
  ] as const) {
    const created = await cli(
      'clientconfig',
      'create',
      '--yes',
      name,
      '--from-context',
      from,
      '--allow',
      'loopback,duplicate-cluster',
      '--wait',
    );
    assert.equal(created.code, 0, text(created));
  }
});
after(async () => {
  await operator?.stop();
  await clusters?.stop();
});

for (const [what, args] of [
  ['rotate of three', ['rotate', '--all', '--yes']],
  ['update', ['update', '--yes', 'dp1', '--tls-server-name', 'kubernetes.default.svc', '--wait']],
  ['rename', ['rename', '--yes', 'dp3', 'dp3-renamed']],
  ['delete', ['delete', 'dp3-renamed', '--yes']],
] as const)
  test(`${what}: one restart of the real operator, with exit 0, and all is loaded`, async () => {
    const before = operator.exits.length;
    const ran = await cli('clientconfig', ...args);
    assert.equal(ran.code, 0, text(ran));
    let loaded = '';
    for (let attempt = 0; attempt < 120; attempt++) {
      await new Promise(later => setTimeout(later, 500));
      loaded = (await cli('clientconfig', 'list', '-o', 'jsonpath={.items[*].status.loaded}')).stdout;
      if (operator.exits.length > before && /^(current ?)+$/.test(loaded)) break;
    }
    assert.match(loaded, /^(current ?)+$/, operator.log().slice(-2000));
    assert.deepEqual(operator.exits.slice(before), [0], operator.log().slice(-2000));
  });
