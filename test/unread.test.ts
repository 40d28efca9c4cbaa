import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import type { Fault } from '../sandbox/api/faults.ts';
import { namespace } from '../sandbox/world.ts';
import { assertChange } from './support/formats.ts';
import { liveTokens, type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

/** What a command that writes would have to know and could not read: never taken for absent, told with what to do, and exit 3. */
let registered: Registered;
const exported = (): string => `${registered.world.kubeconfig}-export.yaml`;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
  writeFileSync(exported(), (await registered.cli('clientconfig', 'export', 'dp1', '--with-secrets')).stdout, { mode: 0o600 });
});
beforeEach(() => registered.reset());
after(() => registered.stop());
const text = ({ code, stdout, stderr }: Run): string => `exit ${code}\n${stdout}${stderr}`;
const forbidden: Fault = { kind: 'status', status: 403 };
const unread = (at: string, path: RegExp, fault: Fault = forbidden): void =>
  registered.server(at).fault({ method: 'GET', path }, fault, 999);
interface Told {
  readonly outcome: string;
  readonly done: readonly { readonly action: string; readonly object: string; readonly why: string | null }[];
  readonly unknown: readonly {
    readonly message: string;
    readonly reason: string;
    readonly look: string | null;
    readonly do: string | null;
  }[];
}
const told = (ran: Run): Told => {
  const document = JSON.parse(ran.stdout) as Told;
  assertChange(document);
  return document;
};
/** It is told to a person and to a machine, with what to do, and whatever else was done the run is incomplete. */
const incomplete = (ran: Run, message: RegExp, json = true): void => {
  assert.equal(ran.code, 3, text(ran));
  assert.match(ran.stderr, /^unknown: .{10,}\n(look|do): +.{10,}$/m, text(ran));
  assert.match(ran.stderr, message, text(ran));
  if (!json) return;
  const { outcome, unknown } = told(ran);
  assert.equal(outcome, 'done', text(ran));
  assert.ok(
    unknown.some(one => message.test(one.message) && (one.look === null) !== (one.do === null)),
    text(ran),
  );
};
const exists = (name: string): boolean =>
  registered.server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, name) !== undefined;

for (const [how, prepare, todo] of [
  ["with the user's own context", () => undefined, /^look: +kubectl .*--context dp1 -n k8ssandra-operator get secrets -l /m],
  [
    'with the stored credential',
    () => {
      const { server } = registered;
      const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
      assert.ok(secret);
      const { 'cli.k8ssandra.io/source-cluster-uid': _, ...annotations } = secret.metadata.annotations ?? {};
      server('cp').put('', 'secrets', { ...secret, metadata: { ...secret.metadata, annotations } });
    },
    /^do: +look there, with a context of your own, for Secrets of namespace k8ssandra-operator with the label /m,
  ],
] as const)
  for (const verb of ['rotate', 'delete'])
    test(`${verb}, ${how}: that Secrets of the data plane may not be listed is told`, async () => {
      prepare();
      unread('dp1', /\/secrets\?/);
      const old = registered.storedToken('dp1');
      const ran = await registered.cli('clientconfig', verb, 'dp1', '--yes', '-o', 'json');
      incomplete(ran, /whether other tokens of ClientConfig k8ssandra-operator\/dp1 are left in namespace k8ssandra-operator of dp1/);
      assert.match(ran.stderr, todo);
      assert.ok(!liveTokens(registered.server('dp1')).includes(old), 'the noted one is revoked all the same');
      registered.server('dp1').clearFaults();
    });
test('a list of Secrets with one that cannot be read in it is no list of all', async () => {
  registered.server('dp1').alter(({ path }, reply) => {
    if (!/\/secrets\?/.test(path)) return reply;
    const body = reply.body as { items: object[] };
    return { ...reply, body: { ...body, items: [...body.items, { metadata: { namespace, name: 7 } }] } };
  });
  incomplete(await registered.cli('clientconfig', 'rotate', 'dp1', '--yes', '-o', 'json'), /whether other tokens/);
  registered.server('dp1').alter(undefined);
});

const words: Readonly<Record<string, () => readonly string[]>> = {
  delete: () => ['delete', 'dp1'],
  rename: () => ['rename', 'dp1', 'eu-1'],
  update: () => ['update', 'dp1', '--tls-server-name', 'localhost'],
  create: () => [
    ...['create', '--from-context', 'dp1', '--allow', 'loopback,unwatched-namespace', '--dest-namespace', namespace],
    ...['--server', registered.server('dp1').url.replace('127.0.0.1', 'localhost')],
  ],
  import: () => ['import', '-f', exported(), '--overwrite'],
};
for (const [name, fault] of [
  ['forbidden', forbidden],
  ['timed out', { kind: 'hang' }],
  ['unavailable', { kind: 'status', status: 500 }],
] as const)
  test(`operators that are ${name}: whether one starts again is not known, so it is asked, and told`, async () => {
    // Each waits for its time.
    for (const [verb, line] of Object.entries(words).slice(0, fault.kind === 'hang' ? 1 : undefined)) {
      await registered.reset();
      if (verb === 'import') registered.server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
      unread('cp', /\/deployments/, fault);
      const flags = ['--request-timeout', '300ms'];
      const asked = await registered.cli('clientconfig', ...line(), ...flags);
      assert.equal(asked.code, 2, text(asked));
      assert.match(asked.stderr, /\? It restarts the operator of cp, if one runs there\. .*\nfix: .* --yes$/m);
      const ran = await registered.cli('clientconfig', ...line(), '--yes', '-o', 'json', ...flags);
      incomplete(ran, /whether an operator of cp starts again is not known/);
    }
  });
