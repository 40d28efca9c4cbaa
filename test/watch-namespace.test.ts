import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { namespace } from '../sandbox/world.ts';
import { known, type Read } from '../src/base/read.ts';
import type { Deployment } from '../src/kube/kinds.ts';
import { type Operator, operatorOf } from '../src/operator/environment.ts';
import type { ConfigMapData } from '../src/operator/variables.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import { type CheckJson, run } from './support/run.ts';

interface Source {
  readonly env?: object;
  readonly more?: readonly object[];
  readonly envFrom?: readonly object[];
  readonly template?: object;
}
const deployment = ({ env, more = [], envFrom, template }: Source): Deployment => ({
  metadata: { namespace, name: 'k8ssandra-operator', labels: { 'control-plane': 'k8ssandra-operator' } },
  spec: {
    template: {
      ...(template === undefined ? {} : { metadata: template }),
      spec: {
        serviceAccountName: 'ops-account',
        containers: [
          { name: 'proxy', image: 'proxy:1' },
          {
            name: 'k8ssandra-operator',
            image: 'k8ssandra/k8ssandra-operator:v1.32.0',
            env: [
              ...(more as { name: string }[]),
              ...(env === undefined ? [] : [{ name: 'WATCH_NAMESPACE', ...env }]),
              { name: 'K8SSANDRA_CONTROL_PLANE', value: 'true' },
            ],
            ...(envFrom === undefined ? {} : { envFrom }),
          },
        ],
      },
    },
  },
});
const maps = new Map<string, ConfigMapData>([
  ['settings', known({ watch: namespace, WATCH_NAMESPACE: namespace, X_WATCH_NAMESPACE: 'prefixed', blank: '' })],
  ['other', known({ unrelated: 'x' })],
  ['gone', known(undefined)],
]);
const key = (name: string, key: string, optional?: boolean) => ({
  valueFrom: { configMapKeyRef: { name, key, ...(optional === undefined ? {} : { optional }) } },
});
const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
const olm = "metadata.annotations['olm.targetNamespaces']";
type Wanted = readonly string[] | 'all' | RegExp;
/** Every way in which a Deployment may say what its operator watches. */
const sources: readonly (readonly [string, Source, Wanted])[] = [
  ['a text', { env: { value: 'a,b' } }, ['a', 'b']],
  ['an empty text', { env: { value: '' } }, 'all'],
  ['no value', { env: {} }, 'all'],
  ['nothing', {}, 'all'],
  ['the last of two', { more: [{ name: 'WATCH_NAMESPACE', value: 'first' }], env: { value: 'last' } }, ['last']],
  ['its own namespace', { env: field('metadata.namespace') }, [namespace]],
  ['its account', { env: field('spec.serviceAccountName') }, ['ops-account']],
  ['OLM', { env: field(olm), template: { annotations: { 'olm.targetNamespaces': 'a,b' } } }, ['a', 'b']],
  ['OLM of all', { env: field(olm), template: { annotations: { 'olm.targetNamespaces': '' } } }, 'all'],
  ['OLM without its annotation', { env: field(olm) }, 'all'],
  ['a label', { env: field("metadata.labels['team/ns']"), template: { labels: { 'team/ns': 'a' } } }, ['a']],
  ['the address of its pod', { env: field('status.podIP') }, /comes from the field status\.podIP of its pod/],
  ['a ConfigMap', { env: key('settings', 'watch') }, [namespace]],
  ['an empty key of a ConfigMap', { env: key('settings', 'blank') }, 'all'],
  ['a key that is not there', { env: key('settings', 'nope') }, /comes from key nope of ConfigMap \S+settings, which is not there/],
  ['a key that may be missing', { env: key('settings', 'nope', true) }, 'all'],
  ['a ConfigMap that is not there', { env: key('gone', 'watch') }, /comes from key watch of ConfigMap \S+gone/],
  ['a ConfigMap that may be missing', { env: key('gone', 'watch', true) }, 'all'],
  ['a Secret', { env: { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } } }, /comes from a Secret/],
  ['all of a ConfigMap', { envFrom: [{ configMapRef: { name: 'settings' } }] }, [namespace]],
  ['the last of several', { envFrom: [{ configMapRef: { name: 'settings' } }, { configMapRef: { name: 'other' } }] }, [namespace]],
  ['a ConfigMap without it', { envFrom: [{ configMapRef: { name: 'other' } }] }, 'all'],
  ['a prefix', { envFrom: [{ prefix: 'WATCH_', configMapRef: { name: 'settings' } }] }, 'all'],
  ['a Secret in bulk', { envFrom: [{ secretRef: { name: 's' } }] }, /comes from a Secret in envFrom, which may hold WATCH_NAMESPACE/],
  ['a text beside a Secret in bulk', { env: { value: 'a' }, envFrom: [{ secretRef: { name: 's' } }] }, ['a']],
  ['another variable', { more: [{ name: 'POD', ...field('metadata.namespace') }], env: { value: '$(POD),b' } }, [namespace, 'b']],
  ['a variable that is not there', { env: { value: '$(NOPE)' } }, ['$(NOPE)']],
  ['a dollar', { env: { value: '$$(POD)' } }, ['$(POD)']],
  [
    'a variable of a Secret',
    { more: [{ name: 'S', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }], env: { value: '$(S)' } },
    /a Secret/,
  ],
];
const told = (read: Read<Operator>): readonly string[] | 'all' | string => (read.ok ? read.value.watches : read.detail);
const agrees = (actual: readonly string[] | string, wanted: Wanted, name: string): void => {
  if (wanted instanceof RegExp) assert.match(String(actual), wanted, name);
  else assert.deepEqual(actual, wanted, name);
};

