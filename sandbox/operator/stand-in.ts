import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, record, records, text } from '../api/json.ts';
import type { Ask } from '../api/server.ts';
import { changeIn, type Read, readAll } from './client-configs.ts';
import { type LastExit, makePod, type PodHost, type PodStandIn } from './pod.ts';
import { makeRemotes, type Remotes } from './remotes.ts';

export interface OperatorStandIn {
  readonly restarts: number;
  /** context names, in the order in which they were loaded */
  readonly loaded: readonly string[];
  readonly lastExit: LastExit | undefined;
  readonly log: readonly string[];
  /** what its webhook knows while it runs */
  readonly webhook: () => readonly string[] | 'down';
  readonly stop: () => Promise<void>;
}
export interface OperatorOptions {
  /** a way to the control plane, as admin */
  readonly ask: Ask;
  readonly deployment: { readonly namespace: string; readonly name: string };
  readonly pollMs?: number;
  /** how long it lies dead after a fault before it is started again, twice as long each time up to 32 times; not at all after a good end */
  readonly restartMs?: number;
  /** whether it dials what it has loaded, and so stops where a data plane does not let it in */
  readonly dials?: boolean;
  /** how long it tries that; controller-runtime's CacheSyncTimeout */
  readonly cacheSyncMs?: number;
  /** whether a pod is shown, with log and metrics; on a real API server, on which node */
  readonly pod?: boolean | PodHost;
}
/** A process of the operator, from its start to its exit. */
interface Life {
  readonly read: Read;
  readonly startedAt: number;
  readonly template: string;
  /** contexts that have not answered yet */
  readonly waiting: Set<string>;
  nextDial: number;
}
/** The container, over all its processes. */
interface Container {
  readonly options: OperatorOptions;
  readonly path: string;
  readonly pod: PodStandIn | undefined;
  readonly written: string[];
  deployment: Json;
  remotes: Remotes;
  life: Life | undefined;
  restarts: number;
  lastExit: LastExit | undefined;
  deadUntil: number;
  /** bad ends in a row */
  faults: number;
  log: string[];
  previousLog: string[];
}

/** What the control plane's operator does with ClientConfigs, over any API server. */
export const startOperator = async (options: OperatorOptions): Promise<OperatorStandIn> => {
  const { deployment, pollMs = 100 } = options;
  const container: Container = {
    options,
    path: `/apis/apps/v1/namespaces/${deployment.namespace}/deployments/${deployment.name}`,
    pod: podOf(options, () => templateOf(container.deployment)),
    written: [],
    deployment: {},
    remotes: makeRemotes(),
    life: undefined,
    restarts: -1,
    lastExit: undefined,
    deadUntil: 0,
    faults: 0,
    log: [],
    previousLog: [],
  };
  // An API server that is away for a moment ends no running operator.
  const tryStep = (): Promise<void> => step(container).catch(() => undefined);
  let stopped = false;
  await tryStep();
  const loop = (async (): Promise<void> => {
    while (!stopped) {
      await sleep(pollMs);
      if (!stopped) await tryStep();
    }
  })();
  return {
    get restarts() {
      return container.restarts;
    },
    get loaded() {
      return container.life?.read.names ?? [];
    },
    get lastExit() {
      return container.lastExit;
    },
    log: container.written,
    webhook: () => (container.life === undefined ? 'down' : [...container.life.read.contexts.keys()]),
    stop: async () => {
      stopped = true;
      await loop;
    },
  };
};

const podOf = ({ ask, deployment, pod = false }: OperatorOptions, template: () => Json): PodStandIn | undefined =>
  pod === false ? undefined : makePod(ask, deployment.namespace, deployment.name, template, pod === true ? undefined : pod);

const step = async (container: Container): Promise<void> => {
  const { options, path, pod } = container;
  const { status, body } = await options.ask('GET', path);
  if (status !== 200) return;
  container.deployment = record(body);
  const { life } = container;
  if (life === undefined) return Date.now() < container.deadUntil ? undefined : start(container);
  if (life.template !== JSON.stringify(templateOf(container.deployment))) {
    // Another pod, which has never ended yet.
    if (pod !== undefined) Object.assign(container, { restarts: -1, lastExit: undefined, log: [] });
    await pod?.replace();
    return start(container);
  }
  const why = await changeIn(options.ask, watchedBy(container), life.read);
  if (why !== undefined) {
    write(container, 'INFO', why);
    return exit(container, 0, why);
  }
  if (life.waiting.size > 0 && Date.now() >= life.nextDial) await dial(container, life);
};

