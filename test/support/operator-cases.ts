import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { defects, type Objects } from './defects.ts';
import type { Material } from './kubeconfig-material.ts';
import { kubeconfigMutants } from './kubeconfig-mutants.ts';

/** What kubeconfigs are made of: a live data plane, and accounts of it that lack something. */
export interface World {
  /** a healthy kubeconfig whose context, cluster and user are called dp1 */
  readonly stored: string;
  readonly server: string;
  readonly caPem: string;
  readonly token: string;
  /** tokens by what their account may not do, as `list secrets` */
  readonly lacking: Readonly<Record<string, string>>;
  /** a data plane without one CRD */
  readonly poor: { readonly server: string; readonly caPem: string; readonly token: string };
  readonly material: Material;
}
export interface ConfigMap {
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}
/** What stands in the control plane when the operator starts. */
export interface Installed extends Objects {
  /** WATCH_NAMESPACE; its own namespace when nothing is said */
  readonly watch?: string;
  /** by name, instead of the one that is right */
  readonly configMaps?: Readonly<Record<string, ConfigMap>>;
}
export interface OperatorCase {
  readonly name: string;
  /** nobody is dialled: some of its servers are not of this machine */
  readonly offline?: true;
  readonly group: 'stored' | 'kubeconfigs' | 'mutants' | 'rights' | 'ImageConfig' | 'WATCH_NAMESPACE' | 'data planes';
  readonly install: (world: World, namespace: string) => Installed;
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const pair = (namespace: string, name: string, kubeconfig: string | Uint8Array, contextName?: string): Objects => ({
  clientConfigs: [
    {
      metadata: { namespace, name },
      spec: { ...(contextName === undefined ? {} : { contextName }), kubeConfigSecret: { name: `${name}-config` } },
    },
  ],
  secrets: [{ metadata: { namespace, name: `${name}-config` }, data: { kubeconfig: base64(kubeconfig) } }],
});
const together = (...all: readonly Objects[]): Objects => ({
  clientConfigs: all.flatMap(({ clientConfigs }) => clientConfigs),
  secrets: all.flatMap(({ secrets }) => secrets),
});
const healthy = ({ stored }: World, namespace: string): Objects => pair(namespace, 'dp1', stored);
/** The healthy kubeconfig, for another server or with another token. */
const changed = ({ stored }: World, { server, caPem, token }: { server?: string; caPem?: string; token?: string }): string => {
  const config = parse(stored) as { clusters: { cluster: object }[]; users: { user: object }[] };
  return stringify(
    {
      ...config,
      clusters: config.clusters.map(one => ({
        ...one,
        cluster: {
          ...one.cluster,
          ...(server === undefined ? {} : { server }),
          ...(caPem === undefined ? {} : { 'certificate-authority-data': base64(caPem) }),
        },
      })),
      users: config.users.map(one => ({ ...one, user: { ...one.user, ...(token === undefined ? {} : { token }) } })),
    },
    { lineWidth: 0 },
  );
};

interface Recorded {
  readonly case: string;
  readonly context: string;
  readonly kubeconfig?: string;
  readonly base64?: string;
}
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../oracle/cases/operator.json'), 'utf8')) as readonly Recorded[];
/** With the address, CA and token of a data plane that lives; a few are there as bytes, with those of another day. */
const alive = ({ kubeconfig, base64: bytes }: Recorded, { server, caPem, token }: World): string | Uint8Array =>
  kubeconfig === undefined
    ? Buffer.from(bytes ?? '', 'base64')
    : kubeconfig
        .replace(/(certificate-authority-data"?: ?"?[\w+/]*)CA(?=["\n}]|-_)/g, `$1${base64(caPem)}`)
        .replace(/(?<=:0*)(20010|25885)/g, new URL(server).port)
        .replaceAll('TOKEN', token);

const good =
  'apiVersion: config.k8ssandra.io/v1beta2\nkind: ImageConfig\nmetadata: {name: image-config}\nimages: {}\ndefaults: {registry: docker.io}\n';
const label = { 'k8ssandra.io/config': 'image' };
const imageConfigs: Readonly<Record<string, Readonly<Record<string, ConfigMap>>>> = {
  'no ImageConfig': {},
  'an ImageConfig without its label': { a: { labels: { 'k8ssandra.io/config': 'images' }, data: { 'image_config.yaml': good } } },
  'an ImageConfig under another key': { a: { labels: label, data: { 'image_config.yml': good } } },
  'two ImageConfigs, the first without the key': {
    a: { labels: label, data: {} },
    b: { labels: label, data: { 'image_config.yaml': good } },
  },
  'two ImageConfigs, the first of no use': {
    a: { labels: label, data: { 'image_config.yaml': '[]' } },
    b: { labels: label, data: { 'image_config.yaml': good } },
  },
  ...Object.fromEntries(
    Object.entries({
      empty: '',
      'of blanks': ' \n',
      'that is no YAML': '{{{ no',
      'that is a list': '[]',
      'that is a word': 'hello',
      'of an older version': good.replace('v1beta2', 'v1beta1'),
      'of another kind': good.replace('kind: ImageConfig', 'kind: Images'),
      'without a kind': good.replace('kind: ImageConfig\n', ''),
      'without a version': good.replace(/apiVersion.*\n/, ''),
      'whose images are a list': good.replace('images: {}', 'images: []'),
      'whose images are a number': good.replace('images: {}', 'images: 3'),
      'whose registry is a number': good.replace('docker.io', '3'),
      'whose defaults are a text': good.replace('{registry: docker.io}', 'docker.io'),
      'whose overrides are a text': `${good}overrides: x\n`,
      'whose types are a list': `${good}types: []\n`,
      'with a field that nobody knows': `${good}more: {a: 1}\n`,
      'with a key twice': `${good}images: {}\n`,
      'with a byte order mark': `\ufeff${good}`,
      'of two documents': `${good}---\n${good}`,
    }).map(([name, text]) => [`an ImageConfig ${name}`, { a: { labels: label, data: { 'image_config.yaml': text } } }]),
  ),
};
/** By what WATCH_NAMESPACE says of its own namespace NS and of another, OTHER, which holds a broken ClientConfig. */
const watches = [
  'NS',
  ' NS',
  'NS ',
  'NS,OTHER',
  'OTHER,NS',
  'NS, OTHER',
  'NS,NS',
  'NS,OTHER,NS',
  'ns-that-is-not-there',
  'NS;OTHER',
  'NS OTHER',
];

const refused = 'https://127.0.0.1:1';
const dataPlanes: Readonly<Record<string, (world: World, namespace: string) => Objects>> = {
  'an API server that refuses': (world, ns) => pair(ns, 'dp1', changed(world, { server: refused })),
  'an API server whose name does not resolve': (world, ns) => pair(ns, 'dp1', changed(world, { server: 'https://nowhere.invalid:6443' })),
  'an API server of another CA': (world, ns) => pair(ns, 'dp1', changed(world, { caPem: world.poor.caPem })),
  'a token that is not known': (world, ns) => pair(ns, 'dp1', changed(world, { token: 'not-known' })),
  'a token of another cluster': (world, ns) => pair(ns, 'dp1', changed(world, { token: world.poor.token })),
  'a data plane without Stargates': (world, ns) => pair(ns, 'dp1', changed(world, world.poor)),
  'the winner of a name refuses': (world, ns) => together(healthy(world, ns), pair(ns, 'dp2', changed(world, { server: refused }), 'dp1')),
  'the loser of a name refuses': (world, ns) => together(pair(ns, 'a', changed(world, { server: refused }), 'dp1'), healthy(world, ns)),
  'the loser of a name has an unquoted no for its token': (world, ns) =>
    together(pair(ns, 'a', changed(world, { token: 'no' }), 'dp1'), healthy(world, ns)),
  'one refuses, the next does not load': (world, ns) =>
    together(pair(ns, 'a', changed(world, { server: refused }), 'dp1'), pair(ns, 'b', '{{{')),
  'no ClientConfig at all': () => ({ clientConfigs: [], secrets: [] }),
};
const remote = ['cassandradatacenters', 'cassandratasks', 'configmaps', 'endpoints', 'endpointslices', 'reapers', 'secrets', 'stargates'];
/** Verbs and a resource of a data plane that an account may be without. */
export const rightsThatMayLack: readonly (readonly [verbs: string, resource: string])[] = [
  ...remote.flatMap(one => ['list', 'watch', 'list and watch'].map((verbs): [string, string] => [verbs, one])),
  ['do', 'anything'],
];
/** The ConfigMaps of a case, and the right one where it says nothing of them. */
export const imageConfigsOf = ({ configMaps }: Installed): Readonly<Record<string, ConfigMap>> =>
  configMaps ?? { good: { labels: label, data: { 'image_config.yaml': good } } };
const seed = 20_261;
/** Keys are made anew: what is scratched into one may change its fate. */
const dependsOnKeys = [26, 29, 33, 43, 84, 87, 111, 113].map(index => `seed ${seed}, case ${index}`);
/** Every case; the rights are those of the accounts that the world has. */
export const operatorCases = (world: World): readonly OperatorCase[] => [
  ...Object.entries(defects).map(
    ([name, defect]): OperatorCase => ({ name, group: 'stored', install: ({ stored }, namespace) => defect(stored, namespace) }),
  ),
  ...recorded.map(
    (one): OperatorCase => ({
      name: one.case,
      group: 'kubeconfigs',
      install: (given, namespace) => pair(namespace, 'dp1', alive(one, given), one.context),
    }),
  ),
  ...kubeconfigMutants(120, seed, world.material)
    .filter(({ name }) => !dependsOnKeys.includes(name))
    .map(
      ({ name, context, kubeconfig }): OperatorCase => ({
        name,
        group: 'mutants',
        offline: true,
        install: (_, namespace) => pair(namespace, 'dp1', kubeconfig, context),
      }),
    ),
  ...Object.keys(world.lacking).map(
    (right): OperatorCase => ({
      name: `an account that may not ${right}`,
      group: 'rights',
      install: (given, namespace) => pair(namespace, 'dp1', changed(given, { token: given.lacking[right] ?? '' })),
    }),
  ),
  ...Object.entries(imageConfigs).map(
    ([name, configMaps]): OperatorCase => ({
      name,
      group: 'ImageConfig',
      install: (given, namespace) => ({ ...healthy(given, namespace), configMaps }),
    }),
  ),
  ...watches.map(
    (text): OperatorCase => ({
      name: `WATCH_NAMESPACE "${text}"`,
      group: 'WATCH_NAMESPACE',
      install: (given, namespace) => ({
        ...together(healthy(given, namespace), pair(`${namespace}-other`, 'broken', '{{{ no')),
        watch: text.replaceAll('NS', namespace).replaceAll('OTHER', `${namespace}-other`),
      }),
    }),
  ),
  ...Object.entries(dataPlanes).map(([name, install]): OperatorCase => ({ name, group: 'data planes', install })),
];
