import { unreads } from '../../base/cause.ts';
import { object, text } from '../../base/codec.ts';
import { UserError } from '../../base/errors.ts';
import { known, notRun, type Read, unreadable, whole } from '../../base/read.ts';
import { unreadOf } from '../../kube/api/answer.ts';
import { ask } from '../../kube/api/ask.ts';
import { type Connection, type Limits, TransportError } from '../../kube/api/connection.ts';
import { listObjects, listWatched } from '../../kube/api/lists.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import type { ClientConfig, K8ssandraCluster, Kind, KubeObject, Secret } from '../../kube/kinds.ts';
import { kinds } from '../../kube/kinds.ts';
import type { Stored } from '../../kube/kubeconfig/stored.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import type { Operator } from '../../operator/environment.ts';
import { operatorPodOf } from '../../operator/environment.ts';
import { assembleContexts, judgeStored, unprobed } from '../assemble.ts';
import type { ControlPlane, DataPlane, Inventory, Probe, StoredSecret } from '../inventory.ts';
import { lastExit } from '../last-exit.ts';
import { contextsOf, withClusters } from '../placement.ts';
import { storedSecretOf } from '../stored-secret.ts';
import { userContextsOf } from '../user-contexts.ts';
import { readPreviousLog } from './log.ts';
import { operatorsFrom } from './operators.ts';
import { readOwnNeeds } from './own-needs.ts';
import { probe } from './probe.ts';
import { openUserContext, readClusterUid } from './user-context.ts';
import { readVantages } from './vantages.ts';

export const operatorLabel = 'control-plane=k8ssandra-operator';

/** Every operator Deployment; only those of one namespace where the user may not list cluster-wide. */
export const readOperators = async (connection: Connection, namespace?: string): Promise<Read<readonly Operator[]>> => {
  const everywhere = await readOperatorsIn(connection, undefined);
  return everywhere.ok || namespace === undefined ? everywhere : readOperatorsIn(connection, namespace);
};

/** The operator that reads ClientConfigs: the only control plane, or the one in the wanted namespace. */
export const controlPlaneOperator = (operators: readonly Operator[], namespace: string | undefined): Operator | undefined => {
  const planes = operators.filter(({ controlPlane }) => controlPlane);
  const wanted = planes.filter(
    operator =>
      namespace === undefined || operator.namespace === namespace || operator.watches === 'all' || operator.watches.includes(namespace),
  );
  return wanted.length === 1
    ? wanted[0]
    : (wanted.find(operator => operator.namespace === namespace) ??
        (planes.length === 1 && namespace === undefined ? planes[0] : undefined));
};

export interface Scope {
  /** `-n`: the operator's namespace, or one it watches */
  readonly namespace?: string | undefined;
  /** only these contexts are probed; all are read */
  readonly names?: readonly string[] | undefined;
  /** `--for`: the K8ssandraClusters to place, applied or not; only their contexts are probed */
  readonly placing?: ((controlPlane: ControlPlane) => readonly K8ssandraCluster[]) | undefined;
  readonly parallel: number;
  readonly warnBeforeDays: number;
  /** milliseconds for the whole run */
  readonly deadline?: number | undefined;
}

