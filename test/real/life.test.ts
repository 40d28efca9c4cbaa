import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Ask } from '../../sandbox/api/server.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { startNode } from '../../sandbox/clusters/node.ts';
import { askOver } from '../../sandbox/operator/ask.ts';
import { type OperatorStandIn, startOperator } from '../../sandbox/operator/stand-in.ts';
import { type Run, run } from '../support/run.ts';

const namespace = 'k8ssandra-operator';
const names = ['dp1', 'dp2', 'dp2-again'];
let clusters: Clusters;
let operator: OperatorStandIn;
/** An API server asks no pod for its metrics on a machine that has no address but loopback. */
let hasMetrics = false;
const at = (name: string) => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
const cli = (...args: string[]) => run([...args, '--kubeconfig', clusters.kubeconfig, '--context', 'cp']);
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const planeOf = (name: string) => at(name.slice(0, 3));
/** One way for each token, whose connections are kept: they are asked over and over. */
const ways = new Map<string, Ask>();
const wayTo = (name: string, bearer: string): Ask => {
  const { server, caPem } = at(name);
  const way = ways.get(`${name} ${bearer}`) ?? askOver(server, caPem, bearer);
  ways.set(`${name} ${bearer}`, way);
  return way;
};
const token = async (name: string): Promise<string> => {
  const { body } = await wayTo('cp', at('cp').adminToken)('GET', `/api/v1/namespaces/${namespace}/secrets/${name}-config`);
  const { kubeconfig } = (body as { data: { kubeconfig: string } }).data;
  const { users } = parse(Buffer.from(kubeconfig, 'base64').toString()) as { users: { user: { token: string } }[] };
  return users[0]?.user.token ?? '';
};
const accepted = async (name: string, bearer: string): Promise<number> => (await wayTo(name.slice(0, 3), bearer)('GET', '/version')).status;
/** Service-account token Secrets of ours in a data plane. */
const tokenSecrets = async (name: string): Promise<number> => {
  const { body } = await planeOf(name).request(
    'GET',
    `/api/v1/namespaces/${namespace}/secrets?labelSelector=app.kubernetes.io/managed-by=kubectl-k8ssandra`,
  );
  return (body as { items: unknown[] }).items.length;
};

before(async () => {
  clusters = await startClusters(['cp', 'dp1', 'dp2']);
  const node = await startNode(at('cp'));
  hasMetrics = node.metricsPort !== undefined;
  for (const name of ['cp', 'dp1', 'dp2']) {
    await installCrds(at(name));
    const metrics = name === 'cp' && node.metricsPort !== undefined ? { metricsPort: node.metricsPort } : {};
    await installOperator(at(name), { namespace, controlPlane: name === 'cp', ...metrics });
  }
  const { server, caPem, adminToken } = at('cp');
  operator = await startOperator({
    ask: askOver(server, caPem, adminToken),
    deployment: { namespace, name: 'k8ssandra-operator' },
    dials: true,
    pod: node,
  });
  await node.installWebhook(operator.webhook);
  const first = await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1,dp2', '--allow', 'loopback', '--wait');
  assert.equal(first.code, 0, text(first));
  const second = await cli(
    'clientconfig',
    'create',
    '--yes',
    'dp2-again',
    '--from-context',
    'dp2',
    '--allow',
    'loopback,duplicate-cluster',
    '--wait',
  );
  assert.equal(second.code, 0, text(second));
});
after(async () => {
  await operator?.stop();
  await clusters?.stop();
});

test('rotate of three: one restart, no moment without a working credential, old tokens dead', async () => {
  const old = await Promise.all(names.map(token));
  const { restarts } = operator;
  const refused: string[] = [];
  let polling = true;
  const poller = (async () => {
    while (polling) {
      for (const name of names) {
        const status = await accepted(name, await token(name));
        if (status !== 200) refused.push(`${name}: ${status}`);
      }
      await sleep(20);
    }
  })();
  const rotated = await cli('clientconfig', 'rotate', '--all', '--yes');
  polling = false;
  await poller;
  assert.equal(rotated.code, 0, text(rotated));
  assert.deepEqual(refused, []);
  assert.equal(operator.restarts, restarts + 1, operator.log.join('\n'));
  for (const [index, name] of names.entries()) {
    assert.equal(await accepted(name, old[index] ?? ''), 401, name);
    assert.equal(await accepted(name, await token(name)), 200, name);
  }
  assert.equal(await tokenSecrets('dp1'), 1);
  assert.equal(await tokenSecrets('dp2'), 2);
  const check = await cli('contexts', 'check', '--skip', 'KC102,KC106,KC203');
  assert.equal(check.code, 0, text(check));
});

