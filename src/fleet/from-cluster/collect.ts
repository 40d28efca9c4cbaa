import { firstOf } from '../../base/deadline.ts';
import { pool } from '../../base/pool.ts';
import { known, notRun, unreadable } from '../../base/read.ts';
import { type Connection, type Limits, type TrustedBy, trustedOnce } from '../../kube/api/connection.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import type { Stored } from '../../kube/kubeconfig/stored.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import { noneChosen } from '../../operator/control-plane.ts';
import { assembleContexts, unasked, unprobed } from '../assemble.ts';
import type { ContextState, ControlPlane, DataPlane, Inventory, Probe } from '../inventory.ts';
import { lastExit } from '../last-exit.ts';
import type { NamedFound, NamedObject } from '../named-objects.ts';
import { namedByContext } from '../placement.ts';
import type { StoredSecret } from '../stored-secret.ts';
import { userContextsOf } from '../user-contexts.ts';
import { diagnose } from './diagnose.ts';
import { readPreviousLog } from './log.ts';
import { readNamed } from './named-objects.ts';
import { readOperatorsIn } from './operators.ts';
import { readOwnNeeds } from './own-needs.ts';
import { readOwnSecrets, readOwnSecretsWatched } from './own-secrets.ts';
import { probe } from './probe.ts';
import { readVantages } from './vantages.ts';

export interface Scope {
  /** `-n`: the operator's namespace, or one it watches */
  readonly namespace?: string | undefined;
  /** only these contexts are probed, all of them for `undefined` */
  readonly names?: readonly string[] | undefined;
  /** whether what the K8ssandraClusters name is looked at; a placement looks at it itself */
  readonly named?: boolean;
  readonly parallel: number;
  readonly warnBeforeDays: number;
  /** told of every context before it is probed, and of each as it is probed */
  readonly seen?: Seen;
  /** Ctrl-C ends the reading, and what was read so far is the answer */
  readonly soFar?: boolean;
}
/** Who wants to see the probes as they come. */
export interface Seen {
  readonly begun: (contexts: readonly ContextState[]) => void;
  readonly probed: (name: string, probe: Probe) => void;
}

/** Probes every context that has a ClientConfig, in parallel, each with its own stored credential, and asks for the operator's own view. */
export const collect = async (
  connection: Connection,
  config: UserKubeconfig,
  read: ControlPlane,
  scope: Scope,
  limits: Limits,
  now: number,
): Promise<Inventory> => {
  const { names, namespace, warnBeforeDays, seen, soFar = false } = scope;
  const contextsBeforeProbes = assembleContexts({ controlPlane: read, names, probes: new Map(), dataPlanes: new Map() });
  const namedObjects = scope.named === true && read.clusters.ok ? namedByContext(read.clusters.value) : undefined;
  const planeReads = askBeside(connection, read, namespace, namedObjects?.get('') ?? []);
  const vantages = readVantages(connection, read, contextsBeforeProbes, limits);
  const dialling: Dialling = {
    config,
    controlPlane: read,
    wanted: namedObjects ?? new Map(),
    namespace,
    limits,
    trustedBy: trustedOnce(),
    soFar,
  };
  seen?.begun(contextsBeforeProbes);
  const [results, loserProbes] = await Promise.all([
    pool(contextsBeforeProbes, scope.parallel, async context => {
      const result = await probeInTime(context, dialling);
      seen?.probed(context.name, result.probe);
      return { name: context.name, ...result };
    }),
    pool(
      losersOf(contextsBeforeProbes, read),
      scope.parallel,
      async ([key, loser]) => [key, (await probeInTime(loser, dialling)).probe] as const,
    ),
  ]);
  const probes = new Map(results.map(({ name, probe: ownProbe }) => [name, ownProbe]));
  const dataPlanes = new Map(results.flatMap(({ name, dataPlane }) => (dataPlane === undefined ? [] : [[name, dataPlane] as const])));
  const contexts = assembleContexts({ controlPlane: read, names, probes, losers: new Map(loserProbes), dataPlanes });
  const fallback = {
    controlPlane: { ...read, imageConfig: interruption, operatorView: interruption, ownSecrets: interruption },
    local: new Map(),
  };
  const { controlPlane, local } = await settled(fallback, soFar ? limits.signal : undefined, async () => {
    const { local: localObjects, ...plane } = await planeReads;
    return { controlPlane: { ...read, ...plane, ...(await vantages(contexts)) }, local: localObjects };
  });
  return Object.freeze({
    now,
    source: 'cluster',
    warnBeforeDays,
    controlPlane,
    contexts,
    userContexts: userContextsOf(config, controlPlane, contexts),
    ...(namedObjects === undefined
      ? {}
      : { named: new Map([['', local], ...results.flatMap(({ name, named }) => (named === undefined ? [] : [[name, named] as const]))]) }),
    places: new Map(),
  });
};

const interruption = unreadable('interrupted', 'the run was interrupted');
/** What was asked beside the probes; where Ctrl-C may end that, `otherwise` stands in for it. */
const settled = async <T>(otherwise: T, interrupted: AbortSignal | undefined, rest: () => Promise<T>): Promise<T> => {
  try {
    return await rest();
  } catch (error) {
    if (interrupted?.aborted !== true) throw error;
    return otherwise;
  }
};

/** What is asked of the control plane while the probes run. */
const askBeside = (connection: Connection, read: ControlPlane, namespace: string | undefined, names: readonly NamedObject[]) => {
  const all = Promise.all([
    readOwnNeeds(connection, read.operator),
    readOwnSecretsWatched(connection, watchesOf(read, namespace)),
    withLastLogLine(connection, read),
    readNamed(connection, names),
  ]).then(([own, ownSecrets, pods, local]) => ({ ...own, ownSecrets, pods, local }));
  // Ctrl-C while the probes still run is theirs to report.
  all.catch(() => undefined);
  return all;
};
const watchesOf = ({ operator }: ControlPlane, namespace: string | undefined): readonly string[] | 'all' =>
  operator?.watches ?? (namespace === undefined ? 'all' : [namespace]);