/** Everything the control plane's API tells of its ClientConfigs and their users. */
export const readControlPlane = async (connection: Connection, namespace: string | undefined): Promise<ControlPlane> => {
  const [version, clusterUid, operators] = await Promise.all([
    readVersion(connection),
    readClusterUid(connection),
    readOperators(connection, namespace),
  ]);
  refuseStranger(connection.context, [version, clusterUid, operators]);
  refuseOutage(connection.context, [version, clusterUid, operators]);
  const operator = operators.ok ? controlPlaneOperator(operators.value, namespace) : undefined;
  const watches = operator?.watches ?? (namespace === undefined ? 'all' : [namespace]);
  const [ccs, clusters, replicatedSecrets, tasks, pods] = await Promise.all([
    readClientConfigs(connection, watches),
    wide(connection, kinds.k8ssandraCluster, watches),
    wide(connection, kinds.replicatedSecret, watches),
    wide(connection, kinds.k8ssandraTask, watches),
    operator === undefined ? known([]) : listObjects(connection, kinds.pod, operator.namespace, operatorLabel).then(whole),
  ]);
  const crd: Read<boolean> = ccs.ok ? known(true) : ccs.reason === 'not-installed' ? known(false) : ccs;
  const clientConfigs: Read<readonly ClientConfig[]> = crd.ok && !crd.value ? known([]) : ccs;
  const operatorPods = pods.ok ? known(pods.value.map(operatorPodOf)) : pods;
  const configs = clientConfigs.ok ? clientConfigs.value : [];
  const secrets = await readSecrets(connection, configs);
  refuseStranger(connection.context, [ccs, clusters, replicatedSecrets, tasks, pods, ...secrets.values()]);
  return {
    context: connection.context,
    server: connection.server,
    version,
    clusterUid,
    operators,
    ...(operator === undefined ? {} : { operator }),
    pods: operatorPods,
    clientConfigCrd: crd,
    imageConfig: unreadable('skipped', 'not asked for'),
    clientConfigs,
    secrets,
    stored: judgeStored(configs, secrets, operator),
    clusters: absentKind(clusters, crd),
    replicatedSecrets: absentKind(replicatedSecrets, crd),
    tasks: absentKind(tasks, crd),
    operatorView: unreadable('skipped', 'not asked for'),
    webhook: new Map(),
  };
};
/** An API that does not know its user has said nothing of what it holds. */
const refuseStranger = (context: string, reads: readonly Read<unknown>[]): void => {
  for (const read of reads) if (!read.ok && read.reason === 'unauthorized') required(read, 'anything', context);
};
/** One answer that is missing is a hole in what is known; where none came at all there is nothing to report on. */
const refuseOutage = (context: string, reads: readonly Read<unknown>[]): void => {
  const unread = reads.flatMap(read => (read.ok || read.reason === 'forbidden' ? [] : [read]));
  const [first] = unread;
  if (first === undefined || unread.length < reads.length) return;
  throw new UserError(`the control plane ${context} cannot be read: ${first.detail}`, unreads[first.reason].cure(context));
};
/** Cluster-wide, so that ignored objects are seen too; the watched namespaces alone where the user may not. */
const wide = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
  watches: readonly string[] | 'all',
): Promise<Read<readonly T[]>> => {
  const everywhere = await listObjects<T>(connection, kind);
  return everywhere.ok || everywhere.reason !== 'forbidden' || watches === 'all' ? everywhere : listWatched<T>(connection, kind, watches);
};
const readClientConfigs = (connection: Connection, watches: readonly string[] | 'all'): Promise<Read<readonly ClientConfig[]>> =>
  wide(connection, kinds.clientConfig, watches);
/** Where no CRD of the operator is served there are no objects of its kinds; beside a served one, an answer of 404 proves nothing. */
const absentKind = <T>(read: Read<readonly T[]>, clientConfigCrd: Read<boolean>): Read<readonly T[]> =>
  !read.ok && read.reason === 'not-installed' && clientConfigCrd.ok && !clientConfigCrd.value ? known([]) : read;

/** What the pods that are in trouble wrote last; of a healthy operator nothing is asked. */
const withLastLogLine = async (connection: Connection, { operator, pods }: ControlPlane): Promise<ControlPlane['pods']> =>
  operator === undefined || !pods.ok
    ? pods
    : known(
        await Promise.all(
          pods.value.map(async pod => {
            if (pod.ready || (pod.waiting === undefined && (pod.lastExitCode ?? 0) === 0)) return pod;
            const log = await readPreviousLog(connection, operator.namespace, pod.name);
            const line = log.ok ? lastExit(log.value, [])?.line : undefined;
            return line === undefined ? pod : { ...pod, lastLogLine: line };
          }),
        ),
      );