test('of several control planes of which none is chosen, the one that reads the namespace starts again', async () => {
  const cp = registered.server('cp');
  const deployment = cp.get('apps', 'deployments', namespace, 'k8ssandra-operator');
  assert.ok(deployment);
  cp.put('', 'namespaces', { metadata: { name: 'beside' } });
  cp.put('apps', 'deployments', { ...deployment, metadata: { ...deployment.metadata, namespace: 'beside' } });
  for (const line of [words['delete'], words['rename']]) {
    const asked = await registered.cli('clientconfig', ...(line?.() ?? []));
    assert.equal(asked.code, 2, text(asked));
    assert.match(asked.stderr, /It restarts the operator k8ssandra-operator\/k8ssandra-operator of cp\./);
  }
});

test('rights of a renewer that may not be read are told by delete', async () => {
  for (const at of ['cp', 'dp1']) unread(at, /\/(roles|rolebindings)\//);
  const ran = await registered.cli('clientconfig', 'delete', 'dp1', '--yes', '-o', 'json');
  assert.equal(ran.code, 0, text(ran));
  assert.deepEqual(
    told(ran)
      .done.filter(({ action }) => action === 'left')
      .map(({ object, why }) => [
        object.replace(/-\w{8}$/, '-HASH'),
        /whether it is there could not be read \(403: .*\); delete it if it is/.test(why ?? ''),
      ]),
    [
      [`RoleBinding ${namespace}/clientconfig-renewer-token-HASH`, true],
      [`Role ${namespace}/clientconfig-renewer-token-HASH`, true],
      [`Role ${namespace}/clientconfig-renewer-secrets`, true],
    ],
  );
});
test('a token stays where it could not be read whether another ClientConfig holds it', async () => {
  for (const verb of ['rotate', 'delete']) {
    await registered.reset();
    unread('cp', /\/secrets\/dp2-config/);
    const old = registered.storedToken('dp1');
    const ran = await registered.cli('clientconfig', verb, 'dp1', '--yes', '-o', 'json');
    incomplete(ran, /whether the token of ClientConfig k8ssandra-operator\/dp1 is in use elsewhere is not known/);
    assert.ok(liveTokens(registered.server('dp1')).includes(old), text(ran));
    assert.match(told(ran).done.find(({ action }) => action === 'left')?.why ?? '', /whether k8ssandra-operator\/dp2 uses it too/);
  }
});
test('where the Secret is gone, whether a token is left in its data plane is not known', async () => {
  registered.server('cp').remove('', 'secrets', namespace, 'dp1-config');
  const ran = await registered.cli('clientconfig', 'delete', 'dp1', '--yes', '-o', 'json');
  incomplete(ran, /whether a token of ClientConfig k8ssandra-operator\/dp1 is left in its data plane/);
  assert.equal(exists('dp1'), false);
});
test('whether a deletion has left a Secret is not known where Secrets may not be listed', async () => {
  registered.server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  unread('cp', /\/secrets\?/);
  const ran = await registered.cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(ran.code, 3, text(ran));
  assert.match(ran.stderr, /^error: there is no ClientConfig dp1 in cp, and whether a deletion has left its Secret could not be read: 403/);
});
for (const plural of ['k8ssandraclusters', 'replicatedsecrets', 'k8ssandratasks', 'clientconfigs'])
  test(`a list of ${plural} with one that cannot be read in it stops delete and rename`, async () => {
    registered.server('cp').alter(({ path }, reply) => {
      if (!new RegExp(`/${plural}\\?`).test(path)) return reply;
      const body = reply.body as { items: object[] };
      return { ...reply, body: { ...body, items: [...body.items, { metadata: { namespace, name: 'odd' }, spec: 7 }] } };
    });
    for (const verb of plural === 'clientconfigs' ? ['delete'] : ['delete', 'rename']) {
      const ran = await registered.cli('clientconfig', ...(words[verb]?.() ?? []), '--yes');
      assert.ok(ran.code === 3 || ran.code === 4, text(ran));
      assert.match(ran.stderr, /^error: .+\nfix: {3}.+$/m);
      assert.ok(exists('dp1'), text(ran));
    }
    registered.server('cp').alter(undefined);
  });
test('whether another control plane has registered a data plane is told by create where its Secrets may not be listed', async () => {
  for (const extra of [[], ['--dry-run']]) {
    unread('dp1', /\/secrets\?/);
    const ran = await registered.cli('clientconfig', ...(words['create']?.() ?? []), '--yes', ...extra);
    incomplete(ran, /whether another control plane has registered dp1 is not known/, false);
    assert.match(ran.stderr, /^look: +kubectl .*--context dp1 get secrets -A -l /m);
  }
});
