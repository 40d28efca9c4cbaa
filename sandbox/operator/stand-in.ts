import { createHash } from 'node:crypto';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export interface OperatorStandIn {
  readonly restarts: number;
  /** context names, in the order in which they were loaded */
  readonly loaded: readonly string[];
  readonly lastExit: { readonly code: number; readonly message: string } | undefined;
  readonly log: readonly string[];
  readonly stop: () => Promise<void>;
}
export interface OperatorOptions {
  readonly server: string;
  readonly caPem: string;
  readonly token: string;
  readonly watchNamespaces: readonly string[] | 'all';
  readonly deployment: { readonly namespace: string; readonly name: string };
  readonly pollMs?: number;
}

const sha = (bytes: string): string => createHash('sha256').update(bytes).digest('base64');
const hashOfSpec = (spec: Json): string =>
  sha(
    `(v1beta1.ClientConfigSpec){ContextName:(string)${text(spec['contextName'])} KubeConfigSecret:(v1.LocalObjectReference){Name:(string)${text(record(spec['kubeConfigSecret'])['name'])}}}`,
  );
const hashOfData = (data: Json): string => {
  const keys = Object.keys(data).sort();
  return sha(
    `(map[string][]uint8)${keys.length === 0 ? '<nil>' : `map[${keys.map(key => `${key}:[${Array.from(Buffer.from(text(data[key]), 'base64')).join(' ')}]`).join(' ')}]`}`,
  );
};
const byKey = (items: readonly Json[]): Map<string, Json> =>
  new Map(items.map(item => [`${text(record(item['metadata'])['namespace'])}/${text(record(item['metadata'])['name'])}`, item]));

/** The first fault at which the operator exits at once, in its own words; domain.md 2.2. */
const fault = (kubeconfig: string, context: string): string | undefined => {
  let config: Json;
  try {
    config = record(parse(kubeconfig, { uniqueKeys: false, logLevel: 'silent' }));
  } catch {
    return "couldn't get version/kind; json parse error";
  }
  const entry = (name: string, key: string, inner: string): Json | undefined =>
    list(config[name])
      .filter(item => item['name'] === key)
      .map(item => record(item[inner]))[0];
  const found = entry('contexts', context, 'context');
  if (found === undefined)
    return `invalid configuration: [context was not found for specified context: ${context}, cluster has no server defined]`;
  const cluster = entry('clusters', text(found['cluster']), 'cluster');
  if (cluster === undefined)
    return 'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';
  if (text(cluster['server']) === '') return `invalid configuration: no server found for cluster "${text(found['cluster'])}"`;
  const file = text(cluster['certificate-authority']);
  if (file !== '') return `unable to read certificate-authority ${file}`;
  return undefined;
};