test('an impersonated user has each of its groups, and groups without a user are refused', async () => {
  const list = (...flags: string[]) => cli('clientconfig', 'list', '-o', 'name', ...flags);
  const all = await list();
  assert.equal((await list('--as', 'somebody', '--as-group', 'nobodies')).code, 3);
  assert.equal(text(await list('--as', 'somebody', '--as-group', 'nobodies', '--as-group', 'system:masters')), text(all));
  assert.equal((await list('--as-group', 'system:masters')).code, 2);
});
test('list, describe and operator status agree with what is there', async () => {
  const listed = await cli('clientconfig', 'list', '-o', 'jsonpath={.items[*].status.loaded}');
  assert.equal(listed.stdout, 'current current current', text(listed));
  assert.match((await cli('clientconfig', 'describe', 'dp1')).stdout, /loaded: +yes/);
  const status = await cli('operator', 'status');
  assert.match(status.stdout, /^dp2 +k8ssandra-operator\/k8ssandra-operator .* yes .* current/m, text(status));
  // Over the API server, which asks the node for it.
  assert.match(status.stdout, /^ {4}last log +\S+ INFO setup ClientConfig /m);
});
test('the webhook and the counters of the operator are asked through the API server', async () => {
  const { stdout, stderr } = await cli('contexts', 'check', '-o', 'json');
  const { contexts } = JSON.parse(stdout) as {
    contexts: { name: string; knownToOperator: boolean | null; operatorVantage: { status: string } }[];
  };
  assert.deepEqual(
    contexts.map(({ name, knownToOperator }) => [name, knownToOperator]),
    names.map(name => [name, true]),
    stderr,
  );
  if (hasMetrics)
    assert.deepEqual(
      contexts.map(({ operatorVantage }) => operatorVantage.status),
      names.map(() => 'reached'),
    );
});

test('delete, then import of an export, on a control plane that starts again each time', async () => {
  const exported = await cli('clientconfig', 'export', '--with-secrets');
  assert.equal(exported.code, 0, exported.stderr);
  const dead = await token('dp2-again');
  const again = await cli('clientconfig', 'delete', 'dp2-again', '--yes');
  assert.equal(again.code, 0, text(again));
  assert.equal(await tokenSecrets('dp2'), 1);
  // A real API server goes on taking a revoked token out of its cache for some seconds.
  for (let attempt = 0; attempt < 120 && (await accepted('dp2-again', dead)) !== 401; attempt++) await sleep(250);
  const file = `${clusters.kubeconfig}-export.yaml`;
  writeFileSync(file, exported.stdout, { mode: 0o600 });
  const refused = await cli('clientconfig', 'import', '--yes', '-f', file);
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stderr, /dp2-again the operator would stop: .*(401|Unauthorized|not accept)/i);
  // The control plane loses its own; the tokens of the data planes live on.
  for (const name of ['dp1', 'dp2']) {
    assert.ok(
      (await at('cp').request('DELETE', `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs/${name}`)).status < 300,
    );
    assert.ok((await at('cp').request('DELETE', `/api/v1/namespaces/${namespace}/secrets/${name}-config`)).status < 300);
  }
  const kept = exported.stdout.split('---\n').filter(document => !document.includes('dp2-again'));
  writeFileSync(file, kept.join('---\n'), { mode: 0o600 });
  const imported = await cli('clientconfig', 'import', '--yes', '-f', file, '--wait');
  assert.equal(imported.code, 0, text(imported));
  assert.deepEqual([...operator.loaded], ['dp1', 'dp2']);
  for (const name of ['dp1', 'dp2']) assert.equal((await cli('clientconfig', 'delete', name, '--yes')).code, 0);
  assert.equal(await tokenSecrets('dp1'), 0);
  assert.equal(operator.lastExit?.code, 0, operator.log.join('\n'));
});
