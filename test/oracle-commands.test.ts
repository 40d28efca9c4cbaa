import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { oracle } from './support/oracle.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

let registered: Registered;
afterEach(() => registered.stop());
const text = ({ stdout, stderr }: Run): string => stdout + stderr;

/** Context names that YAML 1.1 takes for a truth value, a number, nothing or a date. */
const names = ['no', 'on', 'y', '1e3', '0x1', 'null', '~', '2024-01-01', '1_000', "it's", 'é', 'a'.repeat(253)];

interface Loaded {
  readonly stage: string;
  readonly message?: string;
  readonly url?: string;
}
/** What client-go makes of what is stored for each ClientConfig, under the name that the operator asks for. */
const loaded = async (): Promise<ReadonlyMap<string, Loaded>> => {
  const cp = registered.server('cp');
  const configs = cp.list('config.k8ssandra.io', 'clientconfigs').map(config => {
    const { spec } = config as unknown as { spec: { contextName: string; kubeConfigSecret: { name: string } } };
    const secret = cp.get('', 'secrets', namespace, spec.kubeConfigSecret.name) as unknown as { data: { kubeconfig: string } };
    return { context: spec.contextName, kubeconfig: secret.data.kubeconfig };
  });
  const answers = await oracle<Loaded>(configs.map(config => ({ ask: 'operator', ...config })));
  return new Map(configs.map(({ context }, index) => [context, answers[index] ?? { stage: 'none' }]));
};
const allLoad = async (wanted: readonly string[]): Promise<void> => {
  const found = await loaded();
  for (const name of wanted) assert.equal(found.get(name)?.stage, 'ok', `${name}: ${found.get(name)?.message ?? 'not there'}`);
};
interface Documents {
  readonly documents?: readonly {
    readonly kind: string;
    readonly metadata: { readonly name: unknown };
    readonly spec?: { contextName: unknown };
  }[];
}
const printed = async (yaml: string) => {
  const [read] = await oracle<Documents>([{ ask: 'documents', kubeconfig: Buffer.from(yaml).toString('base64') }]);
  return read?.documents ?? [];
};

test('whatever a context is called, what create, update, rename, rotate, export and import write is read back by client-go', async () => {
  registered = await startRegistered(['dp1']);
  const { cli, server } = registered;
  const create = (name: string, ...more: readonly string[]) =>
    cli('clientconfig', 'create', '--yes', name, '--from-context', 'dp1', '--allow', 'loopback,duplicate-cluster', ...more);
  const shown = await create('no', '-o', 'yaml');
  assert.equal(shown.code, 0, text(shown));
  assert.equal((await printed(shown.stdout)).find(({ kind }) => kind === 'ClientConfig')?.spec?.contextName, 'no');
  for (const name of names) {
    const made = await create(name);
    assert.equal(made.code, 0, `${name}: ${text(made)}`);
  }
  await allLoad(names);

  for (const [at, name] of names.slice(0, 3).entries()) {
    const object = server('cp')
      .list('config.k8ssandra.io', 'clientconfigs')
      .find(one => (one as unknown as { spec: { contextName: string } }).spec.contextName === name);
    const updated = await cli('clientconfig', 'update', '--yes', object?.metadata.name ?? '', '--tls-server-name', 'localhost');
    assert.equal(updated.code, 0, text(updated));
    const renamed = await cli('clientconfig', 'rename', '--yes', object?.metadata.name ?? '', ['yes', '0b11', '.inf'][at] ?? '', '--yes');
    assert.equal(renamed.code, 0, text(renamed));
  }
  const now = ['yes', '0b11', '.inf', ...names.slice(3)];
  await allLoad(now);
  const rotated = await cli('clientconfig', 'rotate', '--all', '--yes');
  assert.equal(rotated.code, 0, text(rotated));
  await allLoad(now);

  const exported = await cli('clientconfig', 'export', '--with-secrets');
  assert.equal(exported.code, 0, text(exported));
  const contexts = (await printed(exported.stdout)).flatMap(({ spec }) => (spec === undefined ? [] : [spec.contextName]));
  assert.deepEqual(new Set(contexts), new Set(['dp1', ...now]));
  for (const [group, plural] of [
    ['config.k8ssandra.io', 'clientconfigs'],
    ['', 'secrets'],
  ] as const)
    for (const { metadata } of server('cp').list(group, plural))
      if (plural === 'clientconfigs' || metadata.name.endsWith('-config')) server('cp').remove(group, plural, namespace, metadata.name);
  const file = `${registered.world.kubeconfig}-export.yaml`;
  writeFileSync(file, exported.stdout, { mode: 0o600 });
  const imported = await cli('clientconfig', 'import', '--yes', '-f', file);
  assert.equal(imported.code, 0, text(imported));
  await allLoad(['dp1', ...now]);
});

test('import refuses a kubeconfig that the operator would die of, or read as another address, as wrong input', async () => {
  registered = await startRegistered(['dp1']);
  const { cli } = registered;
  const exported = await cli('clientconfig', 'export', '--with-secrets');
  const [secret, config] = (await printed(exported.stdout)) as unknown as [{ data: { kubeconfig: string } }, object];
  const kubeconfig = Buffer.from(secret.data.kubeconfig, 'base64').toString();
  const server = /server: (\S+)/.exec(kubeconfig)?.[1] ?? '';
  const port = new URL(server).port;
  for (const [change, message] of [
    [`"${server} "`, /host must be a URL or a host:port pair/],
    [`https://bob:canary@127.0.0.1:${port}`, /a user name in it takes the place of the token/],
    [`https://127.1:${port}`, /the operator takes 127.1 for a name/],
    ['no', /cannot unmarshal bool into Go struct field Cluster.clusters.cluster.server of type string/],
  ] as const) {
    const file = `${registered.world.kubeconfig}-broken.json`;
    const changed = Buffer.from(kubeconfig.replace(server, change)).toString('base64');
    writeFileSync(file, JSON.stringify({ kind: 'List', items: [{ ...secret, data: { kubeconfig: changed } }, config] }));
    const refused = await cli('clientconfig', 'import', '--yes', '-f', file, '--overwrite');
    assert.equal(refused.code, 2, `${change}: ${text(refused)}`);
    assert.match(refused.stderr, message);
    assert.doesNotMatch(text(refused), /canary/);
  }
});