/** What the control plane's operator does with ClientConfigs, over HTTP against any API server; domain.md 2.1 to 2.3. */
export const startOperator = async ({
  server,
  caPem,
  token,
  watchNamespaces,
  deployment,
  pollMs = 100,
}: OperatorOptions): Promise<OperatorStandIn> => {
  const agent = new Agent({ keepAlive: true, ca: caPem, maxSockets: 4 });
  const call = (method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<{ status: number; body: Json }> =>
    new Promise((done, broken) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const sent = request(
        `${server}${path}`,
        {
          method,
          agent,
          headers: {
            Authorization: `Bearer ${token}`,
            Accept: 'application/json',
            ...(payload === undefined ? {} : { 'Content-Type': contentType }),
          },
        },
        incoming => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', broken);
          incoming.on('end', () => {
            const answer = Buffer.concat(chunks).toString();
            done({ status: incoming.statusCode ?? 0, body: answer.startsWith('{') ? record(JSON.parse(answer)) : {} });
          });
        },
      );
      sent.on('error', broken);
      sent.end(payload);
    });
  const clientConfigs = async (): Promise<Json[]> => {
    const paths =
      watchNamespaces === 'all'
        ? ['/apis/config.k8ssandra.io/v1beta1/clientconfigs']
        : watchNamespaces.map(namespace => `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs`);
    const answers = await Promise.all(paths.map(path => call('GET', path)));
    return answers.flatMap(({ status, body }) => {
      if (status !== 200) throw new Error('no matches for kind "ClientConfig" in version "config.k8ssandra.io/v1beta1"');
      return list(body['items']);
    });
  };
  const secretOf = async (config: Json): Promise<Json | undefined> => {
    const name = text(record(record(config['spec'])['kubeConfigSecret'])['name']);
    const { status, body } = await call('GET', `/api/v1/namespaces/${text(record(config['metadata'])['namespace'])}/secrets/${name}`);
    return status === 200 && name !== '' ? body : undefined;
  };

  const state = {
    restarts: -1,
    loaded: [] as string[],
    lastExit: undefined as OperatorStandIn['lastExit'],
    log: [] as string[],
    stopped: false,
    running: undefined as ReadonlyMap<string, { spec: string; secret: string }> | undefined,
  };
  /** InitClientConfigs: reads, stamps and parses one after the other; the first fault ends the process. */
  const start = async (): Promise<void> => {
    state.restarts++;
    state.loaded = [];
    const known = new Map<string, { spec: string; secret: string }>();
    for (const [key, config] of byKey(await clientConfigs())) {
      const metadata = record(config['metadata']);
      const secret = await secretOf(config);
      if (secret === undefined) throw new Error(`secrets "${text(record(record(config['spec'])['kubeConfigSecret'])['name'])}" not found`);
      const hashes = { spec: hashOfSpec(record(config['spec'])), secret: hashOfData(record(secret['data'])) };
      const annotations = {
        ...record(metadata['annotations']),
        'k8ssandra.io/resource-hash': hashes.spec,
        'k8ssandra.io/secret-hash': hashes.secret,
      };
      const put = await call(
        'PUT',
        `/apis/config.k8ssandra.io/v1beta1/namespaces/${text(metadata['namespace'])}/clientconfigs/${text(metadata['name'])}`,
        { ...config, metadata: { ...metadata, annotations } },
      );
      if (put.status !== 200) throw new Error(`PUT ClientConfig ${key}: ${put.status}`);
      const kubeconfig = record(secret['data'])['kubeconfig'];
      if (typeof kubeconfig !== 'string') throw new Error('secret is missing required kubeconfig property');
      const context = text(record(config['spec'])['contextName']) || text(metadata['name']);
      const broken = fault(Buffer.from(kubeconfig, 'base64').toString(), context);
      if (broken !== undefined) throw new Error(broken);
      state.loaded.push(context);
      known.set(key, hashes);
    }
    state.running = known;
  };
  /** Why the running operator shuts itself down, if it does. */
  const changed = async (running: ReadonlyMap<string, { spec: string; secret: string }>): Promise<string | undefined> => {
    const now = byKey(await clientConfigs());
    for (const key of running.keys()) if (!now.has(key)) return `ClientConfig ${key} was deleted, shutting down the operator`;
    for (const [key, config] of now) {
      const annotations = record(record(config['metadata'])['annotations']);
      if (annotations['k8ssandra.io/resource-hash'] === undefined)
        return `ClientConfig ${key} is missing hash annotations, shutting down the operator`;
      const secret = await secretOf(config);
      if (secret === undefined) return `Secret ${key} was deleted, shutting down the operator`;
      const before = running.get(key);
      if (
        before !== undefined &&
        (before.spec !== hashOfSpec(record(config['spec'])) || before.secret !== hashOfData(record(secret['data'])))
      )
        return `ClientConfig ${key} or secret has been modified, shutting down the operator`;
    }
    return undefined;
  };
  const show = async (ready: boolean): Promise<void> => {
    const status = { replicas: 1, readyReplicas: ready ? 1 : 0, conditions: [{ type: 'Available', status: ready ? 'True' : 'False' }] };
    await call(
      'PATCH',
      `/apis/apps/v1/namespaces/${deployment.namespace}/deployments/${deployment.name}/status`,
      { status },
      'application/merge-patch+json',
    );
  };
  const step = async (): Promise<void> => {
    try {
      if (state.running === undefined) {
        await start();
        await show(true);
        return;
      }
      const why = await changed(state.running);
      if (why === undefined) return;
      state.log.push(why);
      state.lastExit = { code: 0, message: why };
      state.running = undefined;
      await show(false);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (state.running === undefined && state.lastExit?.message !== message)
        state.log.push(`unable to create manager cluster connections: ${message}`);
      if (state.running === undefined) {
        state.lastExit = { code: 1, message };
        await show(false).catch(() => undefined);
      }
    }
  };
  await step();
  const loop = (async (): Promise<void> => {
    while (!state.stopped) {
      await new Promise(later => setTimeout(later, pollMs));
      if (!state.stopped) await step();
    }
  })();
  return {
    get restarts() {
      return state.restarts;
    },
    get loaded() {
      return state.loaded;
    },
    get lastExit() {
      return state.lastExit;
    },
    get log() {
      return state.log;
    },
    stop: async () => {
      state.stopped = true;
      await loop;
      agent.destroy();
    },
  };
};
