import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { known, pass, type Read, unreadable } from '../../src/base/read.ts';
import { assembleContexts, judgeStored, unprobed } from '../../src/fleet/assemble.ts';
import type { DataPlane, FieldFault, Inventory, OperatorView, Probe, Suppression, UserContext } from '../../src/fleet/inventory.ts';
import type { OwnSecret } from '../../src/fleet/own-secrets.ts';
import { type DatacenterFacts, datacentersOf, type PlacementFacts } from '../../src/fleet/placement.ts';
import { type StoredSecret, storedSecretOf } from '../../src/fleet/stored-secret.ts';
import { configKey } from '../../src/kube/key.ts';
import type {
  ClientConfig,
  Deployment,
  K8ssandraCluster,
  K8ssandraTask,
  KubeObject,
  Pod,
  ReplicatedSecret,
  Secret,
} from '../../src/kube/kinds.ts';
import { controlPlaneOperator } from '../../src/operator/control-plane.ts';
import { type Operator, operatorOf, operatorPodOf } from '../../src/operator/environment.ts';
import { resourceHashAnnotation, secretHash, secretHashAnnotation, specHash } from '../../src/operator/hash.ts';

interface Probes {
  readonly contexts?: Readonly<Record<string, Partial<Probe>>>;
  readonly serviceAccountUids?: Readonly<Record<string, string | null>>;
  /** by host, what the operator has counted */
  readonly operatorView?: Readonly<Record<string, OperatorView>>;
  readonly unreadable?: readonly string[];
  readonly crd?: boolean;
  readonly imageConfig?: boolean;
  readonly imageConfigFault?: string;
  readonly ownCrds?: readonly string[];
  readonly ownSecrets?: readonly OwnSecret[];
  /** by context, what the K8ssandraClusters name: its keys, and null for what is not there */
  readonly named?: Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>>;
  /** by the `namespace/name` of a ClientConfig that loses its name */
  readonly losers?: Readonly<Record<string, Partial<Probe>>>;
  /** by context name, what else its data plane tells */
  readonly dataPlanes?: Readonly<
    Record<
      string,
      {
        readonly deployments?: readonly Deployment[];
        readonly tokenLabels?: Record<string, string>;
        readonly publishedCa?: string;
        readonly ownSecrets?: readonly OwnSecret[];
      }
    >
  >;
  readonly now?: string;
  readonly suppressions?: readonly Suppression[];
  readonly fields?: readonly FieldFault[];
  readonly source?: 'manifests';
  /** the user's own kubeconfig: a context of the name and the server of each ClientConfig, when nothing is said */
  readonly userContexts?: readonly UserContext[];
}
type Document = KubeObject & Probes & { readonly stringData?: Readonly<Record<string, string>>; readonly loaded?: false | 'stale' };

