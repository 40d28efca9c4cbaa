import { type Read, whole } from '../base/read.ts';
import { configKey, secretKey } from '../kube/key.ts';
import { isLive } from '../kube/kinds.ts';
import { type Reference, references, watchedInOrder } from '../operator/references.ts';
import type { Inventory } from './inventory.ts';
import { type Registration, registrationsIn } from './registrations.ts';

/** A ClientConfig beside the others of its context. */
export interface Provider extends Registration {
  /** `overruled`: a later one of the same name wins; `ignored`: the operator does not watch its namespace */
  readonly role: 'winner' | 'overruled' | 'ignored';
}
/** A context name, provided or used, as the control plane alone shows it: nothing of it was dialled. */
export interface NamedContext {
  readonly name: string;
  /** the winner first, then those that are overruled, then the ignored ones, each sorted */
  readonly providers: readonly Provider[];
  /** of the kinds that could be read */
  readonly references: readonly Reference[];
}
/** Something that was meant to be read and was not. */
interface Unread {
  readonly what: string;
  /** the reason as one word, then the detail */
  readonly why: string;
  readonly detail: string;
  /** manifests never show it, so it does not make them incomplete */
  readonly expected: boolean;
}
/** Which contexts there are by the control plane alone. */
export interface Topology {
  /** sorted by name */
  readonly contexts: readonly NamedContext[];
  readonly unread: readonly Unread[];
}

const roles = ['winner', 'overruled', 'ignored'];
/** Every context that is named or provided anywhere, also by a ClientConfig that the operator ignores. */
export const topologyOf = ({ controlPlane, source, unread = [] }: Pick<Inventory, 'controlPlane' | 'source' | 'unread'>): Topology => {
  const { clientConfigs, clusters, replicatedSecrets, tasks, operator, operators, clusterUid } = controlPlane;
  const allReferences = references(
    clusters.ok ? clusters.value : [],
    replicatedSecrets.ok ? replicatedSecrets.value : [],
    tasks.ok ? tasks.value : [],
  );
  const readingOrder = watchedInOrder(clientConfigs.ok ? clientConfigs.value : [], operator?.watches ?? 'all');
  const order = new Map(readingOrder.map((config, at) => [configKey(config), at]));
  const registrations = registrationsIn(controlPlane).map(({ loaded, ...one }): Registration => {
    // The hash annotations of a manifest mean nothing.
    const state = source === 'manifests' && !isLive(one.config) && loaded !== 'ignored' && loaded !== 'no-secret' ? undefined : loaded;
    return { ...one, ...(state === undefined ? {} : { loaded: state }) };
  });
  const registeredOf = Map.groupBy(registrations, ({ context }) => context);
  const usersOf = Map.groupBy(allReferences, ({ context }) => context);
  const gap = (what: string, list: Read<unknown>): Unread[] => {
    const read = whole(list);
    return read.ok
      ? []
      : [
          {
            what,
            why: `${read.reason}: ${read.detail}`,
            detail: read.detail,
            expected: source === 'manifests' && read.reason === 'skipped',
          },
        ];
  };
  return {
    contexts: [...new Set([...registeredOf.keys(), ...usersOf.keys()])].sort().map(name => {
      const ownRegistrations = registeredOf.get(name) ?? [];
      const placeOf = ({ config }: Registration): number => order.get(configKey(config)) ?? -1;
      const last = Math.max(...ownRegistrations.map(placeOf));
      const providers = ownRegistrations.map((one): Provider => {
        const at = placeOf(one);
        return { ...one, role: at < 0 ? 'ignored' : at === last ? 'winner' : 'overruled' };
      });
      return {
        name,
        providers: providers.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role)),
        references: usersOf.get(name) ?? [],
      };
    }),
    unread: [
      ...gap('operators', operators),
      // Whether a context leads back to its own control plane is not known without it.
      ...(clusterUid.ok || clusterUid.reason === 'skipped' ? [] : gap('the uid of the control plane', clusterUid)),
      ...gap('ClientConfigs', clientConfigs),
      ...gap('K8ssandraClusters', clusters),
      ...gap('ReplicatedSecrets', replicatedSecrets),
      ...gap('K8ssandraTasks', tasks),
      ...registrations.flatMap(({ config, secret }) => gap(`Secret ${secretKey(config)}`, secret)),
      ...unread.map(why => ({ what: 'manifests', why, detail: why, expected: false })),
    ],
  };
};
