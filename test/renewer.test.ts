import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { namespace } from '../sandbox/world.ts';
import { liveTokens, type Registered, startRegistered } from './support/registered.ts';
import { type Run, run } from './support/run.ts';

let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1'], { inProcess: true });
});
after(() => registered.stop());
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
type Manifest = {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  rules?: { resources: string[]; verbs: string[]; resourceNames?: string[] }[];
};
const manifests = (yaml: string) => parseAllDocuments(yaml).map(document => document.toJS() as Manifest);

test('a token with an end is refused without the renewer', async () => {
  const token = registered.storedToken('dp1');
  const refused = await registered.cli('clientconfig', 'rotate', 'dp1', '--yes', '--token-ttl', '90d');
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stderr, /no renewer runs.*clientconfig renewer/s);
  assert.equal(registered.storedToken('dp1'), token);
});

test('the renewer is a CronJob with the least rights: Secrets by name, tokens of one account', async () => {
  const printed = await registered.cli('clientconfig', 'renewer', '--image', 'example.com/k:1');
  assert.equal(printed.code, 0, text(printed));
  const all = manifests(printed.stdout);
  const secrets = all.flatMap(({ rules = [] }) => rules).filter(({ resources }) => resources.includes('secrets'));
  assert.deepEqual(
    secrets.map(({ verbs, resourceNames }) => ({ verbs, resourceNames })),
    [{ verbs: ['get', 'update'], resourceNames: ['dp1-config'] }],
  );
  const verbs = all.flatMap(({ rules = [] }) => rules.flatMap(one => one.verbs));
  for (const verb of ['create', 'delete', 'patch', '*']) assert.ok(!verbs.includes(verb), verb);
  const granted = manifests((await registered.cli('clientconfig', 'renewer', '--for-context', 'dp1')).stdout);
  assert.deepEqual(granted[0]?.rules, [
    { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'], resourceNames: ['k8ssandra-operator'] },
  ]);
  assert.ok(!all.some(({ kind }) => kind === 'ConfigMap'), 'it finds the control plane by the files of its pod');
  assert.doesNotMatch(printed.stdout, /kubeconfig/);
  assert.doesNotMatch(printed.stderr, /ConfigMap/);
  const job = all.find(({ kind }) => kind === 'CronJob');
  assert.ok(job);
  registered.server('cp').put('batch', 'cronjobs', job as never);
});

test('with it, rotate stores a token with an end and revokes the old; the renewer then renews what ends soon, three times, and the gap is none', async () => {
  const { server, storedToken, cli } = registered;
  server('dp1').grant(namespace, 'k8ssandra-operator', [{ groups: ['*'], resources: ['*'], verbs: ['*'], namespaces: [namespace] }]);
  const first = await cli('clientconfig', 'rotate', 'dp1', '--yes', '--token-ttl', '90d');
  assert.equal(first.code, 0, text(first));
  assert.deepEqual(liveTokens(server('dp1')), [], 'the Secret of the old token is gone');
  const unauthorized = () =>
    server('dp1').requests.filter(({ status, authorization }) => status === 401 && authorization === `Bearer ${storedToken('dp1')}`);
  const idle = await cli('clientconfig', 'rotate', '--all', '--yes', '--token-ttl', '90d', '--expiring-within', '30d');
  assert.match(idle.stdout, /nothing to rotate: no token ends within 30d/);
  // The renewer runs with a kubeconfig whose token is in a file, as its pod has it.
  const config = parse(readFileSync(registered.world.kubeconfig, 'utf8')) as {
    users: { name: string; user: object }[];
    contexts: { name: string }[];
  };
  const tokenFile = `${registered.world.kubeconfig}-token`;
  writeFileSync(tokenFile, server('cp').adminToken, { mode: 0o600 });
  const path = `${registered.world.kubeconfig}-renewer`;
  writeFileSync(
    path,
    stringify({
      ...config,
      users: config.users.filter(({ name }) => name === 'cp').map(({ name }) => ({ name, user: { tokenFile } })),
      contexts: config.contexts.filter(({ name }) => name === 'cp'),
    }),
    { mode: 0o600 },
  );
  for (let round = 0; round < 3; round++) {
    const before = storedToken('dp1');
    const renewed = await run([
      'clientconfig',
      'rotate',
      '--all',
      '--resume',
      '--yes',
      '--token-ttl',
      '90d',
      '--expiring-within',
      '120d',
      '--kubeconfig',
      path,
    ]);
    assert.equal(renewed.code, 0, text(renewed));
    assert.notEqual(storedToken('dp1'), before);
    assert.deepEqual(unauthorized(), []);
    for (const token of [before, storedToken('dp1'), server('cp').adminToken]) assert.ok(!text(renewed).includes(token));
  }
});

test('the ConfigMap of an earlier renewer is named, with the command that takes it away', async () => {
  const { cli, server } = registered;
  const labels = { 'app.kubernetes.io/component': 'clientconfig-renewer' };
  server('cp').put('', 'configmaps', { metadata: { namespace, name: 'clientconfig-renewer', labels }, data: { kubeconfig: '{}' } });
  const printed = await cli('clientconfig', 'renewer', '--image', 'example.com/k:1');
  assert.match(printed.stderr, /earlier renewer; kubectl .*--context cp -n k8ssandra-operator delete configmap clientconfig-renewer\n/);
  assert.ok(!manifests(printed.stdout).some(({ kind }) => kind === 'ConfigMap'));
});

test('bad input: exit 2', async () => {
  for (const args of [
    ['renewer'],
    ['renewer', '--image', 'x', '--token-ttl', '10d', '--expiring-within', '6d'],
    ['renewer', '--for-context', 'nobody'],
    ['renewer', '--for-context', ''],
    ['renewer', '--image', 'a b'],
    ['renewer', '--image', 'a\nb: c'],
    ['rotate', ''],
    ['rotate', 'dp1', '--token-ttl', '1m'],
    ['rotate', 'dp1', '--token-ttl', 'x'],
  ]) {
    const ran = await registered.cli('clientconfig', ...args);
    assert.equal(ran.code, 2, `${args.join(' ')}: ${text(ran)}`);
    assert.match(ran.stderr, /^error: .+\nfix: {3}.+\n$/);
  }
});

test('with the ClientConfig goes what was granted for it, and nothing of another', async () => {
  const { cli, server } = registered;
  const plural: Readonly<Record<string, string>> = { Role: 'roles', RoleBinding: 'rolebindings' };
  const granted = manifests((await cli('clientconfig', 'renewer', '--for-context', 'dp1')).stdout);
  const apply = (name: string, all: readonly Manifest[]): void => {
    for (const one of all) server(name).put('rbac.authorization.k8s.io', plural[one.kind] ?? '', one as never);
  };
  const named = (name: string, kind: string): readonly string[] =>
    server(name)
      .list('rbac.authorization.k8s.io', kind)
      .map(({ metadata }) => metadata.name)
      .filter(one => one.startsWith('clientconfig-renewer'))
      .sort();
  apply('dp1', granted);
  const others = granted.map(one => ({ ...one, metadata: { ...one.metadata, name: 'clientconfig-renewer-token-other' } }));
  apply('dp1', others);
  const ofControlPlane = manifests((await cli('clientconfig', 'renewer', '--image', 'example.com/k:1')).stdout);
  apply(
    'cp',
    ofControlPlane.filter(({ metadata }) => metadata.name === 'clientconfig-renewer-secrets'),
  );
  assert.equal(named('dp1', 'roles').length, 2);
  const deleted = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(deleted.code, 0, text(deleted));
  for (const kind of ['roles', 'rolebindings']) assert.deepEqual(named('dp1', kind), ['clientconfig-renewer-token-other'], kind);
  const [secrets] = server('cp')
    .list('rbac.authorization.k8s.io', 'roles')
    .filter(({ metadata }) => metadata.name === 'clientconfig-renewer-secrets');
  assert.doesNotMatch(JSON.stringify(secrets ?? {}), /dp1-config/);
  assert.match(deleted.stdout, /Role k8ssandra-operator\/clientconfig-renewer-secrets in cp/);
});
