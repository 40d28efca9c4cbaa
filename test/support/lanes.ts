import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { record, records } from '../../sandbox/api/json.ts';
import type { Ask } from '../../sandbox/api/server.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import { startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds, installOperator } from '../../sandbox/clusters/install.ts';
import { askOver } from '../../sandbox/operator/ask.ts';
import { resourceHash, secretHash } from '../../sandbox/operator/hash.ts';
import { type OperatorStandIn, startOperator } from '../../sandbox/operator/stand-in.ts';
import { runInProcess } from './in-process.ts';
import { liveIn, type Track, tokenIn, withKubeconfig } from './racing.ts';
import { program, type Run, run } from './run.ts';

/** Tracks on one real control plane and one real data plane: each is a namespace with an operator of its own, so that they disturb no other. */
export interface Lanes {
  /** Work on a lane that is free, in the order in which it comes. */
  readonly within: <T>(work: (lane: Lane) => Promise<T>) => Promise<T>;
  readonly stop: () => Promise<void>;
}
export interface Lane extends Track {
  /** the operator starts again, as after the death of its node */
  readonly restartOperator: () => Promise<void>;
}
const dataNamespace = 'k8ssandra-operator';
const tokensPath = `/api/v1/namespaces/${dataNamespace}/secrets`;
type Cli = (args: readonly string[], interrupted?: AbortSignal) => Promise<Run>;

