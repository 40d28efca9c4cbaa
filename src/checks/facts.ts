import { type Read, type Step, unreadable, whole } from '../base/read.ts';
import type { ContextState, ControlPlane, Inventory } from '../fleet/inventory.ts';
import { type NamedFound, type NamedObject, namedFrom, objectId } from '../fleet/named-objects.ts';
import { type Holdings, holdingsOf, ownershipIn } from '../fleet/own-secrets.ts';
import { type Datacenter, datacentersOf } from '../fleet/placement.ts';
import type { StoredSecret } from '../fleet/stored-secret.ts';
import { operatorVantage, type Vantage } from '../fleet/vantage.ts';
import { configKey, secretKey } from '../kube/key.ts';
import type { ClientConfig, K8ssandraCluster } from '../kube/kinds.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import { extra, type Fact, from, given, have, lack } from './fact.ts';
import { dataPlaneFacts } from './gap.ts';
import { loserFaults, operatorStart } from './start.ts';

const plane =
  <T>(name: string, take: (controlPlane: ControlPlane) => Read<T>) =>
  ({ controlPlane }: Inventory): Fact<T> =>
    from(name, take(controlPlane));

const clientConfigs = plane('clientConfigs', one => one.clientConfigs);
// What is not in these lists is a fact too, and one with unfit members cannot tell it.
const all = plane('clientConfigs', one => whole(one.clientConfigs));
const clusters = plane('clusters', one => whole(one.clusters));
const replicatedSecrets = plane('replicatedSecrets', one => whole(one.replicatedSecrets));
const tasks = plane('tasks', one => whole(one.tasks));
const operators = plane('operators', one => one.operators);

/** What one datacenter of a K8ssandraCluster needs to be there. */
export interface NamedIn {
  readonly cluster: K8ssandraCluster;
  readonly datacenter: string;
  /** empty: the control plane's own cluster */
  readonly context: string;
  readonly objects: readonly { readonly object: NamedObject; readonly read: Read<readonly string[] | undefined> }[];
}
const namedIn = (cluster: K8ssandraCluster, { name, context, names }: Datacenter, found: NamedFound): NamedIn => ({
  cluster,
  datacenter: name,
  context,
  objects: names.map(object => ({ object, read: found.get(objectId(object)) ?? unreadable('skipped', 'not asked for') })),
});
const ownership = ({ controlPlane }: Inventory) => extra('the uid of the control plane', ownershipIn(controlPlane));
const holdings = (inventory: Inventory): Fact<Holdings> => {
  const configs = all(inventory);
  return configs.ok ? have(holdingsOf(configs.value, inventory.controlPlane)) : configs;
};

/** What is true of the whole control plane, one row a fact. */
export const fleetFacts = {
  clientConfigs,
  clusters,
  replicatedSecrets,
  operators,
  pods: plane('pods', one => one.pods),
  clientConfigCrd: plane('clientConfigCrd', one => one.clientConfigCrd),
  imageConfig: plane('imageConfig', one => one.imageConfig),
  /** CRDs that the operator watches in its own cluster and that are not served there */
  ownCrds: ({ controlPlane }: Inventory) => extra('the CRDs of the control plane', controlPlane.ownCrds),
  /** what the operator dies of when the ConfigMap of its ImageConfig is of no use */
  imageConfigFault: ({ controlPlane }: Inventory) => have(controlPlane.imageConfigFault),
  clusterUid: ({ controlPlane }: Inventory) => extra('the uid of the control plane', controlPlane.clusterUid),
  /** the operator that reads the ClientConfigs; `undefined` when there is none, or more than one to choose from */
  operator: (inventory: Inventory) => given([operators(inventory)], () => inventory.controlPlane.operator),
  /** by `namespace/name`, each read or not: a Secret that may not be read is not a missing one */
  secrets: (inventory: Inventory) => given([clientConfigs(inventory)], () => inventory.controlPlane.secrets),
  /** the contexts of this run, with those that provide each */
  provided: (inventory: Inventory) => given([all(inventory)], () => inventory.contexts.map(({ name, providers }) => ({ name, providers }))),
  /** the same with everything that names each */
  names: (inventory: Inventory) =>
    given(
      [all, clusters, replicatedSecrets, tasks].map(fact => fact(inventory)),
      () => inventory.contexts.map(({ name, providers, references }) => ({ name, providers, references })),
    ),
  /** what is stored for each context of this run, each read or not */
  kubeconfigs: (inventory: Inventory) =>
    given([clientConfigs(inventory)], () =>
      inventory.contexts.map(context => ({ name: context.name, secret: secret(context, inventory), stored: stored(context, inventory) })),
    ),
  /** what this program has made in the control plane */
  ownSecrets: ({ controlPlane }: Inventory) => extra('the Secrets of this program', controlPlane.ownSecrets),
  /** whose a Secret of this program is, by the mark on it */
  ownership,
  /** what every ClientConfig holds on to */
  holdings,
  placements: ({ placements }: Inventory) =>
    placements === undefined ? lack('placements', 'not-asked', 'no K8ssandraCluster was asked about with --for') : have(placements),
  /** the objects that K8ssandraClusters name, each read or not: those of `--for`, else of every one that is there */
  named: (inventory: Inventory): Fact<readonly NamedIn[]> => {
    const { placements, named } = inventory;
    if (placements !== undefined)
      return have(placements.flatMap(({ cluster, datacenters }) => datacenters.map(dc => namedIn(cluster, dc, dc.found))));
    if (named === undefined) return lack('named', 'not-asked', 'not asked for');
    const fact = clusters(inventory);
    return fact.ok
      ? have(fact.value.flatMap(cluster => datacentersOf(cluster).map(dc => namedIn(cluster, dc, namedFrom(named, dc)))))
      : fact;
  },
  suppressions: ({ suppressions = [] }: Inventory) => have(suppressions),
  /** fields of manifests that are none */
  fields: ({ fields = [] }: Inventory) => have(fields),
  /** whether the operator would start; its unknown is a verdict of its own */
  start: (inventory: Inventory) => have(operatorStart(inventory)),
} as const satisfies Record<string, (inventory: Inventory) => Fact<unknown>>;