test('what WATCH_NAMESPACE comes from is followed as the kubelet does, and else it is unknown', () => {
  for (const [name, source, wanted] of sources) agrees(told(operatorOf(deployment(source), maps)), wanted, name);
});
test('WATCH_NAMESPACE is split at commas and nowhere else', () => {
  const table: readonly (readonly [string, readonly string[] | 'all', (readonly string[])?])[] = [
    ['', 'all'],
    ['na', ['na']],
    [' na', [' na']],
    ['na, nb', ['na', ' nb']],
    ['na,nb', ['na', 'nb']],
    ['na,', 'all', ['na', '']],
    [',', 'all', ['', '']],
    ['na,na', ['na'], ['na', 'na']],
    ['na,nb,na', ['na', 'nb'], ['na', 'nb', 'na']],
  ];
  for (const [value, watches, reads] of table) {
    const read = operatorOf(deployment({ env: { value } }));
    assert.ok(read.ok);
    assert.deepEqual([value, read.value.watches, read.value.reads], [value, watches, reads]);
  }
});

let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1']);
});
after(() => registered.stop());
const manifests = (...objects: readonly object[]): string => objects.map(one => stringify(one)).join('---\n');
const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name: 'settings' },
  data: { watch: namespace },
};
/** The ways in which a command learns it, each on the same Deployment. */
const learned: Readonly<Record<string, (one: Deployment, map?: object) => Promise<string>>> = {
  'contexts check': async () => {
    const { stdout, stderr } = await registered.cli('contexts', 'check', '-o', 'json');
    const { controlPlane } = JSON.parse(stdout) as { controlPlane: { operator: { watchNamespaces: unknown } | null } };
    return (
      JSON.stringify(controlPlane.operator?.watchNamespaces ?? (JSON.parse(stdout) as CheckJson & { unknown: unknown }).unknown) + stderr
    );
  },
  'contexts check -f': async (one, map) => {
    const input = manifests({ apiVersion: 'apps/v1', kind: 'Deployment', ...one }, ...(map === undefined ? [] : [map]));
    const { stdout } = await run(['contexts', 'check', '-f', '-', '-o', 'json'], {}, input);
    const { controlPlane, unknown } = JSON.parse(stdout) as {
      controlPlane: { operator: { watchNamespaces: unknown } | null };
      unknown: unknown;
    };
    return JSON.stringify(controlPlane.operator?.watchNamespaces ?? unknown);
  },
  'clientconfig create': async () => {
    const { stdout, stderr } = await registered.cli(
      'clientconfig',
      'create',
      '--yes',
      'dp1',
      '--from-context',
      'dp1',
      '--allow',
      'loopback',
      '--dry-run',
    );
    return stdout + stderr;
  },
};
test('every command learns it from a ConfigMap, and from none says that it is not known', async () => {
  const cp = registered.server('cp');
  const before = cp.get('apps', 'deployments', namespace, 'k8ssandra-operator');
  assert.ok(before);
  const one = deployment({ env: key('settings', 'watch') });
  cp.put('apps', 'deployments', { ...before, spec: one.spec });
  for (const [name, learn] of Object.entries(learned)) {
    cp.remove('', 'configmaps', namespace, 'settings');
    assert.match(await learn(one), /comes from/, `${name} without it`);
    cp.put('', 'configmaps', settings);
    const shown = await learn(one, settings);
    if (name.startsWith('contexts check')) assert.equal(shown, JSON.stringify([namespace]), name);
    else assert.doesNotMatch(shown, /comes from/, `${name} with it`);
  }
  cp.put('apps', 'deployments', before);
});
