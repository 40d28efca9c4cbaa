import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { type Cluster, type Clusters, installCrds, installOperator, startClusters } from '../support/clusters.ts';
import { realOperator } from '../support/real-operator.ts';
import { run, runJson } from '../support/run.ts';

/** Our verdict beside the real operator's fate, on the same stored kubeconfig. */
const namespace = 'k8ssandra-operator';
const secretPath = `/api/v1/namespaces/${namespace}/secrets/dp1-config`;

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: unknown[];
}
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const exec = (rest: Record<string, string>) => ({ exec: { command: 'aws', ...rest } });
const v1 = 'client.authentication.k8s.io/v1';
const named = (name: string, change: Partial<Record<'cluster' | 'user', string>>) => [
  { name, context: { cluster: 'dp1', user: 'dp1', ...change } },
];
/** What becomes of the stored text: a changed kubeconfig, or another text altogether. */
const defects: Readonly<Record<string, string | ((kubeconfig: Kubeconfig) => object)>> = {
  healthy: kubeconfig => kubeconfig,
  empty: '',
  'not YAML': '{{{ no',
  'a string': 'hello',
  'a list': '[]',
  'another context': kubeconfig => ({ ...kubeconfig, contexts: named('other', {}) }),
  'the context twice': kubeconfig => ({ ...kubeconfig, contexts: [...kubeconfig.contexts, ...kubeconfig.contexts] }),
  'contexts that are no list': kubeconfig => ({ ...kubeconfig, contexts: { a: 1 } }),
  'no such cluster': kubeconfig => ({ ...kubeconfig, contexts: named('dp1', { cluster: 'other' }) }),
  'no such user': kubeconfig => ({ ...kubeconfig, contexts: named('dp1', { user: 'other' }) }),
  ...Object.fromEntries(
    (
      [
        ['no server', { server: '' }],
        ['a server that is no URL', { server: 'h h' }],
        ['plain http', { server: 'http://127.0.0.1:1' }],
        ['a server without a scheme', { server: '127.0.0.1:1' }],
        ['a server that is a number', { server: 1 }],
        ['a bad proxy', { 'proxy-url': '::nope' }],
        ['a proxy of another kind', { 'proxy-url': 'ftp://h' }],
        ['a CA that is not base64', { 'certificate-authority-data': '%%' }],
        ['a CA that is no PEM', { 'certificate-authority-data': base64('x') }],
        ['a CA file', { 'certificate-authority': '/p', 'certificate-authority-data': undefined }],
        ['a CA and not verified', { 'insecure-skip-tls-verify': true }],
        ['not verified', { 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined }],
      ] as const
    ).map(([name, change]) => [
      name,
      (kubeconfig: Kubeconfig) => ({
        ...kubeconfig,
        clusters: kubeconfig.clusters.map(one => ({ ...one, cluster: { ...one.cluster, ...change } })),
      }),
    ]),
  ),
  ...Object.fromEntries(
    (
      [
        ['an empty token', { token: '' }],
        ['a token that is a number', { token: 123 }],
        ['a token file', { tokenFile: '/t' }],
        ['token and password', { token: 't', username: 'a', password: 'b' }],
        ['a certificate file', { 'client-certificate': '/p', 'client-key': '/k' }],
        ['a certificate without its key', { 'client-certificate-data': base64('x') }],
        ['an exec plugin', exec({ apiVersion: v1, interactiveMode: 'Never' })],
        ['an exec plugin of an older version', exec({ apiVersion: `${v1}beta1` })],
        ['an exec plugin without its mode', exec({ apiVersion: v1 })],
        ['an exec plugin without its version', exec({})],
      ] as const
    ).map(([name, user]) => [name, (kubeconfig: Kubeconfig) => ({ ...kubeconfig, users: [{ name: 'dp1', user }] })]),
  ),
};

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
  const { body } = await at('cp').request('GET', secretPath);
  stored = Buffer.from((body as { data: { kubeconfig: string } }).data.kubeconfig, 'base64').toString();
});
after(async () => {
  await clusters?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the real operator until it dies of a ClientConfig or has started its controllers. */
const fate = (): Promise<'dies' | 'lives' | 'neither'> =>
  new Promise((done, broken) => {
    const child = start();
    let log = '';
    const limit = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const read = (chunk: Buffer): void => {
      log += chunk.toString();
      if (/starting manager|Starting EventSource/i.test(log)) child.kill('SIGKILL');
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', broken);
    child.on('exit', () => {
      clearTimeout(limit);
      done(
        /unable to create manager cluster connections/.test(log)
          ? 'dies'
          : /starting manager|Starting EventSource/i.test(log)
            ? 'lives'
            : 'neither',
      );
    });
  });

for (const [name, defect] of Object.entries(defects)) {
  test(`${name}: the verdict is what becomes of the real operator`, async () => {
    const { body } = await at('cp').request('GET', secretPath);
    const text = typeof defect === 'string' ? defect : stringify(defect(parse(stored) as Kubeconfig));
    await at('cp').request('PUT', secretPath, { ...(body as object), data: { kubeconfig: base64(text) } });
    const { json } = await runJson([
      'contexts',
      'check',
      '-o',
      'json',
      '--timeout',
      '2s',
      '--kubeconfig',
      clusters.kubeconfig,
      '--context',
      'cp',
    ]);
    assert.equal(json.operatorStart.verdict === 'does-not-start' ? 'dies' : 'lives', await fate(), json.operatorStart.message);
  });
}
