import { stringify } from 'yaml';
import type { KubeconfigCase } from './compare-kubeconfigs.ts';
import type { Material } from './kubeconfig-material.ts';
import { base64, bent, oddBase64, oddPem } from './odd-pem.ts';
import {
  clusterFields,
  contextFields,
  execFields,
  names,
  oddValues,
  rootFields,
  servers,
  textBits,
  urlBits,
  userFields,
  whole,
} from './odd-values.ts';
import { pick, type Random, randomOf } from './random.ts';

type Fields = Record<string, unknown>;
interface Draft {
  readonly clusters: { name: unknown; cluster: Fields }[];
  readonly users: { name: unknown; user: Fields }[];
  readonly contexts: { name: unknown; context: Fields }[];
  readonly rest: Fields;
}

/** Right kubeconfigs, each with one to four things changed: texts, types, encodings, certificates, URLs, names. */
export const kubeconfigMutants = (count: number, seed: number, material: Material): readonly KubeconfigCase[] => {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, index) => mutant(`seed ${seed}, case ${index}`, random, material));
};

const mutant = (name: string, random: Random, material: Material): KubeconfigCase => {
  const draft = rightDraft(random, material);
  const context = pick(random, names);
  for (const one of [...draft.contexts.slice(0, 1), ...draft.clusters.slice(0, 1), ...draft.users.slice(0, 1)]) one.name = context;
  Object.assign(draft.contexts[0]?.context ?? {}, { cluster: context, user: context });
  for (let left = random(3); left > 0; left--) pick(random, changes)(draft, random, material);
  const text = written(draft, random);
  return {
    name,
    context: random(30) === 0 ? `${context} ` : context,
    kubeconfig: encoded(random(2) === 0 ? text : scratched(text, random), random),
  };
};