const start = async (container: Container): Promise<void> => {
  const { ask, dials = false } = container.options;
  container.restarts++;
  container.previousLog = container.log;
  container.log = [];
  container.remotes = makeRemotes();
  write(container, 'INFO', 'starting manager');
  try {
    const read = await readAll(ask, watchedBy(container));
    container.life = {
      read,
      startedAt: Date.now(),
      template: JSON.stringify(templateOf(container.deployment)),
      waiting: new Set(dials ? read.contexts.keys() : []),
      nextDial: 0,
    };
    await show(container);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    write(container, 'ERROR', 'unable to create manager cluster connections', { error: message });
    await exit(container, 1, message);
  }
};

/** What stops it late: a data plane whose kinds cannot be listed. It is tried again every ten seconds, a few times in all. */
const dial = async (container: Container, { read, waiting, startedAt }: Life): Promise<void> => {
  const { cacheSyncMs = 120_000 } = container.options;
  for (const context of waiting) {
    const loaded = read.contexts.get(context);
    const failed = loaded === undefined ? undefined : await container.remotes.sync(loaded, watchedBy(container));
    if (failed === undefined) {
      waiting.delete(context);
      continue;
    }
    const { kind, error } = failed;
    write(container, 'ERROR', 'Unhandled Error', { error: `failed to list ${kind}: ${error}` });
    if (Date.now() - startedAt < cacheSyncMs) continue;
    const timedOut = `failed to wait for k8ssandracluster caches to sync kind source: ${kind}: timed out waiting for cache to be synced for Kind ${kind}`;
    write(container, 'ERROR', 'problem running manager', { error: timedOut });
    return exit(container, 1, timedOut);
  }
  if (container.life !== undefined) container.life.nextDial = Date.now() + Math.min(10_000, cacheSyncMs / 12);
  await show(container);
};

const exit = async (container: Container, code: number, message: string): Promise<void> => {
  container.life = undefined;
  container.lastExit = { code, message };
  container.faults = code === 0 ? 0 : container.faults + 1;
  container.deadUntil = code === 0 ? 0 : Date.now() + (container.options.restartMs ?? 0) * 2 ** Math.min(container.faults - 1, 5);
  await show(container);
};

const write = ({ log, written }: Container, level: string, message: string, fields?: Json): void => {
  const parts = [new Date().toISOString(), level, 'setup', message, ...(fields === undefined ? [] : [JSON.stringify(fields)])];
  log.push(parts.join('\t'));
  written.push(parts.join('\t'));
};

/** What a kubelet and the Deployment's controller would show of it. */
const show = async (container: Container): Promise<void> => {
  const { options, path, deployment, life, pod, restarts, lastExit, remotes, log, previousLog } = container;
  const running = life !== undefined;
  const ready = running ? 1 : 0;
  const observedGeneration = record(deployment['metadata'])['generation'];
  const conditions = [{ type: 'Available', status: running ? 'True' : 'False' }];
  const status = { observedGeneration, replicas: 1, updatedReplicas: 1, readyReplicas: ready, availableReplicas: ready, conditions };
  await options.ask('PATCH', `${path}/status`, { status }, 'application/merge-patch+json');
  await pod?.show({ running, restarts, lastExit, metrics: remotes.metrics(), log, previousLog });
};

const templateOf = (deployment: Json): Json => record(record(deployment['spec'])['template']);
/** WATCH_NAMESPACE as the operator reads it: split at commas and nothing else. */
const watchedBy = ({ deployment, options }: Container): readonly string[] | 'all' => {
  const { containers } = record(templateOf(deployment)['spec']);
  const env = records(containers).flatMap(one => records(one['env']));
  const watch = env.find(one => one['name'] === 'WATCH_NAMESPACE') ?? {};
  if (record(record(watch['valueFrom'])['fieldRef'])['fieldPath'] === 'metadata.namespace') return [options.deployment.namespace];
  const value = text(watch['value']);
  return value === '' ? 'all' : value.split(',');
};
