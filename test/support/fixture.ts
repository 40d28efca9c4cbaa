import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { known, type Read } from '../../src/base/read.ts';
import { assembleContexts, judgeStored, unprobed } from '../../src/fleet/assemble.ts';
import { inventoryOf } from '../../src/fleet/from-manifests/inventory.ts';
import type { ControlPlane, Inventory, Suppression } from '../../src/fleet/inventory.ts';
import { type DatacenterFacts, datacentersOf, type PlacementFacts } from '../../src/fleet/placement.ts';
import { fromSnapshot } from '../../src/fleet/snapshot.ts';
import { configKey, secretKey } from '../../src/kube/key.ts';
import { apiVersion, type ClientConfig, type K8ssandraCluster, kinds } from '../../src/kube/kinds.ts';
import type { Operator } from '../../src/operator/environment.ts';
import { resourceHashAnnotation, secretHash, secretHashAnnotation, specHash } from '../../src/operator/hash.ts';

/** A part of a snapshot, as it stands in its document. */
type Part = Readonly<Record<string, unknown>>;
/** What a cluster tells beside its manifests, as far as it is not that of a healthy one:  of a folder. */
export interface Facts {
  readonly now?: string;
  /** nothing was asked: the inventory is that of the manifests alone */
  readonly source?: 'manifests';
  readonly controlPlane?: Part;
  readonly contexts?: Readonly<Record<string, { readonly probe?: Part; readonly dataPlane?: Part }>>;
  /** probes by the `namespace/name` of a ClientConfig that loses its name */
  readonly losers?: Readonly<Record<string, Part>>;
  readonly named?: Part;
  /** a context of the name and the server of each ClientConfig, when nothing is said */
  readonly userContexts?: readonly object[];
  /** ClientConfigs that the operator has never read, as `namespace/name` */
  readonly notLoaded?: readonly string[];
  /** of `--for`, which no snapshot holds: what differs from datacenters that have all they need, as the plain values */
  readonly placement?: Placed;
  readonly suppressions?: readonly Suppression[];
}
interface Placed {
  readonly accepted?: { readonly accepted: boolean; readonly message: string };
  readonly datacenters?: readonly Part[];
}
const factNames: Readonly<Record<keyof Facts, true>> = {
  now: true,
  source: true,
  controlPlane: true,
  contexts: true,
  losers: true,
  named: true,
  userContexts: true,
  notLoaded: true,
  placement: true,
  suppressions: true,
};

