import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unreadable } from '../src/base/read.ts';
import { checks } from '../src/checks/index.ts';
import { exitCode } from '../src/checks/report.ts';
import { runChecks } from '../src/checks/run.ts';
import { operatorStart } from '../src/checks/start.ts';
import type { Inventory } from '../src/fleet/inventory.ts';
import { fixtureOf } from './support/fixture.ts';

const clientConfig = (name: string) =>
  `apiVersion: config.k8ssandra.io/v1beta1\nkind: ClientConfig\nmetadata: {namespace: k8ssandra, name: ${name}}\nspec: {kubeConfigSecret: {name: ${name}-config}}\n`;

test('what could not be read is unknown, never passed and never absent', () => {
  for (const name of ['clientConfigs', 'clusters', 'operators', 'replicatedSecrets']) {
    const { findings, unknown } = runChecks(
      checks,
      fixtureOf(clientConfig('east'), { controlPlane: { [name]: unreadable('forbidden', `${name} is forbidden`) } }),
    );
    assert.ok(
      unknown.some(({ reason }) => reason.startsWith(`${name}: forbidden`)),
      name,
    );
    assert.equal(exitCode({ findings: [], complete: unknown.length === 0 }, 'error'), 3);
    assert.ok(!findings.some(({ code }) => code === 'KC101'), name);
  }
});
test('a Secret that may not be read is not a missing one', () => {
  const { findings, unknown } = runChecks(
    checks,
    fixtureOf(clientConfig('east'), { controlPlane: { secrets: { 'k8ssandra/east-config': unreadable('forbidden', 'no') } } }),
  );
  assert.ok(!findings.some(({ code }) => code === 'KC201'));
  assert.ok(unknown.some(({ reason }) => reason.startsWith('secret: forbidden')));
});
test('contexts with one cause are one finding', () => {
  const names = ['a1', 'b2', 'c3'];
  const refused = (name: string) => ({
    reach: { status: 'fail', cause: 'refused', detail: `${name}.example.com:443: the connection is refused` },
  });
  const secrets = names.map(name => {
    const kubeconfig = `clusters: [{name: ${name}, cluster: {server: 'https://${name}.example.com'}}]\\ncontexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]\\nusers: [{name: ${name}, user: {token: t}}]\\n`;
    return `apiVersion: v1\nkind: Secret\nmetadata: {namespace: k8ssandra, name: ${name}-config}\nstringData: {kubeconfig: "${kubeconfig}"}\n`;
  });
  const contexts = Object.fromEntries(names.map(name => [name, { probe: refused(name) }]));
  const read = fixtureOf([...names.map(clientConfig), ...secrets].join('---\n'), { contexts });
  const raised = (suppressions: Inventory['suppressions'] & object) =>
    runChecks(checks, { ...read, suppressions }).findings.filter(({ code }) => code === 'KC302');
  const [finding, ...more] = raised([]);
  assert.deepEqual(more, []);
  assert.deepEqual(finding?.contexts, names);
  assert.equal(finding?.message, 'the connections are refused');
  assert.deepEqual(
    finding?.details?.map(({ context, message, object }) => [context, message, object?.name]),
    names.map(name => [name, `${name}.example.com:443: the connection is refused`, name]),
  );
  assert.deepEqual(
    raised([{ code: 'KC302', context: 'b2', decidable: true }]).map(({ contexts, suppressed }) => [contexts, suppressed]),
    [
      [['a1', 'c3'], false],
      [['b2'], true],
    ],
    'one of them may be suppressed',
  );
});
test('a user name and a password in an address reach no message', () => {
  const server = (name: string, url: string, more = '') =>
    `apiVersion: v1\nkind: Secret\nmetadata: {namespace: k8ssandra, name: ${name}-config}\nstringData: {kubeconfig: "clusters: [{name: ${name}, cluster: {server: '${url}'${more}}}]\\ncontexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]\\nusers: [{name: ${name}, user: {token: t}}]\\n"}\n`;
  const all = [
    server('a1', 'https://joe:canary@127.0.0.1:6443'),
    server('b2', 'http://joe:canary@b2.example.com'),
    server('c3', 'https://c3.example.com', ", proxy-url: 'ftp://joe:canary@p.example.com'"),
    server('d4', 'ftp://joe:canary@d4.example.com'),
    server('e5', 'https://joe:canary@127.0.0.1:6443'),
  ];
  const cluster =
    'apiVersion: k8ssandra.io/v1alpha1\nkind: K8ssandraCluster\nmetadata: {namespace: k8ssandra, name: demo}\nstatus: {error: "Get https://joe:canary@a1.example.com: EOF"}\n';
  const names = ['a1', 'b2', 'c3', 'd4', 'e5'];
  const read = fixtureOf([...names.map(clientConfig), ...all, cluster].join('---\n'));
  const { findings } = runChecks(checks, read);
  for (const code of ['KC106', 'KC202', 'KC203', 'KC209', 'KC607'])
    assert.ok(
      findings.some(finding => finding.code === code),
      code,
    );
  assert.doesNotMatch(JSON.stringify([findings, operatorStart(read)]), /canary/);
});
test('a run of no checks looks at no context', () => {
  const unseen = (): never => assert.fail('it is looked at');
  const read = fixtureOf(clientConfig('east'));
  const { controlPlane } = read;
  const inventory = Object.defineProperties({ ...read }, { contexts: { get: unseen }, userContexts: { get: unseen } });
  Object.defineProperty(inventory, 'controlPlane', { value: Object.defineProperty({ ...controlPlane }, 'clientConfigs', { get: unseen }) });
  assert.deepEqual(runChecks([], inventory).findings, []);
  assert.throws(() => runChecks(checks, inventory), /it is looked at/);
});
test('exit codes: findings before incomplete, incomplete before clean, and --fail-on decides', () => {
  const finding = {
    code: 'KC1',
    severity: 'warning',
    contexts: [],
    message: '',
    effect: '',
    remedies: [],
    blocksStart: false,
    harm: 'warning',
    suppressed: false,
    fingerprint: '',
  } as const;
  assert.equal(exitCode({ findings: [finding], complete: true }, 'error'), 0);
  assert.equal(exitCode({ findings: [finding], complete: true }, 'warning'), 1);
  assert.equal(exitCode({ findings: [finding], complete: false }, 'error'), 3);
  assert.equal(exitCode({ findings: [{ ...finding, severity: 'error' }], complete: false }, 'error'), 1);
  assert.equal(exitCode({ findings: [{ ...finding, severity: 'error' }], complete: false }, 'never'), 3);
  assert.equal(exitCode({ findings: [{ ...finding, severity: 'error', suppressed: true }], complete: true }, 'error'), 0);
});
test('a broken loser of a context name is found, for the operator dies of it all the same', () => {
  const kubeconfig = (context: string) =>
    `clusters: [{name: c, cluster: {server: 'https://h'}}]\\ncontexts: [{name: ${context}, context: {cluster: c, user: u}}]\\nusers: [{name: u, user: {token: t}}]\\n`;
  const secret = (name: string, context: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {namespace: k8ssandra, name: ${name}-config}\nstringData: {kubeconfig: "${kubeconfig(context)}"}\n`;
  const twin =
    'apiVersion: config.k8ssandra.io/v1beta1\nkind: ClientConfig\nmetadata: {namespace: k8ssandra, name: zeast}\nspec: {contextName: east, kubeConfigSecret: {name: zeast-config}}\n';
  const { findings } = runChecks(
    checks,
    fixtureOf([clientConfig('east'), twin, secret('east', 'other'), secret('zeast', 'east')].join('---\n')),
  );
  const broken = findings.find(({ code }) => code === 'KC202');
  assert.equal(broken?.object?.name, 'east-config');
  assert.equal(broken?.blocksStart, true);
});
