import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { call } from '../../sandbox/clusters/call.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { askOver } from '../../sandbox/operator/ask.ts';
import { type OperatorStandIn, startOperator } from '../../sandbox/operator/stand-in.ts';
import { run, runJson } from '../support/run.ts';

const namespace = 'k8ssandra-operator';
let clusters: Clusters;
let operator: OperatorStandIn;
const at = (name: string) => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
const cli = (...args: string[]) => run([...args, '--kubeconfig', clusters.kubeconfig, '--context', 'cp']);
const check = async () =>
  runJson(['contexts', 'check', '-o', 'json', '--kubeconfig', clusters.kubeconfig, '--context', 'cp', '--timeout', '3s']);
const secretPath = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`;
const crdPath = (name: string) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
const ccPath = `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs`;

before(async () => {
  clusters = await startClusters(['cp', 'dp1', 'dp2']);
  for (const name of ['cp', 'dp1', 'dp2']) {
    await installCrds(at(name));
    await installOperator(at(name), { namespace, controlPlane: name === 'cp' });
  }
  const { server, caPem, adminToken } = at('cp');
  operator = await startOperator({
    ask: askOver(server, caPem, adminToken),
    deployment: { namespace, name: 'k8ssandra-operator' },
  });
});
after(async () => {
  await operator?.stop();
  await clusters?.stop();
});

/** Runs the check again until the operator stand-in has caught up, or the last answer. */
const eventually = async (done: (report: Awaited<ReturnType<typeof check>>) => boolean) => {
  let report = await check();
  for (let attempt = 0; attempt < 40 && !done(report); attempt++) {
    await sleep(250);
    report = await check();
  }
  return report;
};

/** A real API server goes on taking a dead token out of its cache for some seconds; asking it with a whole check each time is dear. */
const refused = async (name: string): Promise<void> => {
  const { body } = await at('cp').request('GET', secretPath(`${name}-config`));
  const { kubeconfig } = (body as { data: { kubeconfig: string } }).data;
  const { users } = parse(Buffer.from(kubeconfig, 'base64').toString()) as { users: { user: { token: string } }[] };
  const token = users[0]?.user.token ?? assert.fail(`${name} has no token`);
  for (let attempt = 0; attempt < 120 && (await call(at(name), { token, path: '/version' })).status !== 401; attempt++) await sleep(250);
};

test('two data planes are created, loaded and checked clean; a second run writes nothing', async () => {
  const created = await cli(
    'clientconfig',
    'create',
    '--yes',
    '--from-context',
    'dp1,dp2',
    '--allow',
    'loopback',
    '--wait',
    '--timeout',
    '30s',
  );
  assert.equal(created.code, 0, created.stdout + created.stderr);
  const report = await check();
  assert.equal(report.code, 0, report.stdout + report.stderr);
  assert.equal(report.json.operatorWouldStart, true);
  assert.deepEqual(
    report.json.contexts.map(({ name }) => name),
    ['dp1', 'dp2'],
  );

  const versions = async () => {
    const { body } = await at('cp').request('GET', ccPath);
    const items = (body as { items: { metadata: { resourceVersion: string } }[] }).items;
    const secrets = await Promise.all(['dp1-config', 'dp2-config'].map(name => at('cp').request('GET', secretPath(name))));
    return [...items, ...secrets.map(({ body: secret }) => secret as { metadata: { resourceVersion: string } })].map(
      ({ metadata }) => metadata.resourceVersion,
    );
  };
  const first = await versions();
  const again = await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1,dp2', '--allow', 'loopback');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /nothing to do/);
  assert.deepEqual(await versions(), first);
});

interface Breakage {
  readonly title: string;
  readonly break: () => Promise<() => Promise<void>>;
  readonly codes: readonly string[];
  readonly starts: 'starts' | 'starts-then-stops' | 'does-not-start';
}
/** Changes one object and gives back what undoes it. */
const replace = async (cluster: string, path: string, change: (object: Record<string, never>) => unknown): Promise<() => Promise<void>> => {
  const { body } = await at(cluster).request('GET', path);
  const original = structuredClone(body) as Record<string, never>;
  const put = async (object: unknown) => {
    const { body: live } = await at(cluster).request('GET', path);
    const resourceVersion = (live as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    const answer = await at(cluster).request('PUT', path, {
      ...(object as object),
      metadata: { ...(object as { metadata: object }).metadata, resourceVersion },
    });
    assert.ok(answer.status < 300, `${path}: ${answer.status}`);
  };
  await put(change(structuredClone(original)));
  return () => put(original);
};
const remove = async (cluster: string, path: string, collection: string): Promise<() => Promise<void>> => {
  const { body } = await at(cluster).request('GET', path);
  assert.ok((await at(cluster).request('DELETE', path)).status < 300, path);
  return async () => {
    const { metadata, ...rest } = body as { metadata: Record<string, unknown> };
    const { uid, resourceVersion, creationTimestamp, managedFields, ...kept } = metadata;
    void [uid, resourceVersion, creationTimestamp, managedFields];
    const answer = await at(cluster).request('POST', collection, { ...rest, metadata: kept });
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  };
};
const storedAs = (text: string) => (secret: Record<string, never>) => ({
  ...secret,
  data: { kubeconfig: Buffer.from(text).toString('base64') },
});

const breakages: readonly Breakage[] = [
  {
    title: 'Secret deleted',
    break: () => remove('cp', secretPath('dp1-config'), `/api/v1/namespaces/${namespace}/secrets`),
    codes: ['KC201'],
    starts: 'does-not-start',
  },
  {
    title: 'kubeconfig key removed',
    break: () => replace('cp', secretPath('dp1-config'), secret => ({ ...(secret as object), data: { other: 'eA==' } })),
    codes: ['KC202'],
    starts: 'does-not-start',
  },
  {
    title: 'garbage instead of a kubeconfig',
    break: () => replace('cp', secretPath('dp1-config'), storedAs('{{{ not yaml')),
    codes: ['KC202'],
    starts: 'does-not-start',
  },
  {
    title: 'another context in the kubeconfig',
    break: () =>
      replace(
        'cp',
        secretPath('dp1-config'),
        storedAs('apiVersion: v1\nkind: Config\ncontexts: [{name: other, context: {cluster: other, user: other}}]\n'),
      ),
    codes: ['KC202'],
    starts: 'does-not-start',
  },
  {
    title: 'a CRD deleted in the data plane',
    break: async () => {
      const undo = await remove(
        'dp1',
        crdPath('stargates.stargate.k8ssandra.io'),
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      );
      for (let attempt = 0; attempt < 100; attempt++) {
        if ((await at('dp1').request('GET', crdPath('stargates.stargate.k8ssandra.io'))).status === 404) break;
        await sleep(100);
      }
      return undo;
    },
    codes: ['KC502'],
    starts: 'starts-then-stops',
  },
  {
    title: 'a verb removed from the data plane role',
    break: () =>
      replace('dp1', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/k8ssandra-operator`, role => {
        const { rules } = role as unknown as { rules: { resources: string[]; verbs: string[] }[] };
        return {
          ...(role as object),
          rules: rules.map(rule =>
            rule.resources.includes('endpointslices') ? { ...rule, verbs: rule.verbs.filter(verb => verb !== 'list') } : rule,
          ),
        };
      }),
    codes: ['KC501'],
    starts: 'starts-then-stops',
  },
  {
    title: 'a context that no ClientConfig provides',
    break: async () => {
      const path = `/apis/k8ssandra.io/v1alpha1/namespaces/${namespace}/k8ssandraclusters`;
      const answer = await at('cp').request('POST', path, {
        apiVersion: 'k8ssandra.io/v1alpha1',
        kind: 'K8ssandraCluster',
        metadata: { name: 'demo', namespace },
        spec: {
          cassandra: {
            datacenters: [
              { metadata: { name: 'dc1' }, k8sContext: 'dp1' },
              { metadata: { name: 'dc2' }, k8sContext: 'south' },
            ],
          },
        },
      });
      assert.ok(answer.status < 300, JSON.stringify(answer.body));
      return async () => {
        await at('cp').request('DELETE', `${path}/demo`);
      };
    },
    codes: ['KC101'],
    starts: 'starts',
  },
  {
    title: 'the API server of a data plane stopped',
    break: async () => {
      await at('dp1').kill();
      return () => at('dp1').revive();
    },
    codes: ['KC302'],
    starts: 'starts-then-stops',
  },
];

