import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { namespace } from '../sandbox/world.ts';
import * as usages from '../src/commands/clientconfig/usage.ts';
import { refusal, refusalRows } from '../src/plan/refusals.ts';
import { runInProcess } from './support/in-process.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
});
beforeEach(() => registered.reset());
after(() => registered.stop());
const text = ({ code, stdout, stderr }: Run): string => `exit ${code}\n${stdout}${stderr}`;
const create = (...more: readonly string[]): Promise<Run> =>
  registered.cli('clientconfig', 'create', '--yes', '--from-context', 'dp1', ...more);
const secret = () => {
  const found = registered.server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(found);
  return found;
};
interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
}
const storedKubeconfig = (): Kubeconfig => {
  const { kubeconfig = '' } = secret()['data'] as { kubeconfig?: string };
  return parse(Buffer.from(kubeconfig, 'base64').toString()) as Kubeconfig;
};
const tokenSecret = (marks: Readonly<Record<string, string>>, type = 'kubernetes.io/service-account-token') =>
  registered.server('dp1').put('', 'secrets', {
    metadata: { namespace, name: 'another', labels: { 'app.kubernetes.io/managed-by': 'kubectl-k8ssandra' }, annotations: marks },
    type,
  });

test('--allow of each command takes the refusals of the table that are its own, and no others', () => {
  for (const [command, usage] of Object.entries({
    create: usages.create,
    update: usages.update,
    rotate: usages.rotate,
    import: usages.importUsage,
    delete: usages.deleteUsage,
  })) {
    const own = refusalRows()
      .filter(({ by }) => by.some(one => one === command))
      .map(({ code }) => code);
    assert.deepEqual(usage.options.allow.suggestions, own, command);
    assert.ok(own.length > 0);
  }
});
test('an address that is refused is told as far as it may be shown', () => {
  for (const server of ['https://u:canary@127.0.0.1', 'https://127.0.0.1/?token=canary', 'https://127.0.0.1/#canary'])
    for (const one of [
      refusal('loopback', { server, of: 'east', why: 'a loopback address' }),
      refusal('insecure-tls', { server }),
      refusal('system-ca', { server, named: true }),
      refusal('system-ca', { server, named: false }),
    ]) {
      assert.doesNotMatch(`${one.message} ${String(one.fix)}`, /canary/);
      assert.match(one.message, /https:\/\/127\.0\.0\.1/);
    }
});
test('a data plane that shows the token of another control plane is refused by name, and that decides nothing else', async () => {
  const mark = {
    'kubernetes.io/service-account.name': 'k8ssandra-operator',
    'cli.k8ssandra.io/control-plane-uid': 'another-uid',
    'cli.k8ssandra.io/client-config': 'ns/theirs',
  };
  tokenSecret(mark, 'Opaque');
  assert.equal((await create()).code, 0, 'no token, no registration');
  tokenSecret({ ...mark, 'cli.k8ssandra.io/control-plane-uid': 'not a uid' });
  assert.equal((await create()).code, 0, 'a mark that can be nobody names nobody');
  tokenSecret(mark);
  const refused = await create();
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stderr, /dp1 is registered by another control plane: .*another-uid.*ns\/theirs.*k8ssandra-operator\/another/);
  assert.match(refused.stderr, /^fix: .*--allow other-control-plane$/m);
  const before = JSON.stringify(registered.server('dp1').get('', 'secrets', namespace, 'another'));
  const allowed = await create('--allow', 'other-control-plane');
  assert.equal(allowed.code, 0, text(allowed));
  assert.equal(JSON.stringify(registered.server('dp1').get('', 'secrets', namespace, 'another')), before);
  assert.equal((await create()).code, 0, 'what was allowed is kept');
});
test('a registration whose kubeconfig does not load keeps its address and what was allowed', async () => {
  const moved = registered.server('dp1').url.replace('127.0.0.1', 'localhost');
  assert.equal((await create('--server', moved)).code, 0);
  const { server } = storedKubeconfig().clusters[0]?.cluster ?? {};
  assert.equal(server, moved);
  registered.server('cp').put('', 'secrets', { ...secret(), data: { kubeconfig: Buffer.from('kind: [').toString('base64') } });
  const again = await create();
  assert.equal(again.code, 0, text(again));
  assert.equal(storedKubeconfig().clusters[0]?.cluster['server'], moved);
  registered.server('cp').put('', 'secrets', {
    ...secret(),
    metadata: {
      ...secret().metadata,
      annotations: { ...(secret().metadata.annotations as object), 'cli.k8ssandra.io/server': 'http://evil' },
    },
    data: { kubeconfig: Buffer.from('kind: [').toString('base64') },
  });
  const own = await create();
  assert.equal(own.code, 0, text(own));
  assert.equal(storedKubeconfig().clusters[0]?.cluster['server'], registered.server('dp1').url, 'a note that is no https address is none');
});
test('where a CA of the system alone verifies the server it is stored, and an address that is only stored is not believed for it', async () => {
  const { server, world } = registered;
  for (const where of [namespace, 'kube-system']) server('dp1').remove('', 'configmaps', where, 'kube-root-ca.crt');
  const bundle = `${world.kubeconfig}-ca.pem`;
  writeFileSync(bundle, server('dp1').caPem);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: ['cp', 'dp1'].map(name => ({
      name,
      cluster: {
        server: server(name).url,
        ...(name === 'cp' ? { 'certificate-authority-data': Buffer.from(server(name).caPem).toString('base64') } : {}),
      },
    })),
    users: ['cp', 'dp1'].map(name => ({ name, user: { token: server(name).adminToken } })),
    contexts: ['cp', 'dp1'].map(name => ({ name, context: { cluster: name, user: name } })),
    'current-context': 'cp',
  };
  const kubeconfig = `${world.kubeconfig}-system`;
  writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
  const words = ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--kubeconfig', kubeconfig];
  const created = await runInProcess(words, { env: { SSL_CERT_FILE: bundle } });
  assert.equal(created.code, 0, text(created));
  const { 'certificate-authority-data': ca = '' } = storedKubeconfig().clusters[0]?.cluster ?? {};
  assert.match(Buffer.from(ca, 'base64').toString(), /BEGIN CERTIFICATE/);
  const moved = server('dp1').url.replace('127.0.0.1', 'localhost');
  assert.equal((await runInProcess([...words, '--server', moved], { env: { SSL_CERT_FILE: bundle } })).code, 0);
  assert.equal(storedKubeconfig().clusters[0]?.cluster['server'], moved);
  const before = JSON.stringify(secret());
  const again = await runInProcess(words, { env: { SSL_CERT_FILE: bundle } });
  assert.equal(again.code, 4, text(again));
  assert.equal(JSON.stringify(secret()), before);
});