const secret = ({ providers, secret: read }: ContextState, inventory: Inventory): Fact<StoredSecret> => {
  const configs = clientConfigs(inventory);
  if (!configs.ok) return configs;
  if (providers.length === 0) return lack('secret', 'absent', 'no ClientConfig provides it');
  if (!read.ok) return from('secret', read);
  return read.value === undefined ? lack('secret', 'absent', 'its Secret does not exist') : have(read.value);
};
const stored = (context: ContextState, inventory: Inventory) => {
  const secretFact = secret(context, inventory);
  if (!secretFact.ok) return secretFact;
  if (secretFact.value.encrypted === true) return lack('stored', 'skipped', 'its Secret is encrypted');
  if (context.stored?.ok === true) return have(context.stored.value);
  return lack('stored', 'absent', 'the stored kubeconfig is not usable');
};
/** What a step of the probe came to, if it came to anything. */
export type StepOutcome<T> = Exclude<Step<T>, { readonly status: 'notRun' }>;
const outcome =
  <T>(name: string, take: (context: ContextState) => Step<T>) =>
  (context: ContextState, inventory: Inventory): Fact<StepOutcome<T>> => {
    const storedFact = stored(context, inventory);
    const step = take(context);
    // Why nothing was stored to dial with comes first.
    return step.status !== 'notRun' ? have(step) : storedFact.ok ? lack(name, step.reason, step.detail) : storedFact;
  };
/** The same of a step whose failure has no finding of its own. */
const answer =
  <T>(name: string, take: (context: ContextState) => Step<T>) =>
  (context: ContextState, inventory: Inventory): Fact<T> => {
    const outcomeFact = outcome(name, take)(context, inventory);
    if (!outcomeFact.ok) return outcomeFact;
    if (outcomeFact.value.status === 'pass') return have(outcomeFact.value.value);
    return lack(name, outcomeFact.value.cause, outcomeFact.value.detail);
  };
/** The answer that the credential's own finding reports is no second thing that is wrong, or not known. */
const credited =
  <T>(name: 'version' | 'access' | 'crds', fact: (context: ContextState, inventory: Inventory) => Fact<T>) =>
  (context: ContextState, inventory: Inventory): Fact<T> => {
    const { [name]: step, identity } = context.probe;
    return step.status === 'fail' && identity.status === 'fail' && identity.cause === step.cause
      ? lack(name, 'earlier-failure', step.detail)
      : fact(context, inventory);
  };

/** One ClientConfig of a context with what is stored for it. */
export interface Provided {
  readonly config: ClientConfig;
  readonly secret: Read<StoredSecret | undefined>;
  readonly stored: Stored | undefined;
}
/** What of the control plane bears on every context, one row a fact: taken once, however many contexts there are. */
export const sharedFacts = {
  clusterUid: fleetFacts.clusterUid,
  operator: fleetFacts.operator,
  ownership,
  holdings,
} as const satisfies Record<string, (inventory: Inventory) => Fact<unknown>>;