const gitVersion = object<{ readonly gitVersion: string }>({ gitVersion: text });
const readVersion = async (connection: Connection): Promise<Read<string>> => {
  const read = await ask(connection, { path: '/version' }, gitVersion, 'the version');
  return read.ok ? known(read.value.gitVersion) : unreadOf(read);
};

const readSecrets = async (
  connection: Connection,
  clientConfigs: readonly ClientConfig[],
): Promise<ReadonlyMap<string, Read<StoredSecret | undefined>>> => {
  const wanted = new Map(
    clientConfigs.map(({ metadata, spec }) => [
      `${metadata.namespace}/${spec?.kubeConfigSecret?.name ?? ''}`,
      { namespace: metadata.namespace, name: spec?.kubeConfigSecret?.name ?? '' },
    ]),
  );
  const reads = await Promise.all(
    [...wanted].map(async ([key, { namespace, name }]): Promise<[string, Read<StoredSecret | undefined>]> => {
      if (name === '') return [key, known(undefined)];
      const read = await getObject(connection, kinds.secret, namespace, name);
      return [key, read.ok ? known(read.value === undefined ? undefined : storedSecretOf(read.value)) : read];
    }),
  );
  return new Map(reads);
};

/** Reads the control plane, then probes every context that has a ClientConfig, in parallel, each with its own stored credential. */
export const collect = async (
  connection: Connection,
  config: UserKubeconfig,
  scope: Scope,
  limits: Limits,
  now: number,
): Promise<Inventory> => {
  const read = await readControlPlane(connection, scope.namespace);
  const placed = scope.placing?.(read);
  const readPlane = placed === undefined ? read : withClusters(read, placed);
  const names = placed === undefined ? scope.names : contextsOf(placed);
  const watches = readPlane.operator?.watches ?? (scope.namespace === undefined ? 'all' : [scope.namespace]);
  // Without a deadline of the run every probe still has its own time-out.
  const expired = scope.deadline === undefined ? undefined : AbortSignal.timeout(scope.deadline);
  const unread = assembleContexts({ controlPlane: readPlane, names, probes: new Map(), dataPlanes: new Map() });
  const own = readOwnNeeds(connection, readPlane.operator);
  const pods = withLastLogLine(connection, readPlane);
  // Ctrl-C while the probes still run is theirs to report.
  for (const begun of [own, pods]) begun.catch(() => undefined);
  const vantages = readVantages(connection, readPlane, unread, { signal: limits.signal, expired });
  const results = await pool(unread, scope.parallel, async context => {
    const { secret, providers, stored } = context;
    const { clientConfigs } = readPlane;
    if (!clientConfigs.ok) return { name: context.name, probe: unprobed('earlier-failure', 'ClientConfigs could not be read') };
    if (providers.length === 0) return { name: context.name, probe: unprobed('earlier-failure', 'no ClientConfig provides it') };
    if (!secret.ok) return { name: context.name, probe: unprobed('earlier-failure', 'its Secret could not be read') };
    if (secret.value === undefined) return { name: context.name, probe: unprobed('earlier-failure', 'its Secret does not exist') };
    if (stored === undefined || secret.value.kubeconfig === undefined)
      return { name: context.name, probe: unprobed('earlier-failure', 'its Secret has no kubeconfig') };
    if (expired?.aborted === true) return { name: context.name, probe: unprobed('timed-out', 'the deadline of the run passed first') };
    const inTime: Limits = { ...limits, signal: expired === undefined ? limits.signal : AbortSignal.any([limits.signal, expired]) };
    try {
      let operators: Read<readonly Operator[]> = unasked.operators;
      const account = stored.ok ? stored.value.claims?.namespace : undefined;
      const asked = await probe(context.name, stored, watches, inTime, async own => {
        // The stored credential may list Deployments beside its service account, and nowhere else.
        if (account !== undefined) operators = await readOperatorsIn(own, account);
      });
      const probed = withAssumed(asked, readPlane, scope.namespace);
      const failed = await dataPlaneOf(secret.value, stored, probed, config, inTime);
      return { name: context.name, probe: probed, dataPlane: failed ?? { ...unasked, operators } };
    } catch (error) {
      if (inTime.signal.aborted && !limits.signal.aborted)
        return { name: context.name, probe: unprobed('timed-out', 'the deadline of the run passed first') };
      throw error;
    }
  });
  const probes = new Map<string, Probe>(results.map(({ name, probe: probed }) => [name, probed]));
  const dataPlanes = new Map<string, DataPlane>(
    results.flatMap(({ name, dataPlane }) => (dataPlane === undefined ? [] : [[name, dataPlane]])),
  );
  const contexts = assembleContexts({ controlPlane: readPlane, names, probes, dataPlanes });
  const controlPlane = { ...readPlane, ...(await own), pods: await pods, ...(await vantages(contexts)) };
  return Object.freeze({
    now,
    source: 'cluster',
    warnBeforeDays: scope.warnBeforeDays,
    controlPlane,
    contexts,
    userContexts: userContextsOf(config, controlPlane, contexts),
    places: new Map(),
  });
};

