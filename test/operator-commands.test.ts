import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { putOperatorPod, type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
});
after(() => registered.stop());
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const pod = (lastExit: object, log?: string): void => {
  const state = { ready: true, restartCount: 3, state: { running: {} }, ...lastExit };
  putOperatorPod(registered.server('cp'), state, log === undefined ? {} : { log });
};

test('operator status shows both planes, what is loaded, and that all is well', async () => {
  pod({});
  const status = await registered.cli('operator', 'status');
  assert.equal(status.code, 0, text(status));
  assert.match(status.stdout, /^Control plane cp {2}ns k8ssandra-operator {2}operator v1\.32\.0 Ready, 3 restarts {2}watching: /m);
  assert.match(status.stdout, /^ {4}image +docker\.io\/\S+$/m);
  assert.match(status.stdout, /^dp1 +k8ssandra-operator\/k8ssandra-operator +v1\.32\.0 +yes +0 +current$/m);
  assert.match(status.stdout, /^ {4}last exit +no restart since the pod was created\ncp: after a restart the operator would start$/m);
  const { kind, contexts } = JSON.parse((await registered.cli('operator', 'status', '-o', 'json')).stdout) as {
    kind: string;
    contexts: { loaded: string }[];
  };
  assert.equal(kind, 'OperatorStatus');
  assert.deepEqual(
    contexts.map(({ loaded }) => loaded),
    ['current', 'current'],
  );
});

test('it quotes the last words, names the culprit, and no credential', async () => {
  const token = registered.storedToken('dp2');
  pod(
    { lastState: { terminated: { exitCode: 1, finishedAt: new Date(Date.now() - 300_000).toISOString() } } },
    `INFO starting\nERROR unable to create manager cluster connections {"error": "ClientConfig ${namespace}/dp2: duplicate name \\"x\\" in list: [{x {token ${token}}}]"}\nINFO bye\u001b[2J`,
  );
  const status = await registered.cli('operator', 'status');
  assert.match(status.stdout, /^ {4}last exit +code 1, 5m ago\n {4}last log +ERROR unable to create manager/m);
  assert.match(status.stdout, /it names +ClientConfig k8ssandra-operator\/dp2/);
  assert.ok(!status.stdout.includes(token));
  assert.doesNotMatch(status.stdout, /\u001b/);
});

test('what cannot be read is said, and proves nothing: exit 3', async () => {
  pod({ lastState: { terminated: { exitCode: 1 } } }, 'x');
  const cp = registered.server('cp');
  cp.fault({ path: /\/log\?/ }, { kind: 'status', status: 403 }, 9);
  assert.match((await registered.cli('operator', 'status')).stdout, /last log +unknown: /);
  cp.clearFaults();
  cp.fault({ method: 'GET', path: /\/pods\?/ }, { kind: 'status', status: 403 }, 9);
  const blind = await registered.cli('operator', 'status');
  cp.clearFaults();
  assert.equal(blind.code, 3, text(blind));
  assert.match(blind.stdout, /last exit +unknown: /);
});

for (const fault of [
  ...[403, 404, 500, 503].map(status => ({ kind: 'status', status }) as const),
  ...(['garbage', 'hang'] as const).map(kind => ({ kind })),
])
  test(`pods that answer ${'status' in fault ? fault.status : fault.kind}: whether the operator runs is unknown, exit 3`, async () => {
    pod({ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } });
    const cp = registered.server('cp');
    cp.fault({ path: /\/pods\?/ }, fault, 99);
    for (const command of [
      ['operator', 'status'],
      ['contexts', 'check', '--timeout', '1s', '-o', 'json'],
    ]) {
      const ran = await registered.cli(...command);
      assert.equal(ran.code, 3, `${command.join(' ')}: ${text(ran)}`);
      assert.match(text(ran), /(last exit +unknown|KC601)/);
    }
    const described = await registered.cli('clientconfig', 'describe', 'dp1');
    assert.match(described.stdout, /^ +unknown: .*operator|pods/m);
    cp.clearFaults();
  });

test('a stored change that is not loaded is stale: exit 1; restart says when none is needed, and asks', async () => {
  pod({});
  const cp = registered.server('cp');
  const none = await registered.cli('operator', 'restart', '--yes');
  assert.equal(none.code, 0, text(none));
  assert.match(none.stdout, /nothing to do: .*restarts itself/);
  await registered.operator.stop();
  const secret = cp.get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  const data = secret['data'] as Record<string, string>;
  cp.put('', 'secrets', { ...secret, data: { ...data, note: 'eA==' } });
  const pending = await registered.cli('operator', 'status');
  assert.equal(pending.code, 1, text(pending));
  assert.match(pending.stdout, /^dp1 +.* stale +KC602 /m);
  const asked = await registered.cli('operator', 'restart');
  assert.equal(asked.code, 2, text(asked));
  assert.match(asked.stderr, /^fix: {3}kubectl k8ssandra --kubeconfig \S+ --context cp operator restart --yes$/m);
  cp.put('', 'secrets', { ...secret, data: { kubeconfig: 'eA==' } });
  const refused = await registered.cli('operator', 'restart', '--yes');
  assert.equal(refused.code, 4, text(refused));
  assert.match(
    refused.stderr,
    /^fix: {3}fix that first \(kubectl k8ssandra .* contexts check\), or restart it all the same with kubectl --kubeconfig \S+ --context cp -n k8ssandra-operator rollout restart deployment k8ssandra-operator$/m,
  );
  const rotated = await registered.cli('clientconfig', 'rotate', 'dp1', '--yes', '--allow', 'would-not-start');
  assert.equal(rotated.code, 4, text(rotated));
  assert.match(
    rotated.stderr,
    /^fix: {3}make it whole with kubectl k8ssandra .* clientconfig create dp1 --from-context dp1(, or kubectl .* --from-context \w+)*$/m,
  );
  cp.put('', 'secrets', { ...secret, data: { ...data, note: 'eA==' } });
  const restarted = await registered.cli('operator', 'restart', '--yes');
  assert.equal(restarted.code, 0, text(restarted));
  assert.match(
    JSON.stringify(cp.get('apps', 'deployments', namespace, 'k8ssandra-operator')?.['spec']),
    /"kubectl\.kubernetes\.io\/restartedAt":"20/,
  );
  const late = await registered.cli('operator', 'restart', '--yes', '--wait', '--timeout', '1s');
  assert.equal(late.code, 4, text(late));
});

test('no operator that reads ClientConfigs: exit 1, and what there is', async () => {
  const empty = await registered.cli('operator', 'status', '--context', 'dp1', '-n', 'elsewhere');
  assert.equal(empty.code, 1, text(empty));
  assert.match(empty.stdout, /KC601 no operator of dp1 is a control plane: .* runs as a data plane/s);
});
test('of two control planes it is said that none is chosen, not that there is none', async () => {
  const cp = registered.server('cp');
  const deployment = cp.get('apps', 'deployments', namespace, 'k8ssandra-operator');
  assert.ok(deployment);
  const { uid: _, ...metadata } = deployment.metadata;
  cp.put('apps', 'deployments', { ...deployment, metadata: { ...metadata, namespace: 'second' } });
  for (const command of [
    ['operator', 'status'],
    ['contexts', 'check', '-v', '1'],
  ]) {
    const ran = await registered.cli(...command);
    assert.match(ran.stdout, /2 control plane operators are here, and none of them is chosen/, text(ran));
    assert.doesNotMatch(ran.stdout, /there is no control plane operator/);
  }
});