/** What is true of one context, one row a fact. */
export const contextFacts = {
  /** in the order in which the operator reads them */
  providers: (context: ContextState, inventory: Inventory): Fact<readonly ClientConfig[]> =>
    given([clientConfigs(inventory)], () => context.providers),
  references: (context: ContextState, inventory: Inventory) =>
    given(
      [clusters, replicatedSecrets, tasks].map(fact => fact(inventory)),
      () => context.references,
    ),
  /** every ClientConfig of the name: the loser is loaded all the same, so that its faults count too */
  configs: ({ providers }: ContextState, inventory: Inventory): Fact<readonly Provided[]> =>
    given([clientConfigs(inventory)], () =>
      providers.map(config => ({
        config,
        secret: inventory.controlPlane.secrets.get(secretKey(config)) ?? { ok: false, reason: 'skipped', detail: 'not read' },
        stored: inventory.controlPlane.stored.get(configKey(config)),
      })),
    ),
  /** the winner's Secret */
  secret,
  /** the winner's kubeconfig, which loads */
  stored,
  /** what the operator's two minutes come to by the ClientConfigs that lose the name */
  losers: (context: ContextState, inventory: Inventory) => given([clientConfigs(inventory)], () => loserFaults(context, inventory)),
  /** the token Secrets of this program beside the service account of the stored token, whichever control plane they are for */
  ownTokens: ({ dataPlane: { ownSecrets } }: ContextState) => {
    const fact = extra(dataPlaneFacts.ownTokens, ownSecrets);
    if (fact.ok) return have(fact.value.filter(({ holds }) => holds === 'token'));
    // The right to list them is one that the operator needs too, and a finding tells of it.
    const forbidden = ownSecrets?.ok === false && ownSecrets.reason === 'forbidden';
    return forbidden
      ? lack(dataPlaneFacts.ownTokens, 'earlier-failure', `${dataPlaneFacts.ownTokens}: forbidden: ${ownSecrets.detail}`)
      : fact;
  },
  reach: outcome('reach', ({ probe }) => probe.reach),
  tls: outcome('tls', ({ probe }) => probe.tls),
  identity: outcome('identity', ({ probe }) => probe.identity),
  /** fails where what answers is no API at all */
  version: credited(
    'version',
    outcome('version', ({ probe }) => probe.version),
  ),
  access: credited(
    'access',
    answer('access', ({ probe }) => probe.access),
  ),
  crds: credited(
    'crds',
    answer('crds', ({ probe }) => probe.crds),
  ),
  loaded: answer('loaded', ({ loaded }) => loaded),
  /** whether the webhook of the running operator knows the name */
  webhook: ({ name }: ContextState, { controlPlane }: Inventory) => extra('webhook', controlPlane.webhook.get(name)),
  /** how the running operator fares with this API server */
  vantage: (context: ContextState, inventory: Inventory): Fact<Exclude<Vantage, { readonly status: 'unknown' }>> => {
    const storedFact = stored(context, inventory);
    if (!storedFact.ok) return storedFact;
    const vantage = operatorVantage(context, inventory.controlPlane);
    if (vantage.status !== 'unknown') return have(vantage);
    // Only a refused right is the reader's lack; a pod that is not there or metrics that are not served are facts of the cluster.
    return lack('operator', vantage.reason === 'forbidden' ? 'forbidden' : 'not-asked', vantage.detail);
  },
  dataPlaneOperators: ({ dataPlane }: ContextState) => extra(dataPlaneFacts.operators, dataPlane.operators),
  serviceAccountUid: ({ dataPlane }: ContextState) => extra(dataPlaneFacts.serviceAccount, dataPlane.serviceAccountUid),
  tokenLabels: ({ dataPlane }: ContextState) => extra(dataPlaneFacts.tokenSecret, dataPlane.tokenLabels),
  publishedCa: ({ dataPlane }: ContextState) => extra(dataPlaneFacts.ca, dataPlane.publishedCa),
} as const satisfies Record<string, (context: ContextState, inventory: Inventory) => Fact<unknown>>;

export type FleetNeed = keyof typeof fleetFacts;
export type SharedNeed = keyof typeof sharedFacts;
export type ContextNeed = keyof typeof contextFacts | SharedNeed;
type Value<F> = Extract<F, { readonly ok: true }> extends { readonly value: infer T } ? T : never;
type FleetValue = { readonly [N in FleetNeed]: Value<ReturnType<(typeof fleetFacts)[N]>> };
type ContextFacts = typeof contextFacts & typeof sharedFacts;
type ContextValue = { readonly [N in ContextNeed]: Value<ReturnType<ContextFacts[N]>> };
/** The facts of a check: what it needs as read, what helps it as a fact that may be missing, and nothing else. */
export type FleetGiven<N extends FleetNeed, H extends FleetNeed> = Pick<FleetValue, N> & { readonly [K in H]: Fact<FleetValue[K]> };
export type ContextGiven<N extends ContextNeed, H extends ContextNeed> = Pick<ContextValue, N> & {
  readonly [K in H]: Fact<ContextValue[K]>;
};