/** What the fixtures write as `CA`: a certificate that lasts until 2036. */
export const ca =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJkekNDQVIyZ0F3SUJBZ0lVYjBKODJab0IwdHcwck5OUUQvMkh2WWJSdkNzd0NnWUlLb1pJemowRUF3SXcKRVRFUE1BMEdBMVVFQXd3R1kyRXRiMjVsTUI0WERUSTJNVEV5TlRBd01qY3hOMW9YRFRNMk1URXlNakF3TWpjeApOMW93RVRFUE1BMEdBMVVFQXd3R1kyRXRiMjVsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFCm45UlMzS3A4L3h1SlplTis3d0V6cEpjZVRsWkhxTFBLeTVmWCsvSW43RU1ZR04wU1kyVXRGdXU2RWZyQ25pMDMKVEFRRytHQ1c4NTJZTjhNUXRMbFcrS05UTUZFd0hRWURWUjBPQkJZRUZDUHo4d3NQd216aW12OHo2WW5zMW5tdgpNVU9hTUI4R0ExVWRJd1FZTUJhQUZDUHo4d3NQd216aW12OHo2WW5zMW5tdk1VT2FNQThHQTFVZEV3RUIvd1FGCk1BTUJBZjh3Q2dZSUtvWkl6ajBFQXdJRFNBQXdSUUlnU0k0YjFxT1YyNzlwMEtQZU1xbFlBUmcwS3Z3c3dpNUwKMnZKQXBVdHVhdFVDSVFDRUlSMThtdzM3cnlVWDB3Q0UvUEpWcldGQzJoYWU4RUlDdTkwUzEzSlJyUT09Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K';
const is = (value: unknown): Part => ({ ok: true, value });
const skipped: Part = { ok: false, reason: 'skipped', detail: 'not asked for' };
const passed = (value: unknown): Part => ({ status: 'pass', value });
const healthy = {
  controlPlane: {
    context: 'cp',
    server: 'https://cp.example.com:6443',
    version: is('v1.31.0'),
    clusterUid: is('cp-uid'),
    imageConfig: is(true),
    clientConfigCrd: is(true),
    ownCrds: is([]),
    ownSecrets: is([]),
    operatorView: skipped,
    webhook: {},
  },
  probe: {
    reach: { ...passed({ ms: 12 }), ms: 12 },
    tls: passed({ subject: 'kube-apiserver', sans: ['DNS:east.example.com'], notAfter: Date.parse('2030-01-01') }),
    version: passed('v1.31.0'),
    identity: passed({
      username: 'system:serviceaccount:k8ssandra:k8ssandra-operator',
      groups: ['system:serviceaccounts', 'system:authenticated'],
    }),
    access: passed({ asked: 75, missing: [], incomplete: false }),
    crds: passed({ asked: 4, missing: [] }),
  },
  dataPlane: { clusterUid: skipped, serviceAccountUid: skipped, operators: skipped, ownSecrets: is([]) },
} as const;
/** A snapshot holds these too; of a fixture they are those of its manifests, where its facts do not say otherwise. */
const ofManifests = {
  operators: is([]),
  pods: is([]),
  clientConfigs: is([]),
  secrets: {},
  stored: {},
  clusters: is([]),
  replicatedSecrets: is([]),
  tasks: is([]),
};
const operatorManifest = {
  kind: 'Deployment',
  metadata: { namespace: 'k8ssandra', name: 'k8ssandra-operator', labels: { 'control-plane': 'k8ssandra-operator' } },
  spec: {
    template: {
      spec: {
        serviceAccountName: 'k8ssandra-operator',
        containers: [
          {
            name: 'k8ssandra-operator',
            image: 'k8ssandra/k8ssandra-operator:v1.32.0',
            env: [
              { name: 'K8SSANDRA_CONTROL_PLANE', value: 'true' },
              { name: 'WATCH_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
            ],
          },
        ],
      },
    },
  },
  status: { readyReplicas: 1, conditions: [{ type: 'Available', status: 'True' }] },
};
const versions = Object.fromEntries(Object.values(kinds).map(kind => [kind.kind, apiVersion(kind)]));
/** Objects as a text of manifests. */
const textOf = (objects: readonly object[]): string =>
  objects.map(one => JSON.stringify('kind' in one ? { apiVersion: versions[String(one.kind)], ...one } : one)).join('\n---\n');

/** A folder as an Inventory: its `manifests.yaml`, and the `facts.yaml` of what else the cluster tells, which counts for more than `more`. */
export const readFixture = (folder: string, more: Facts = {}): Inventory => {
  const text = readFileSync(join(folder, 'manifests.yaml'), 'utf8');
  const facts = join(folder, 'facts.yaml');
  return fixtureOf(text.replaceAll('certificate-authority-data: CA}', `certificate-authority-data: ${ca}}`), {
    ...more,
    ...(existsSync(facts) ? (parse(readFileSync(facts, 'utf8')) as Facts) : {}),
  });
};
/**
 * The same of a text of manifests, or of the objects themselves. Unless the facts say otherwise every probe passes, every ClientConfig is
 * loaded, and, where there is no Deployment among the manifests, one healthy operator watches namespace k8ssandra.
 */
export const fixtureOf = (manifests: string | readonly object[], facts: Facts = {}): Inventory => {
  for (const name of Object.keys(facts)) assert.ok(Object.hasOwn(factNames, name), `${name} is no fact`);
  const now = Date.parse(facts.now ?? '2026-01-01T00:00:00Z');
  const text = typeof manifests === 'string' ? manifests : textOf(manifests);
  const operator = /\bkind"?: ?"?Deployment\b/.test(text) ? '' : textOf([operatorManifest]);
  const sources = [
    { file: 'manifests.yaml', text, named: true },
    { file: 'operator.yaml', text: operator, named: true },
  ];
  const written = inventoryOf({ sources, unread: [] }, { warnBeforeDays: 30, title: 'cp' }, now);
  const { suppressions = [] } = facts;
  if (facts.source === 'manifests') return Object.freeze({ ...written, places: new Map(), suppressions });
  const told = toldOf(written, facts, now);
  const controlPlane = controlPlaneOf(written.controlPlane, told.controlPlane, facts);
  const { placement } = facts;
  const clusters = controlPlane.clusters.ok ? controlPlane.clusters.value : [];
  return Object.freeze({
    ...told,
    controlPlane,
    contexts: assembleContexts({
      controlPlane,
      probes: new Map(told.contexts.map(({ name, probe }) => [name, probe])),
      losers: new Map(told.contexts.flatMap(({ losers }) => [...(losers ?? [])])),
      dataPlanes: new Map(told.contexts.map(({ name, dataPlane }) => [name, dataPlane])),
    }),
    ...(placement === undefined
      ? {}
      : { placements: clusters.map(cluster => placed(cluster, placement, controlPlane.operator ?? itemsOf(controlPlane.operators)[0])) }),
    suppressions,
    fields: written.fields ?? [],
  });
};
/** The snapshot that a healthy cluster of these ClientConfigs would give, with the facts over it. */
const toldOf = ({ contexts }: Inventory, facts: Facts, now: number): Inventory => {
  for (const name of Object.keys(facts.contexts ?? {}))
    assert.ok(
      contexts.some(one => one.name === name),
      `${name} is no context of the manifests`,
    );
  return fromSnapshot({
    inventory: {
      now,
      source: 'cluster',
      warnBeforeDays: 30,
      controlPlane: { ...healthy.controlPlane, ...ofManifests, ...facts.controlPlane },
      contexts: contexts.map(({ name, stored, providers }) => ({
        name,
        providers: [],
        references: [],
        secret: is(null),
        loaded: passed('current'),
        probe: stored?.ok === true ? { ...healthy.probe, ...facts.contexts?.[name]?.probe } : unprobed('earlier-failure', 'not usable'),
        losers: Object.fromEntries(
          providers.slice(0, -1).map(config => [configKey(config), { ...healthy.probe, ...facts.losers?.[configKey(config)] }]),
        ),
        dataPlane: { ...healthy.dataPlane, ...facts.contexts?.[name]?.dataPlane },
      })),
      userContexts:
        facts.userContexts ?? contexts.flatMap(({ name, stored }) => (stored?.ok === true ? [{ name, server: stored.value.server }] : [])),
      ...(facts.named === undefined ? {} : { named: facts.named }),
      places: {},
    },
  });
};
/** Of a kind of which no object is among the manifests, the cluster has none. */
const all = <T>(read: Read<readonly T[]>): Read<readonly T[]> => (read.ok ? read : known([]));
const controlPlaneOf = (written: ControlPlane, told: ControlPlane, { controlPlane: said = {}, notLoaded = [] }: Facts): ControlPlane => {
  const or = <K extends keyof ControlPlane>(name: K, value: ControlPlane[K]): ControlPlane[K] => (name in said ? told[name] : value);
  const there = [...written.secrets].map(([at, read]) => [at, read.ok ? read : known(undefined)] as const);
  const secrets: ControlPlane['secrets'] = or('secrets', new Map(there));
  const loaded = (config: ClientConfig): ClientConfig => (notLoaded.includes(configKey(config)) ? config : annotated(config, secrets));
  const clientConfigs = or('clientConfigs', known(itemsOf(written.clientConfigs).map(loaded)));
  const operator = or('operator', written.operator);
  return {
    ...told,
    operators: or('operators', all(written.operators)),
    ...(operator === undefined ? {} : { operator }),
    pods: or('pods', all(written.pods)),
    clientConfigs,
    secrets,
    stored: judgeStored(itemsOf(clientConfigs), secrets, operator),
    clusters: or('clusters', all(written.clusters)),
    replicatedSecrets: or('replicatedSecrets', all(written.replicatedSecrets)),
    tasks: or('tasks', written.tasks),
  };
};
const itemsOf = <T>(read: Read<readonly T[]>): readonly T[] => (read.ok ? read.value : []);
/** As the operator marks what it has read, where the manifest bears no mark of its own. */
const annotated = (config: ClientConfig, secrets: ControlPlane['secrets']): ClientConfig => {
  const secret = secrets.get(secretKey(config));
  const hash = secret?.ok === true ? secret.value?.hash : undefined;
  const marks = { [resourceHashAnnotation]: specHash(config.spec), [secretHashAnnotation]: hash ?? secretHash(undefined) };
  return { ...config, metadata: { ...config.metadata, annotations: { ...marks, ...config.metadata.annotations } } };
};
const placed = (cluster: K8ssandraCluster, { accepted, datacenters = [] }: Placed, operator: Operator | undefined): PlacementFacts => ({
  cluster,
  accepted: known(accepted ?? { accepted: true, message: '' }),
  datacenters: datacentersOf(cluster).map((dc, index) => {
    const { found = {}, ...facts } = datacenters[index] ?? {};
    assert.ok(operator);
    return {
      ...dc,
      namespaceState: known('present'),
      crd: known(true),
      operators: known([{ ...operator, controlPlane: false }]),
      cassOperators: known([{ ...operator, name: 'cass-operator' }]),
      classes: known([{ name: 'standard', isDefault: true }]),
      foundDatacenters: known([]),
      ...(Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, known(value)])) as Partial<DatacenterFacts>),
      found: new Map(Object.entries(found as Record<string, string[] | null>).map(([id, keys]) => [id, known(keys ?? undefined)])),
    };
  }),
});