/** With `built` the commands are processes of the built program; else they run in this one. */
export const startLanes = async (count: number, built: boolean): Promise<Lanes> => {
  const clusters = await startClusters(['cp', 'dp1']);
  const at = (name: string) => {
    const cluster = clusters.byName[name];
    assert.ok(cluster, name);
    return cluster;
  };
  const asks = (name: string): Ask => {
    const { server, caPem, adminToken } = at(name);
    return askOver(server, caPem, adminToken);
  };
  const operators = new Map<string, OperatorStandIn>();
  const stop = async (): Promise<void> => {
    await Promise.all([...operators.values()].map(one => one.stop()));
    await clusters.stop();
  };
  const namespaces = Array.from({ length: count }, (_, index) => `lane-${index + 1}`);
  const asked = { cp: asks('cp'), dp1: asks('dp1') };
  const start = async (namespace: string): Promise<void> => {
    const options = { ask: asks('cp'), deployment: { namespace, name: 'k8ssandra-operator' }, pollMs: 300 };
    operators.set(namespace, await startOperator(options));
  };
  let first: Made | undefined;
  const lane = async (namespace: string): Promise<Lane> => {
    await installOperator(at('cp'), { namespace, controlPlane: true });
    await start(namespace);
    const flags = ['--kubeconfig', clusters.kubeconfig, '--context', 'cp', '-n', namespace];
    const cli: Cli = (args, interrupted) => {
      const all = [...args, ...flags];
      return built ? run(all, {}, '', [], program(), interrupted) : runInProcess(all, interrupted === undefined ? {} : { interrupted });
    };
    const exported = join(dirname(clusters.kubeconfig), `${namespace}.yaml`);
    const { made, ...track } = await laneOf(namespace, asked, cli, exported, first);
    first ??= made;
    const restartOperator = async (): Promise<void> => {
      await operators.get(namespace)?.stop();
      await start(namespace);
    };
    return { ...track, restartOperator };
  };
  try {
    await Promise.all(['cp', 'dp1'].map(name => installCrds(at(name))));
    await installOperator(at('dp1'), {
      namespace: dataNamespace,
      controlPlane: false,
      watchNamespace: [dataNamespace, ...namespaces].join(),
    });
    const lanes: Lane[] = [];
    for (const namespace of namespaces) lanes.push(await lane(namespace));
    return { within: sharing(lanes), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const laneOf = async (
  namespace: string,
  { cp, dp1 }: { readonly cp: Ask; readonly dp1: Ask },
  cli: Cli,
  exported: string,
  first: Made | undefined,
): Promise<Track & { readonly made: Made }> => {
  const secretsPath = `/api/v1/namespaces/${namespace}/secrets`;
  const configsPath = `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs`;
  const configs = () => listed(cp, configsPath);
  const secrets = () => listed(cp, secretsPath);
  const owned = async () =>
    (await listed(dp1, `${tokensPath}?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dkubectl-k8ssandra`)).filter(
      ({ metadata }) => metadata.annotations?.['cli.k8ssandra.io/client-config']?.startsWith(`${namespace}/`) === true,
    );
  const track = {
    cli,
    exported,
    name: `${namespace}/dp1`,
    tlsName: 'kubernetes',
    clientConfigs: configs,
    secrets: async () => withKubeconfig(await secrets()),
    tokens: async () => (await owned()).flatMap(liveIn),
  };
  const made: Made =
    first === undefined
      ? { ...(await registered(track, owned)), namespace }
      : (JSON.parse(JSON.stringify(first).replaceAll(first.namespace, namespace)) as Made);
  return {
    ...track,
    made,
    reset: async start => {
      const [allConfigs, allSecrets, allTokens] = await Promise.all([configs(), secrets(), owned()]);
      await Promise.all([
        ...allConfigs.map(one => removed(cp, configsPath, one)),
        ...allSecrets.map(one => removed(cp, secretsPath, one)),
        ...allTokens.map(one => removed(dp1, tokensPath, one)),
      ]);
      if (start === 'nothing') return;
      const objects = await renew(made, dp1, exported);
      if (start === 'registered') await register(objects, { cp, secretsPath, configsPath });
    },
  };
};

const sharing = (lanes: readonly Lane[]): Lanes['within'] => {
  const free = [...lanes];
  const waiting: ((lane: Lane) => void)[] = [];
  return async work => {
    const lane = free.pop() ?? (await new Promise<Lane>(later => waiting.push(later)));
    try {
      return await work(lane);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else next(lane);
    }
  };
};

/** The objects of one registration as `create` has made them, and its export. */
interface Made {
  readonly namespace: string;
  readonly secret: Stored;
  readonly config: Stored;
  readonly token: Stored;
  readonly exported: string;
}
const registered = async (
  { cli, name, tlsName, clientConfigs, secrets }: Omit<Track, 'reset'>,
  tokens: () => Promise<readonly Stored[]>,
): Promise<Omit<Made, 'namespace'>> => {
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(['clientconfig', ...args]);
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  };
  await done('create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--tls-server-name', tlsName);
  const exported = await done('export', '--with-secrets');
  await done('update', name, '--yes', '--tls-server-name', '', '--wait');
  const [[config], [secret], [token]] = [await clientConfigs(), await secrets(), await tokens()];
  assert.ok(config && secret && token);
  return { config, secret, token, exported };
};
/** The same registration and its export with a token that nobody has seen yet: what an API server remembers of a token is of no other round. */
const renew = async ({ config, secret, token, exported }: Made, dp1: Ask, file: string): Promise<Pick<Made, 'secret' | 'config'>> => {
  const { [noted]: _before, ...annotations } = token.metadata.annotations ?? {};
  const name = `${dataNamespace}-clientconfig-${randomBytes(4).toString('hex')}`;
  await written(dp1, tokensPath, { ...token, metadata: { ...token.metadata, name, annotations }, data: undefined });
  const [before, now] = [...tokenIn(token), await until(async () => tokenIn(record((await dp1('GET', `${tokensPath}/${name}`)).body))[0])];
  assert.ok(before && now);
  const renewed = (text: string): string => text.replaceAll(before, now).replaceAll(token.metadata.name, name);
  const renamed = (text: string): string =>
    renewed(text).replaceAll(
      /(kubeconfig"?: ?"?)([\w+/=]{100,})/g,
      (_, key: string, old: string) => `${key}${base64(renewed(plain(old)))}`,
    );
  writeFileSync(file, renamed(exported), { mode: 0o600 });
  return { config, secret: JSON.parse(renamed(JSON.stringify(secret))) as Stored };
};
const noted = 'kubernetes.io/service-account.uid';
/** And the operator has read it. */
const register = async (
  { config, secret }: Pick<Made, 'secret' | 'config'>,
  { cp, secretsPath, configsPath }: { readonly cp: Ask; readonly secretsPath: string; readonly configsPath: string },
): Promise<void> => {
  await written(cp, secretsPath, secret);
  const { [resourceHash]: _spec, [secretHash]: _data, ...annotations } = config.metadata.annotations ?? {};
  await written(cp, configsPath, { ...config, metadata: { ...config.metadata, annotations } });
  await until(async () => {
    const { body } = await cp('GET', `${configsPath}/${config.metadata.name}`);
    return record(record(record(body)['metadata'])['annotations'])[secretHash];
  });
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (text: string): string => Buffer.from(text, 'base64').toString();

const listed = async (ask: Ask, path: string): Promise<readonly Stored[]> => {
  const { status, body } = await ask('GET', path);
  assert.equal(status, 200, JSON.stringify(body));
  return records(record(body)['items']) as Stored[];
};
/** Takes away what is there of an object, whatever holds it. */
const removed = async (ask: Ask, path: string, { metadata: { name, finalizers } }: Stored): Promise<void> => {
  if (finalizers !== undefined) await ask('PATCH', `${path}/${name}`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  await ask('DELETE', `${path}/${name}`);
};
const written = async (ask: Ask, path: string, { kind, apiVersion, metadata, ...rest }: Stored): Promise<void> => {
  const { name, namespace, labels, annotations } = metadata;
  const { status, body } = await ask('POST', path, { ...rest, kind, apiVersion, metadata: { name, namespace, labels, annotations } });
  assert.equal(status, 201, JSON.stringify(body));
};
const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
};
