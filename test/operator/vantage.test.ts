import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator, installWebhook } from '../../sandbox/clusters/install.ts';
import { temporaryFolder } from '../../sandbox/folder.ts';
import { askWebhook } from '../../src/fleet/from-cluster/webhook.ts';
import { requestCounts } from '../../src/operator/counters.ts';
import { realOperator } from '../support/real-operator.ts';
import { run } from '../support/run.ts';

/** The real operator's metrics parse, and its webhook answers as the oracle takes it to. */
const namespace = 'k8ssandra-operator';
let metricsPort: number;
let clusters: Clusters;
const folder = temporaryFolder('vantage');
let operator: ChildProcess;
const at = (name: string): Cluster => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
const ask = async (names: readonly string[]): Promise<(boolean | string)[]> => {
  const cp = at('cp');
  const connection = {
    context: 'cp',
    server: cp.server,
    request: ({ method = 'GET', path, body }: { method?: string; path: string; body?: unknown }) =>
      cp.request(method, path, body).then(answer => ({ type: 'application/json', ...answer })),
    close: () => undefined,
  };
  const answers = await askWebhook(connection, namespace, names);
  return [...answers.values()].map(read => (read.ok ? read.value : read.reason));
};
const metrics = (): Promise<string> =>
  new Promise((done, broken) => {
    request(`http://127.0.0.1:${metricsPort}/metrics`, incoming => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => done(text));
    })
      .on('error', broken)
      .end();
  });
/** Free now; the operator takes no port 0 that it would tell. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
const eventually = async (what: () => Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < 60; attempt++) {
    if (await what().catch(() => false)) return;
    await sleep(500);
  }
  assert.fail('waited in vain');
};
before(async () => {
  clusters = await startClusters(['cp', 'dp1']);
  for (const name of ['cp', 'dp1']) {
    await installCrds(at(name));
    await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
  }
  metricsPort = await freePort();
  const start = await realOperator(folder, at('cp'), `127.0.0.1:${metricsPort}`);
  const created = await run([
    ...['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback'],
    ...['--kubeconfig', clusters.kubeconfig, '--context', 'cp'],
  ]);
  assert.equal(created.code, 0, created.stderr);
  assert.deepEqual(await ask(['dp1']), ['not-installed']);
  operator = start();
  await installWebhook(at('cp'), 9443, readFileSync(join(folder, 'ca.crt'), 'utf8'));
});
after(async () => {
  operator?.kill('SIGKILL');
  await clusters?.stop();
});

test('its counters name the API server of the data plane, and it is answered', async () => {
  const host = at('dp1').server.replace('https://', '');
  await eventually(async () => (requestCounts(await metrics()).get(host)?.['200'] ?? 0) > 0);
  assert.equal(requestCounts(await metrics()).get(host)?.['<error>'], undefined);
});
test('its webhook knows what is loaded and nothing else, says nothing when it is gone, and no cluster is ever created', async () => {
  await eventually(async () => (await ask(['dp1']))[0] === true);
  assert.deepEqual(await ask(['dp1', 'nowhere', 'elsewhere']), [true, false, false]);
  operator.kill('SIGKILL');
  await eventually(async () => (await ask(['dp1']))[0] === 'unreachable');
  const { body } = await at('cp').request('GET', '/apis/k8ssandra.io/v1alpha1/k8ssandraclusters');
  assert.deepEqual((body as { items: unknown[] }).items, []);
});
