import type { Unreadable } from '../base/cause.ts';
import { notRun, pass, type Read, type Step, unreadable } from '../base/read.ts';
import { configKey, secretKey } from '../kube/key.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import { parseStored } from '../kube/kubeconfig/parse.ts';
import { accountFiles, filesOf } from '../kube/kubeconfig/pod-files.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import type { Surroundings } from '../kube/kubeconfig/validate.ts';
import type { Operator } from '../operator/environment.ts';
import { loadedState } from '../operator/hash.ts';
import { effectiveContext, references, watchedInOrder } from '../operator/references.ts';
import { inItsWords, type Release, releaseOf } from '../operator/releases.ts';
import { rightIn } from '../operator/rights.ts';
import type { ContextState, ControlPlane, DataPlane, Probe } from './inventory.ts';
import { kubeconfigBytes, type StoredSecret } from './stored-secret.ts';

/** A probe of which nothing was run, with the one reason. */
export const unprobed = (reason: Unreadable | 'earlier-failure', detail: string): Probe => {
  const step = notRun(reason, detail);
  return { reach: step, tls: step, version: step, identity: step, access: step, crds: step };
};
/** Of a data plane that only its stored credential was tried on. */
export const unasked = {
  clusterUid: unreadable('skipped', 'not asked for'),
  serviceAccountUid: unreadable('skipped', 'not asked for'),
  operators: unreadable('skipped', 'not asked for'),
} satisfies DataPlane;

/** What each ClientConfig stores, judged once: from here on nobody needs the raw kubeconfig. */
export const judgeStored = (
  clientConfigs: readonly ClientConfig[],
  secrets: ControlPlane['secrets'],
  operator?: Operator | undefined,
): ReadonlyMap<string, Stored> =>
  new Map(
    clientConfigs.flatMap((config): [string, Stored][] => {
      const secret = secrets.get(secretKey(config));
      if (secret?.ok !== true || secret.value === undefined || secret.value.encrypted === true) return [];
      const { kubeconfig } = secret.value;
      return [
        [
          configKey(config),
          kubeconfig === undefined
            ? { ok: false, problem: 'key-missing', message: 'secret is missing required kubeconfig property' }
            : inTheWordsOf(operator, parseStored(kubeconfigBytes(kubeconfig), effectiveContext(config), surroundingsOf(operator))),
        ],
      ];
    }),
  );

/** What the paths and addresses of a kubeconfig come to in the pod of this operator. */
const surroundingsOf = (operator: Operator | undefined): Surroundings => ({
  files: filesOf(accountFiles, operator?.mounts ?? []),
  urls: { strictColons: releaseOf(operator?.version).strictUrls },
});
const inTheWordsOf = (operator: Operator | undefined, stored: Stored): Stored =>
  stored.ok ? stored : { ...stored, message: inItsWords(releaseOf(operator?.version), stored.message) };

/** Joins what was read into one row for each context name, provided or used, sorted by name. */
export const assembleContexts = ({
  controlPlane,
  names,
  probes,
  losers = new Map(),
  dataPlanes,
}: {
  readonly controlPlane: ControlPlane;
  readonly names?: readonly string[] | undefined;
  readonly probes: ReadonlyMap<string, Probe>;
  /** by the `namespace/name` of a ClientConfig that loses its name to another */
  readonly losers?: ReadonlyMap<string, Probe>;
  readonly dataPlanes: ReadonlyMap<string, DataPlane>;
}): readonly ContextState[] => {
  const { clientConfigs, clusters, replicatedSecrets, tasks, operator, secrets } = controlPlane;
  const readingOrder = watchedInOrder(clientConfigs.ok ? clientConfigs.value : [], operator?.watches ?? 'all');
  const allReferences = references(
    clusters.ok ? clusters.value : [],
    replicatedSecrets.ok ? replicatedSecrets.value : [],
    tasks.ok ? tasks.value : [],
  );
  const providersOf = Map.groupBy(readingOrder, effectiveContext);
  const usersOf = Map.groupBy(allReferences, ({ context }) => context);
  return [...new Set([...providersOf.keys(), ...usersOf.keys()])]
    .filter(name => names === undefined || names.includes(name))
    .sort()
    .map(name => {
      const providers = providersOf.get(name) ?? [];
      const winner = providers.at(-1);
      const secret: Read<StoredSecret | undefined> =
        winner === undefined ? { ok: true, value: undefined } : (secrets.get(secretKey(winner)) ?? unreadable('skipped', 'not read'));
      const stored = winner === undefined ? undefined : controlPlane.stored.get(configKey(winner));
      const release = releaseOf(operator?.version);
      const loserProbes = providers.slice(0, -1).flatMap((config): [string, Probe][] => {
        const loserProbe = inRelease(losers.get(configKey(config)), release);
        return loserProbe === undefined ? [] : [[configKey(config), loserProbe]];
      });
      return {
        name,
        providers,
        references: usersOf.get(name) ?? [],
        secret,
        ...(stored === undefined ? {} : { stored }),
        ...(loserProbes.length === 0 ? {} : { losers: new Map(loserProbes) }),
        probe: inRelease(probes.get(name), release) ?? unprobed('skipped', 'no data plane was dialled'),
        loaded: clientConfigs.ok ? loadedOf(winner, secret) : notRun('earlier-failure', 'ClientConfigs could not be read'),
        dataPlane: dataPlanes.get(name) ?? unasked,
      };
    });
};
/** What the release that runs does not do as others do: it takes keys that are too short for them, and needs the rights that it uses. */
const inRelease = (probe: Probe | undefined, release: Release): Probe | undefined =>
  probe?.tls.status === 'fail' && probe.tls.cause === 'certificate-weak' && release.shortKeys
    ? { ...probe, tls: notRun('failed', `${probe.tls.detail}; the Go of ${release.tags.at(-1)} may take them`) }
    : withRights(probe, release);
const withRights = (probe: Probe | undefined, release: Release): Probe | undefined => {
  if (probe?.access.status !== 'pass') return probe;
  const { missing, ...rest } = probe.access.value;
  const neededRights = missing.flatMap(right => {
    const here = missing.filter(({ namespace }) => namespace === right.namespace);
    const neededRight = rightIn(right, release, here);
    return neededRight === undefined ? [] : [{ ...right, tier: neededRight.tier }];
  });
  return { ...probe, access: { ...probe.access, value: { ...rest, missing: neededRights } } };
};
const loadedOf = (winner: ClientConfig | undefined, secret: Read<StoredSecret | undefined>): Step<'current' | 'stale' | 'never'> => {
  if (winner === undefined) return notRun('earlier-failure', 'no ClientConfig');
  if (!secret.ok) return notRun('earlier-failure', 'its Secret could not be read');
  if (secret.value?.encrypted === true) return notRun('skipped', 'its Secret is encrypted');
  return pass(
    secret.value === undefined
      ? winner.metadata.annotations?.['k8ssandra.io/resource-hash'] === undefined
        ? 'never'
        : 'stale'
      : loadedState(winner, secret.value.hash),
  );
};