for (const breakage of breakages) {
  test(`${breakage.title}: ${breakage.codes.join(', ')}, and the other row stays intact`, async () => {
    const undo = await breakage.break();
    try {
      const report = await eventually(({ json }) => breakage.codes.every(code => json.findings.some(finding => finding.code === code)));
      assert.equal(report.code, 1, report.stdout + report.stderr);
      const errors = report.json.findings.filter(({ severity, code }) => severity === 'error' && code !== 'KC604').map(({ code }) => code);
      for (const code of breakage.codes) assert.ok(errors.includes(code), `${code} is not in ${errors.join(', ')}`);
      assert.equal(report.json.operatorStart.verdict, breakage.starts);
      assert.equal(report.json.operatorWouldStart, breakage.starts === 'starts');
      const intact = report.json.contexts.find(({ name }) => name === 'dp2');
      assert.deepEqual(
        intact?.probes.filter(({ status }) => status !== 'pass'),
        [],
      );
    } finally {
      await undo();
    }
    const healed = await eventually(({ code }) => code === 0);
    assert.equal(healed.code, 0, healed.stdout);
  });
}

test('a re-created service account: KC403 names it, and the token is refused', async () => {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/k8ssandra-operator`;
  const undo = await remove('dp1', path, `/api/v1/namespaces/${namespace}/serviceaccounts`);
  await undo();
  await refused('dp1');
  const report = await eventually(({ json }) => json.findings.some(({ code }) => code === 'KC403'));
  assert.equal(report.code, 1);
  assert.ok(
    report.json.findings.some(({ code }) => code === 'KC403'),
    report.stdout,
  );
  assert.equal(report.json.operatorStart.verdict, 'starts-then-stops');
  const recreated = await cli(
    'clientconfig',
    'create',
    '--yes',
    '--from-context',
    'dp1',
    '--allow',
    'loopback',
    '--wait',
    '--timeout',
    '30s',
  );
  assert.equal(recreated.code, 0, recreated.stdout + recreated.stderr);
  assert.match(recreated.stdout, /updated Secret/);
  assert.equal((await eventually(({ code }) => code === 0)).code, 0);
});

test('a revoked token: KC401', async () => {
  const { body } = await at('dp2').request('GET', `/api/v1/namespaces/${namespace}/secrets`);
  const ours = (body as { items: { metadata: { name: string; labels?: Record<string, string> } }[] }).items.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'kubectl-k8ssandra',
  );
  assert.equal(ours.length, 1);
  await at('dp2').request('DELETE', secretPath(ours[0]?.metadata.name ?? ''));
  await refused('dp2');
  const report = await eventually(({ json }) => json.findings.some(({ code }) => code === 'KC401'));
  assert.equal(report.code, 1);
  assert.deepEqual(report.json.findings.find(({ code }) => code === 'KC401')?.contexts, ['dp2']);
});