const rightDraft = (random: Random, material: Material): Draft => {
  const pair = pick(random, material.pairs);
  const login: readonly Fields[] = [
    { token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6YTpiIn0.x' },
    { 'client-certificate-data': base64(pair.certificate), 'client-key-data': base64(pair.keys[0] ?? '') },
    { username: 'u', password: 'p' },
    { exec: { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1beta1', args: ['a'], env: [{ name: 'A', value: 'b' }] } },
  ];
  const ca = random(4) === 0 ? {} : { 'certificate-authority-data': base64(pick(random, material.pairs).certificate) };
  return {
    clusters: [
      { name: 'c', cluster: { server: pick(random, servers), ...ca } },
      { name: 'other', cluster: { server: 'https://other:6443' } },
    ],
    users: [
      { name: 'u', user: { ...pick(random, login) } },
      { name: 'other', user: { token: 'x' } },
    ],
    contexts: [
      { name: 'x', context: { cluster: 'c', user: 'u', namespace: 'n' } },
      { name: 'other', context: { cluster: 'other', user: 'other' } },
    ],
    rest: { apiVersion: 'v1', kind: 'Config', 'current-context': 'x' },
  };
};

const oddValue = (random: Random, field: string): unknown => {
  const own = whole[field];
  return own !== undefined && random(2) === 0 ? pick(random, own) : pick(random, oddValues);
};
const setIn = (target: Fields, random: Random, fields: readonly string[]): void => {
  const field = pick(random, fields);
  if (random(8) === 0) delete target[field];
  else target[field] = oddValue(random, field);
};

type Change = (draft: Draft, random: Random, material: Material) => void;
const entry = <T>(random: Random, list: readonly T[]): T => (random(4) === 0 ? pick(random, list) : (list[0] as T));
const changes: readonly Change[] = [
  ({ clusters }, random) => setIn(entry(random, clusters).cluster, random, clusterFields),
  ({ users }, random) => setIn(entry(random, users).user, random, userFields),
  ({ users }, random) => {
    for (let left = 2; left > 0; left--) setIn(entry(random, users).user, random, userFields);
  },
  ({ contexts }, random) => setIn(entry(random, contexts).context, random, contextFields),
  ({ rest }, random) => setIn(rest, random, rootFields),
  ({ users }, random) => {
    const { user } = entry(random, users);
    const exec = {
      command: 'c',
      apiVersion: pick(random, ['v1', 'v1beta1', 'v1alpha1', 'v9']),
      ...(random(2) === 0 ? {} : { interactiveMode: 'Never' }),
    };
    user['exec'] = { ...exec, apiVersion: `client.authentication.k8s.io/${exec.apiVersion}` };
    setIn(user['exec'] as Fields, random, execFields);
  },
  ({ clusters }, random) => {
    const { cluster } = entry(random, clusters);
    cluster['server'] = scratchedUrl(String(cluster['server']), random);
  },
  ({ clusters }, random) => {
    entry(random, clusters).cluster['proxy-url'] = scratchedUrl('http://u:p@proxy.example.com:3128', random);
  },
  ({ clusters, users, contexts }, random) => {
    const one = pick(random, [...clusters, ...users, ...contexts]);
    one.name = pick(random, [...names, 'other', '', ...oddValues]);
  },
  ({ clusters }, random, material) => {
    entry(random, clusters).cluster['certificate-authority-data'] = oddBase64(random, oddPem(random, material));
  },
  ({ users }, random, material) => {
    const pair = pick(random, material.pairs);
    const other = pick(random, [pair, pair, pick(random, material.pairs)]);
    const { user } = entry(random, users);
    user['client-certificate-data'] = random(2) === 0 ? base64(pair.certificate) : oddBase64(random, oddPem(random, material));
    user['client-key-data'] =
      random(2) === 0
        ? base64(pick(random, other.keys))
        : oddBase64(random, random(2) === 0 ? bent(pick(random, other.keys), random) : oddPem(random, material));
  },
];

const scratchedUrl = (url: string, random: Random): string => {
  let text = url;
  for (let left = 1 + random(2); left > 0; left--) {
    const at = random(text.length + 1);
    text =
      random(4) === 0 ? text.slice(0, at) + text.slice(at + 1 + random(3)) : text.slice(0, at) + pick(random, urlBits) + text.slice(at);
  }
  return text;
};

const written = ({ clusters, users, contexts, rest }: Draft, random: Random): string => {
  const config = {
    ...rest,
    ...('clusters' in rest ? {} : { clusters }),
    ...('users' in rest ? {} : { users }),
    ...('contexts' in rest ? {} : { contexts }),
  };
  if (random(4) === 0)
    return JSON.stringify(config, (_, value) => (typeof value === 'string' ? value.replace(/^@@raw /, '') : value), random(2) * 2);
  const text = stringify(config, {
    lineWidth: 0,
    defaultStringType: pick(random, ['QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN']),
    version: '1.1',
  });
  return text.replace(/(["']?)@@raw ((?:\\.|[^\n])*?)\1(?=\n|$)/g, (_, __, raw: string) => raw.replaceAll('\\"', '"'));
};
const scratched = (text: string, random: Random): string => {
  let result = text;
  for (let left = 1 + random(2); left > 0; left--) {
    const at = random(result.length + 1);
    const kind = random(5);
    const line = result.lastIndexOf('\n', at) + 1;
    if (kind === 0) result = result.slice(0, at) + result.slice(at + 1 + random(3));
    else if (kind === 1) result = result.slice(0, line) + ' '.repeat(random(4)) + result.slice(line + random(2));
    else if (kind === 2) {
      const end = result.indexOf('\n', line) + 1;
      const [from, to] = random(2) === 0 ? [line, line] : [line, end];
      result = result.slice(0, from) + (from === to ? result.slice(line, end) : '') + result.slice(to);
    } else result = result.slice(0, at) + pick(random, textBits) + result.slice(at);
  }
  return result;
};
const encoded = (text: string, random: Random): Buffer => {
  const utf16 = (): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
  switch (random(24)) {
    case 0:
      return utf16();
    case 1:
      return utf16().swap16();
    case 2:
      return Buffer.from(`\ufeff${text}`);
    case 3:
      return Buffer.from(text, 'latin1');
    case 4:
      return Buffer.from(text.replaceAll('\n', '\r\n'));
    case 5:
      return Buffer.from(text).subarray(0, random(Buffer.byteLength(text)));
    default:
      return Buffer.from(text);
  }
};