/** What the fixtures write as `CA`: a certificate that lasts until 2036. */
export const ca =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJkekNDQVIyZ0F3SUJBZ0lVYjBKODJab0IwdHcwck5OUUQvMkh2WWJSdkNzd0NnWUlLb1pJemowRUF3SXcKRVRFUE1BMEdBMVVFQXd3R1kyRXRiMjVsTUI0WERUSTJNVEV5TlRBd01qY3hOMW9YRFRNMk1URXlNakF3TWpjeApOMW93RVRFUE1BMEdBMVVFQXd3R1kyRXRiMjVsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFCm45UlMzS3A4L3h1SlplTis3d0V6cEpjZVRsWkhxTFBLeTVmWCsvSW43RU1ZR04wU1kyVXRGdXU2RWZyQ25pMDMKVEFRRytHQ1c4NTJZTjhNUXRMbFcrS05UTUZFd0hRWURWUjBPQkJZRUZDUHo4d3NQd216aW12OHo2WW5zMW5tdgpNVU9hTUI4R0ExVWRJd1FZTUJhQUZDUHo4d3NQd216aW12OHo2WW5zMW5tdk1VT2FNQThHQTFVZEV3RUIvd1FGCk1BTUJBZjh3Q2dZSUtvWkl6ajBFQXdJRFNBQXdSUUlnU0k0YjFxT1YyNzlwMEtQZU1xbFlBUmcwS3Z3c3dpNUwKMnZKQXBVdHVhdFVDSVFDRUlSMThtdzM3cnlVWDB3Q0UvUEpWcldGQzJoYWU4RUlDdTkwUzEzSlJyUT09Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K';
const healthy: Probe = {
  reach: pass({ ms: 12 }, 12),
  tls: pass({ subject: 'kube-apiserver', sans: ['DNS:east.example.com'], notAfter: Date.parse('2030-01-01') }),
  version: pass('v1.31.0'),
  identity: pass({
    username: 'system:serviceaccount:k8ssandra:k8ssandra-operator',
    groups: ['system:serviceaccounts', 'system:authenticated'],
  }),
  access: pass({ asked: 75, missing: [], incomplete: false }),
  crds: pass({ asked: 4, missing: [] }),
};
const deployment: Deployment = {
  kind: 'Deployment',
  metadata: { namespace: 'k8ssandra', name: 'k8ssandra-operator' },
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

/** Of a Placement document: what differs from a datacenter that has all it needs, as the plain values. */
interface Placed {
  readonly accepted?: { readonly accepted: boolean; readonly message: string };
  readonly datacenters?: readonly Readonly<Record<string, unknown>>[];
}
const ownOperator = (one: Deployment): Operator => {
  const read = operatorOf(one);
  assert.ok(read.ok, read.ok ? '' : read.detail);
  return read.value;
};
const placed = (cluster: K8ssandraCluster, { accepted, datacenters = [] }: Placed): PlacementFacts => ({
  cluster,
  accepted: known(accepted ?? { accepted: true, message: '' }),
  datacenters: datacentersOf(cluster).map((dc, index) => {
    const { found = {}, ...facts } = datacenters[index] ?? {};
    const operator = ownOperator(deployment);
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

/**
 * A folder's `inventory.yaml` as an Inventory, assembled by the code that assembles a cluster's. Unless it says otherwise every
 * probe passes, every ClientConfig is loaded, and one healthy operator watches namespace k8ssandra.
 */
export const readFixture = (folder: string): Inventory => {
  const text = readFileSync(join(folder, 'inventory.yaml'), 'utf8').replaceAll(
    'certificate-authority-data: CA}',
    `certificate-authority-data: ${ca}}`,
  );
  return fixtureOf(parseAllDocuments(text).map(document => document.toJS() as Document));
};
/** The same of the documents themselves. */
export const fixtureOf = (documents: readonly Document[]): Inventory => {
  const of = <T extends KubeObject>(kind: string): T[] => documents.filter(document => document.kind === kind) as unknown as T[];
  const placement = documents.find(({ kind }) => kind === 'Placement');
  const probes = (documents.find(({ kind }) => kind === 'Probes') ?? {}) as Probes;
  const read = <T>(name: string, value: T): Read<T> =>
    probes.unreadable?.includes(name) === true ? unreadable('forbidden', `${name} is forbidden`) : known(value);
  const secrets = (of<Secret & Document>('Secret') as (Secret & Document)[]).map(secret => ({
    ...secret,
    data: Object.fromEntries([
      ...Object.entries(secret.data ?? {}),
      ...Object.entries(secret.stringData ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ]),
  }));
  const clientConfigs = of<ClientConfig & Document>('ClientConfig').map(config => {
    const secret = secrets.find(
      ({ metadata }) => metadata.namespace === config.metadata.namespace && metadata.name === config.spec?.kubeConfigSecret?.name,
    );
    const hashes = {
      [resourceHashAnnotation]: config.loaded === 'stale' ? 'old' : specHash(config.spec),
      [secretHashAnnotation]: secretHash(secret?.data),
    };
    return config.loaded === false ? config : { ...config, metadata: { ...config.metadata, annotations: hashes } };
  });
  const deployments = of<Deployment>('Deployment');
  const operators = (deployments.length === 0 && documents.every(({ kind }) => kind !== 'NoDeployment') ? [deployment] : deployments).map(
    ownOperator,
  );
  const operator = controlPlaneOperator(operators, undefined);
  const stored = new Map<string, Read<StoredSecret | undefined>>(
    clientConfigs.map(({ metadata, spec }) => {
      const found = secrets.find(
        one => one.metadata.namespace === metadata.namespace && one.metadata.name === spec?.kubeConfigSecret?.name,
      );
      return [
        `${metadata.namespace}/${spec?.kubeConfigSecret?.name ?? ''}`,
        read('secrets', found === undefined ? undefined : storedSecretOf(found)),
      ];
    }),
  );
  const controlPlane: Inventory['controlPlane'] = {
    context: 'cp',
    server: 'https://cp.example.com:6443',
    version: known('v1.31.0'),
    clusterUid: known('cp-uid'),
    operators: read('operators', operators),
    ...(operator === undefined ? {} : { operator }),
    pods: known(of<Pod>('Pod').map(operatorPodOf)),
    imageConfig: read('imageConfig', probes.imageConfig !== false),
    ...(probes.imageConfigFault === undefined ? {} : { imageConfigFault: probes.imageConfigFault }),
    ownCrds: known(probes.ownCrds ?? []),
    ownSecrets: known(probes.ownSecrets ?? []),
    clientConfigCrd: known(probes.crd !== false),
    clientConfigs: read('clientConfigs', clientConfigs),
    secrets: stored,
    stored: judgeStored(clientConfigs, stored, operator),
    clusters: read('clusters', of<K8ssandraCluster>('K8ssandraCluster')),
    replicatedSecrets: read('replicatedSecrets', of<ReplicatedSecret>('ReplicatedSecret')),
    tasks: read('tasks', of<K8ssandraTask>('K8ssandraTask')),
    operatorView:
      probes.operatorView === undefined
        ? unreadable('skipped', 'not asked for')
        : read('operatorView', new Map(Object.entries(probes.operatorView))),
    webhook: new Map(),
  };
  const provided = assembleContexts({ controlPlane, probes: new Map(), dataPlanes: new Map() });
  const skipped = unreadable('skipped', 'not asked for');
  return Object.freeze({
    now: Date.parse(probes.now ?? '2026-01-01T00:00:00Z'),
    source: probes.source ?? 'cluster',
    warnBeforeDays: 30,
    controlPlane,
    contexts: assembleContexts({
      controlPlane,
      probes: new Map(
        provided.map(({ name, stored: kubeconfig }) => [
          name,
          kubeconfig?.ok === true ? { ...healthy, ...probes.contexts?.[name] } : unprobed('earlier-failure', 'not usable'),
        ]),
      ),
      losers: new Map(
        provided.flatMap(({ providers }) =>
          providers.slice(0, -1).map(config => [configKey(config), { ...healthy, ...probes.losers?.[configKey(config)] }] as const),
        ),
      ),
      dataPlanes: new Map<string, DataPlane>(
        provided.map(({ name }) => {
          const uid = probes.serviceAccountUids?.[name];
          const { deployments: there, tokenLabels, publishedCa, ownSecrets = [] } = probes.dataPlanes?.[name] ?? {};
          return [
            name,
            {
              clusterUid: skipped,
              serviceAccountUid: uid === undefined ? skipped : known(uid ?? undefined),
              operators: there === undefined ? skipped : known(there.map(ownOperator)),
              ownSecrets: known(ownSecrets),
              ...(tokenLabels === undefined ? {} : { tokenLabels: known(tokenLabels) }),
              ...(publishedCa === undefined ? {} : { publishedCa: known(publishedCa) }),
            },
          ];
        }),
      ),
    }),
    ...(placement === undefined
      ? {}
      : { placements: of<K8ssandraCluster>('K8ssandraCluster').map(cluster => placed(cluster, placement as Placed)) }),
    userContexts:
      probes.userContexts ??
      provided.flatMap(({ name, stored: kubeconfig }) => (kubeconfig?.ok === true ? [{ name, server: kubeconfig.value.server }] : [])),
    ...(probes.named === undefined
      ? {}
      : {
          named: new Map(
            Object.entries(probes.named).map(([at, objects]) => [
              at,
              new Map(Object.entries(objects).map(([id, keys]) => [id, known(keys ?? undefined)])),
            ]),
          ),
        }),
    places: new Map(),
    suppressions: probes.suppressions ?? [],
    fields: probes.fields ?? [],
  });
};
