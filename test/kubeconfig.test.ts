import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { credential, reveal } from '../src/base/credential.ts';
import { describe, printable, UserError } from '../src/base/errors.ts';
import { selectContext } from '../src/kube/kubeconfig/select.ts';
import { unroutable } from '../src/kube/kubeconfig/url.ts';
import { readUserKubeconfig } from '../src/kube/kubeconfig/user.ts';
import { objectName } from '../src/plan/names.ts';
import { machineWith } from './support/machine.ts';

const config = (name: string, server: string): string =>
  `current-context: ${name}\ncontexts: [{name: shared, context: {cluster: ${name}, user: ${name}}}, {name: ${name}, context: {cluster: ${name}, user: ${name}}}]\nclusters: [{name: ${name}, cluster: {server: '${server}', certificate-authority: ca.pem}}]\nusers: [{name: ${name}, user: {token: t}}]\n`;

test('KUBECONFIG is merged as kubectl does it: the first file wins, missing ones are skipped, paths belong to their file', async () => {
  const files = { '/a/config': config('a', 'https://a'), '/b/config': config('b', 'https://b') };
  const merged = await readUserKubeconfig(machineWith(files, { KUBECONFIG: '/nowhere:/a/config::/b/config:/a/config' }));
  assert.equal(merged.currentContext, 'a');
  assert.deepEqual([...merged.contexts.keys()].sort(), ['a', 'b', 'shared']);
  assert.equal(merged.contexts.get('shared')?.cluster, 'a');
  assert.equal(merged.clusters.get('b')?.certificateAuthority, '/b/ca.pem');
  assert.equal(selectContext(merged, { context: 'b' }).server, 'https://b');
});
test('without KUBECONFIG it is ~/.kube/config, and --kubeconfig is one file that must be there', async () => {
  assert.equal((await readUserKubeconfig(machineWith({ '/home/me/.kube/config': config('h', 'https://h') }))).currentContext, 'h');
  await assert.rejects(readUserKubeconfig(machineWith({}), '/x'), { name: 'UserError', exitCode: 2 });
});
test('dangling references and broken files are one clear line each, and quote nothing', async () => {
  const broken = await readUserKubeconfig(machineWith({ '/k': 'contexts: [{name: x, context: {cluster: c, user: u}}]\n' }), '/k');
  assert.throws(() => selectContext(broken, { context: 'x' }), /names the cluster "c", which the kubeconfig does not have/);
  assert.throws(() => selectContext(broken, { context: 'x', cluster: 'd' }), /cluster "d" does not exist/);
  const whole = await readUserKubeconfig(machineWith({ '/k': config('a', 'https://a') }), '/k');
  assert.throws(() => selectContext(whole, { user: 'v' }), /auth info "v" does not exist/);
  assert.throws(() => selectContext(broken, { context: 'y' }), /context y is not in the kubeconfig/);
  assert.throws(() => selectContext(broken, {}), /no context is selected/);
  await assert.rejects(
    readUserKubeconfig(machineWith({ '/k': 'users:\n- token: canary\n  : [' }), '/k'),
    (error: Error) => /error loading config file "\/k": yaml: line 2: /.test(error.message) && !error.message.includes('canary'),
  );
});
test('a credential shows its fingerprint wherever it is printed', () => {
  const secret = credential('canary');
  for (const text of [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })]) {
    assert.match(text, /sha256:[0-9a-f]{12}/);
    assert.doesNotMatch(text, /canary/);
  }
  assert.equal(reveal(secret), 'canary');
});
test('object names are kept where they can be, and never meet', () => {
  const contexts = [
    'prod',
    'arn:aws:eks:us-east-1:111111111111:cluster/prod',
    'arn:aws:eks:us-east-1:222222222222:cluster/prod',
    'prod.eu',
    'prod-eu',
    'Prod',
    '9lives',
    '1234',
    'a/b',
    'a_b',
    'gke_project_europe-west1_cluster',
    'default/api-crc-testing:6443/kubeadmin',
    'x'.repeat(300),
    `${'x'.repeat(299)}y`,
    '---',
    'ÄÖ',
  ];
  const names = contexts.map(objectName);
  assert.equal(new Set(names).size, contexts.length);
  for (const name of names) assert.match(name, /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/);
  assert.equal(objectName('prod-eu'), 'prod-eu');
});
test('addresses that mean nothing in the pod of the operator', () => {
  for (const server of [
    'https://127.0.0.1:6443',
    'https://127.9.9.9',
    'https://localhost:1',
    'https://[::1]:1',
    'https://0.0.0.0:6443',
    'https://host.docker.internal:1',
    'https://169.254.1.1',
    'https://[::]:1',
  ])
    assert.ok(unroutable(server), server);
  for (const server of [
    'https://10.0.0.1',
    'https://192.168.1.1:6443',
    'https://east.example.com',
    'https://[fd00::1]:6443',
    'https://127.example.com',
  ])
    assert.equal(unroutable(server), undefined, server);
});
test('text from a cluster cannot control the terminal, and only a bug shows a stack', () => {
  assert.equal(printable('a\u001b[2Jb\u202ec\r\nd\u0007'), 'a\\u001b[2Jb\\u202ec\\u000d\\u000ad\\u0007');
  assert.equal(describe(new UserError('what\nwhere', 'do this')), 'error: what\\u000awhere\nfix:   do this\n');
  assert.match(describe(new Error('oops')), /^bug: Error: oops\n\s+at /);
});