/** Rights are asked for namespaces: where nobody says which ones the operator watches, what is missing is not known. */
const withAssumed = (probed: Probe, { operator, operators }: ControlPlane, namespace: string | undefined): Probe =>
  operator !== undefined || namespace !== undefined || probed.access.status !== 'pass'
    ? probed
    : {
        ...probed,
        access: operators.ok
          ? notRun('earlier-failure', 'there is no control plane operator here')
          : notRun(operators.reason, `which namespaces the operator watches could not be read: ${operators.detail}`),
      };

/** Runs `work` on every item, at most `size` at once; results in the order of the items. */
const pool = async <T, R>(items: readonly T[], size: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
  return results;
};

const unasked = {
  clusterUid: unreadable('skipped', 'not asked for'),
  serviceAccountUid: unreadable('skipped', 'not asked for'),
  operators: unreadable('skipped', 'not asked for'),
} satisfies DataPlane;

/** Of one namespace, or of all for `undefined`. */
export const readOperatorsIn = async (connection: Connection, namespace: string | undefined): Promise<Read<readonly Operator[]>> => {
  const read = whole(await listObjects(connection, kinds.deployment, namespace, operatorLabel));
  return read.ok ? operatorsFrom(connection, read.value) : read;
};

/**
 * Why a data plane refuses its token, or is not trusted: asked only when a probe failed so, and only through the user's own context of
 * the same server, because the stored credential can no longer ask anything. `undefined` when there is nothing to ask, or nobody.
 */
const dataPlaneOf = async (
  secret: StoredSecret,
  stored: Stored,
  probed: Probe,
  config: UserKubeconfig,
  limits: Limits,
): Promise<DataPlane | undefined> => {
  if (!stored.ok) return undefined;
  const { namespace, serviceAccount, secretName } = stored.value.claims ?? {};
  const distrusted = probed.tls.status === 'fail' && probed.tls.cause === 'unknown-ca';
  if ((probed.identity.status !== 'fail' && !distrusted) || namespace === undefined || serviceAccount === undefined) return undefined;
  try {
    const mine = await openUserContext(config, stored.value.server, secret.annotations, limits);
    if (mine === undefined) return undefined;
    const { connection, clusterUid } = mine;
    if (connection === undefined) return { ...unasked, clusterUid };
    try {
      const [account, operators, token, ca] = await Promise.all([
        getObject(connection, kinds.serviceAccount, namespace, serviceAccount),
        readOperators(connection, namespace),
        secretName === undefined ? unasked.clusterUid : getObject(connection, kinds.secret, namespace, secretName),
        getObject(connection, kinds.configMap, namespace, 'kube-root-ca.crt'),
      ]);
      return {
        clusterUid,
        serviceAccountUid: account.ok ? known(account.value?.metadata.uid) : account,
        operators,
        tokenLabels: token.ok ? known((token.value as Secret | undefined)?.metadata.labels ?? {}) : token,
        publishedCa: ca.ok ? known(ca.value?.data?.['ca.crt']) : ca,
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof UserError || error instanceof TransportError) return undefined;
    throw error;
  }
};
