import { type Json, record, records, text } from '../api/json.ts';
import type { Ask } from '../api/server.ts';
import { hashOfData, hashOfSpec, resourceHash, secretHash } from './hash.ts';
import { type Loaded, load } from './kubeconfig.ts';

interface Hashes {
  readonly spec: string;
  readonly secret: string;
}
/** What the operator knows of the ClientConfigs after it has read them. */
export interface Read {
  readonly hashes: ReadonlyMap<string, Hashes>;
  /** by context name; of two the last one wins */
  readonly contexts: ReadonlyMap<string, Loaded>;
  /** in the order in which they were read */
  readonly names: readonly string[];
}
const base = '/apis/config.k8ssandra.io/v1beta1';
const keyOf = (item: Json): string => `${text(record(item['metadata'])['namespace'])}/${text(record(item['metadata'])['name'])}`;
const list = async (ask: Ask, watches: readonly string[] | 'all'): Promise<readonly (readonly [string, Json])[]> => {
  const paths = watches === 'all' ? [`${base}/clientconfigs`] : watches.map(namespace => `${base}/namespaces/${namespace}/clientconfigs`);
  const answers = await Promise.all(paths.map(path => ask('GET', path)));
  return answers.flatMap(({ status, body }) => {
    if (status === 404) throw new Error('no matches for kind "ClientConfig" in version "config.k8ssandra.io/v1beta1"');
    if (status !== 200) throw new Error(`clientconfigs.config.k8ssandra.io: ${text(record(body)['message'])}`);
    return records(record(body)['items']).map(item => [keyOf(item), item] as const);
  });
};
const secretName = (config: Json): string => text(record(record(config['spec'])['kubeConfigSecret'])['name']);
const secretOf = async (ask: Ask, config: Json): Promise<Json | undefined> => {
  const name = secretName(config);
  if (name === '') throw new Error('resource name may not be empty');
  const { status, body } = await ask('GET', `/api/v1/namespaces/${text(record(config['metadata'])['namespace'])}/secrets/${name}`);
  return status === 200 ? record(body) : undefined;
};
const hashesOf = (config: Json, secret: Json): Hashes => ({
  spec: hashOfSpec(record(config['spec'])),
  secret: hashOfData(record(secret['data'])),
});

/** InitClientConfigs: reads, stamps and parses one after the other; the first fault ends it. Source: clientconfig_controller.go:115-226. */
export const readAll = async (ask: Ask, watches: readonly string[] | 'all'): Promise<Read> => {
  const hashes = new Map<string, Hashes>();
  const contexts = new Map<string, Loaded>();
  const names: string[] = [];
  for (const [key, config] of await list(ask, watches)) {
    const secret = await secretOf(ask, config);
    if (secret === undefined) throw new Error(`secrets "${secretName(config)}" not found`);
    const found = hashesOf(config, secret);
    await stamp(ask, key, config, found);
    const kubeconfig = record(secret['data'])['kubeconfig'];
    if (typeof kubeconfig !== 'string') throw new Error('secret is missing required kubeconfig property');
    const context = text(record(config['spec'])['contextName']) || text(record(config['metadata'])['name']);
    const loaded = load(Buffer.from(kubeconfig, 'base64').toString(), context);
    if (loaded.fault !== undefined) throw new Error(loaded.fault);
    hashes.set(key, found);
    contexts.set(context, loaded);
    names.push(context);
  }
  return { hashes, contexts, names };
};
const stamp = async (ask: Ask, key: string, config: Json, { spec, secret }: Hashes): Promise<void> => {
  const metadata = record(config['metadata']);
  const annotations = { ...record(metadata['annotations']), [resourceHash]: spec, [secretHash]: secret };
  const path = `${base}/namespaces/${text(metadata['namespace'])}/clientconfigs/${text(metadata['name'])}`;
  const { status, body } = await ask('PUT', path, { ...config, metadata: { ...metadata, annotations } });
  if (status !== 200) throw new Error(text(record(body)['message']) || `PUT ClientConfig ${key}: ${status}`);
};

/** Why the running operator shuts itself down, if it does. Source: clientconfig_controller.go:43-112. */
export const changeIn = async (ask: Ask, watches: readonly string[] | 'all', { hashes }: Read): Promise<string | undefined> => {
  const current = new Map(await list(ask, watches));
  for (const key of hashes.keys()) if (!current.has(key)) return `ClientConfig ${key} was deleted, shutting down the operator`;
  for (const [key, config] of current) {
    if (record(record(config['metadata'])['annotations'])[resourceHash] === undefined)
      return `ClientConfig ${key} is missing hash annotations, shutting down the operator`;
    const secret = await secretOf(ask, config);
    if (secret === undefined) return `Secret ${key} was deleted, shutting down the operator`;
    const before = hashes.get(key);
    const after = hashesOf(config, secret);
    if (before !== undefined && (before.spec !== after.spec || before.secret !== after.secret))
      return `ClientConfig ${key} or secret has been modified, shutting down the operator`;
  }
  return undefined;
};
