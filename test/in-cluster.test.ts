import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { realIO } from '../src/base/io.ts';
import { runInProcess } from './support/in-process.ts';
import type { Run } from './support/run.ts';

/** Where the kubelet puts them, which no test may write to. */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const real = realIO([]);
let world: World;
let files: Record<string, string>;
before(async () => {
  world = await startWorld([]);
});
after(() => world.stop());
const server = () => world.servers['cp'] ?? assert.fail();
beforeEach(() => {
  server().addToken('of-the-pod', { username: `system:serviceaccount:${namespace}:reader`, rules: 'all' });
  files = { [`${account}/token`]: 'of-the-pod\n', [`${account}/ca.crt`]: server().caPem, [`${account}/namespace`]: namespace };
});

/** The program in a pod: its files, and the two variables that the kubelet sets in every container. */
const inPod = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> => {
  const { hostname, port } = new URL(server().url);
  const text = async (path: string): Promise<string> => {
    if (!path.startsWith(account)) return real.readFile(path);
    const found = files[path];
    if (found === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return found;
  };
  return runInProcess(args, {
    env: { LANG: 'C.UTF-8', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, ...env },
    readFile: text,
    readBytes: async path => (path.startsWith(account) ? Buffer.from(await text(path)) : real.readBytes(path)),
  });
};

test('without a kubeconfig the service account of the pod is used, with its own namespace', async () => {
  const checked = await inPod(['contexts', 'check']);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  assert.match(checked.stdout, /^Control plane in-cluster /);
  const from = server().requests.length;
  const listed = await inPod(['clientconfig', 'list']);
  assert.equal(listed.code, 0, listed.stderr);
  for (const { authorization } of server().requests.slice(from)) assert.equal(authorization, 'Bearer of-the-pod');
});
test('the namespace of the pod is POD_NAMESPACE, else that of its file, else default', async () => {
  const manifest = join(world.folder, 'demo.yaml');
  await writeFile(manifest, 'apiVersion: k8ssandra.io/v1alpha1\nkind: K8ssandraCluster\nmetadata: {name: demo}\nspec: {cassandra: {}}\n');
  const asked = async (env: Readonly<Record<string, string>>): Promise<string | undefined> =>
    /(\S+)\/demo/.exec((await inPod(['contexts', 'check', '--for', manifest], env)).stdout)?.[1];
  assert.equal(await asked({ POD_NAMESPACE: 'elsewhere' }), 'elsewhere');
  assert.equal(await asked({}), namespace);
  delete files[`${account}/namespace`];
  assert.equal(await asked({}), 'default');
});
test('a token that the kubelet has renewed is read again', async () => {
  let reads = 0;
  server().addToken('renewed', { username: 'system:serviceaccount:x:reader', rules: 'all' });
  Object.defineProperty(files, `${account}/token`, { get: () => (reads++ < 2 ? 'ended' : 'renewed') });
  const ran = await inPod(['clientconfig', 'list']);
  assert.equal(ran.code, 0, ran.stderr);
  assert.ok(reads > 2, String(reads));
});
test('a kubeconfig with a current context comes before the pod', async () => {
  const ran = await inPod(['contexts', 'check'], { KUBECONFIG: world.kubeconfig });
  assert.match(ran.stdout, /^Control plane cp /);
});
test('outside of a pod, no kubeconfig and no current context are two things', async () => {
  for (const missing of ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']) {
    const ran = await inPod(['contexts', 'check'], { [missing]: '' });
    assert.equal(ran.code, 2, missing);
    assert.match(ran.stderr, /^error: no kubeconfig: /);
  }
  delete files[`${account}/token`];
  assert.match((await inPod(['contexts', 'check'])).stderr, /^error: no kubeconfig: /);
  const empty = join(world.folder, 'without-current-context');
  await writeFile(empty, 'apiVersion: v1\nkind: Config\ncontexts:\n- name: a\n  context: {cluster: a}\n');
  const ran = await inPod(['contexts', 'check'], { KUBECONFIG: empty });
  assert.match(ran.stderr, /current-context/);
  assert.doesNotMatch(ran.stderr, /no kubeconfig/);
});