/** Each ClientConfig that loses its name to another, as if it had won. */
const losersOf = (
  contexts: readonly ContextState[],
  { secrets, stored: all }: ControlPlane,
): readonly (readonly [string, ContextState])[] =>
  contexts.flatMap(({ stored: _, ...context }) =>
    context.providers.slice(0, -1).map(config => {
      const [key, secret, stored] = [configKey(config), secrets.get(secretKey(config)), all.get(configKey(config))];
      return [
        key,
        { ...context, providers: [config], secret: secret ?? context.secret, ...(stored === undefined ? {} : { stored }) },
      ] as const;
    }),
  );

interface Dialling {
  readonly config: UserKubeconfig;
  readonly controlPlane: ControlPlane;
  /** what K8ssandraClusters name, by context */
  readonly wanted: ReadonlyMap<string, readonly NamedObject[]>;
  readonly namespace: string | undefined;
  readonly limits: Limits;
  readonly trustedBy: TrustedBy;
  readonly soFar: boolean;
}
interface Probed {
  readonly probe: Probe;
  readonly dataPlane?: DataPlane;
  readonly named?: NamedFound;
}
const cutProbe: Probed = { probe: unprobed('interrupted', 'the run was interrupted') };
const probeInTime = async (context: ContextState, dialling: Dialling): Promise<Probed> => {
  const { limits, soFar } = dialling;
  const { deadline: deadlineSignal, ...within } = limits;
  const ready = dialled(context, dialling.controlPlane);
  if (typeof ready === 'string') return { probe: unprobed('earlier-failure', ready) };
  const lateProbe: Probed = { probe: unprobed('timed-out', 'the deadline of the run passed first') };
  if (soFar && limits.signal.aborted) return cutProbe;
  if (deadlineSignal?.aborted === true) return lateProbe;
  const inTime: Limits = { ...within, signal: firstOf(limits.signal, deadlineSignal) };
  try {
    return await probeContext(context.name, ready, { ...dialling, limits: inTime });
  } catch (error) {
    if (soFar && limits.signal.aborted) return cutProbe;
    if (inTime.signal.aborted && !limits.signal.aborted) return lateProbe;
    throw error;
  }
};

interface Ready {
  readonly secret: StoredSecret;
  readonly stored: Stored;
}
/** What is dialled with, or why nothing is. */
const dialled = ({ secret, providers, stored }: ContextState, { clientConfigs }: ControlPlane): Ready | string => {
  if (!clientConfigs.ok) return 'ClientConfigs could not be read';
  if (providers.length === 0) return 'no ClientConfig provides it';
  if (!secret.ok) return 'its Secret could not be read';
  if (secret.value === undefined) return 'its Secret does not exist';
  if (stored === undefined || secret.value.kubeconfig === undefined) return 'its Secret has no kubeconfig';
  return { secret: secret.value, stored };
};

const probeContext = async (
  name: string,
  { secret, stored }: Ready,
  { config, controlPlane, wanted, namespace, limits, trustedBy }: Dialling,
): Promise<Probed> => {
  let operatorReads: Pick<DataPlane, 'operators' | 'ownSecrets'> = { operators: unasked.operators };
  let namedObjects: NamedFound = new Map();
  const account = stored.ok ? stored.value.claims?.namespace : undefined;
  const ownProbe = await probe(name, stored, watchesOf(controlPlane, namespace), { ...limits, trustedBy }, async own => {
    // The stored credential may read beside its service account, and perhaps nowhere else.
    const near = account === undefined ? [] : ([readOperatorsIn(own, account), readOwnSecrets(own, account)] as const);
    const [objects, operators, ownSecrets] = await Promise.all([readNamed(own, wanted.get(name) ?? []), ...near]);
    namedObjects = objects;
    if (operators !== undefined && ownSecrets !== undefined) operatorReads = { operators, ownSecrets };
  });
  const fullProbe = withAssumed(ownProbe, controlPlane, namespace);
  return {
    probe: fullProbe,
    dataPlane: (await diagnose(secret, stored, fullProbe, config, limits)) ?? { ...unasked, ...operatorReads },
    named: namedObjects,
  };
};

/** Rights are asked for namespaces: where nobody says which ones the operator watches, what is missing is not known. */
const withAssumed = (probed: Probe, { operator, operators }: ControlPlane, namespace: string | undefined): Probe =>
  operator !== undefined || namespace !== undefined || probed.access.status !== 'pass'
    ? probed
    : {
        ...probed,
        access: operators.ok
          ? notRun('earlier-failure', noneChosen(operators))
          : notRun(operators.reason, `which namespaces the operator watches could not be read: ${operators.detail}`),
      };

/** What the pods that are in trouble wrote last; of a healthy operator nothing is asked. */
const withLastLogLine = async (connection: Connection, controlPlane: ControlPlane): Promise<ControlPlane['pods']> => {
  const { operator, pods } = controlPlane;
  return operator === undefined || !pods.ok
    ? pods
    : known(
        await Promise.all(
          pods.value.map(async pod => {
            if (pod.ready || (pod.waiting === undefined && (pod.lastExitCode ?? 0) === 0)) return pod;
            const log = await readPreviousLog(connection, operator.namespace, pod.name);
            const line = log.ok ? lastExit(log.value, controlPlane)?.line : undefined;
            return line === undefined ? pod : { ...pod, lastLogLine: line };
          }),
        ),
      );
};
