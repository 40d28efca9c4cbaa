import { type Read, whole } from '../../base/read.ts';
import { storedWeakness } from '../../checks/start.ts';
import type { Inventory } from '../../fleet/inventory.ts';
import { type Registered, registeredIn } from '../../fleet/registered.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import { isLive } from '../../kube/kinds.ts';
import type { Stored } from '../../kube/kubeconfig/stored.ts';
import type { Reference } from '../../operator/references.ts';
import { references, watchedInOrder } from '../../operator/references.ts';

/** What one fact comes to: `unknown` when it could not be read, which is never `ok`. */
export type Standing = 'ok' | 'warning' | 'error' | 'unknown';
export interface Judged {
  readonly status: Standing;
  /** what is wrong or not known, as a clause */
  readonly notes: readonly string[];
}
/** A ClientConfig beside the others of its context. */
export interface Provider extends Registered {
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
  readonly why: string;
  /** manifests never show it, so it does not make them incomplete */
  readonly expected: boolean;
}
export interface Topology {
  /** sorted by name */
  readonly contexts: readonly NamedContext[];
  readonly unread: readonly Unread[];
}

const roles = ['winner', 'overruled', 'ignored'];
/** Every context that is named or provided anywhere, also by a ClientConfig that the operator ignores. */
export const topologyOf = ({ controlPlane, source, unread = [] }: Inventory): Topology => {
  const { clientConfigs, clusters, replicatedSecrets, tasks, operator, operators } = controlPlane;
  const used = references(
    clusters.ok ? clusters.value : [],
    replicatedSecrets.ok ? replicatedSecrets.value : [],
    tasks.ok ? tasks.value : [],
  );
  const order = watchedInOrder(clientConfigs.ok ? clientConfigs.value : [], operator?.watches ?? 'all').map(configKey);
  const registered = registeredIn(controlPlane).map(({ loaded, ...one }): Registered => {
    // The hash annotations of a manifest mean nothing.
    const meant = source === 'manifests' && !isLive(one.config) && loaded !== 'ignored' && loaded !== 'no-secret' ? undefined : loaded;
    return { ...one, ...(meant === undefined ? {} : { loaded: meant }) };
  });
  const names = new Set([...registered.map(({ context }) => context), ...used.map(({ context }) => context)]);
  const gap = (what: string, list: Read<unknown>): Unread[] => {
    const read = whole(list);
    return read.ok ? [] : [{ what, why: `${read.reason}: ${read.detail}`, expected: source === 'manifests' && read.reason === 'skipped' }];
  };
  return {
    contexts: [...names].sort().map(name => {
      const ours = registered.filter(({ context }) => context === name);
      const last = Math.max(...ours.map(({ config }) => order.indexOf(configKey(config))));
      const providers = ours.map((one): Provider => {
        const at = order.indexOf(configKey(one.config));
        return { ...one, role: at < 0 ? 'ignored' : at === last ? 'winner' : 'overruled' };
      });
      return {
        name,
        providers: providers.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role)),
        references: used.filter(({ context }) => context === name),
      };
    }),
    unread: [
      ...gap('operators', operators),
      ...gap('ClientConfigs', clientConfigs),
      ...gap('K8ssandraClusters', clusters),
      ...gap('ReplicatedSecrets', replicatedSecrets),
      ...gap('K8ssandraTasks', tasks),
      ...registered.flatMap(({ config, secret }) => gap(`Secret ${secretKey(config)}`, secret)),
      ...unread.map(why => ({ what: 'manifests', why, expected: false })),
    ],
  };
};

const good: Judged = { status: 'ok', notes: [] };
const bad = (note: string): Judged => ({ status: 'error', notes: [note] });
const doubtful = (note: string): Judged => ({ status: 'warning', notes: [note] });
const unsure = (note: string): Judged => ({ status: 'unknown', notes: [note] });

/** Whether anybody provides the context. */
export const judgeContext = ({ providers, references: used }: NamedContext, { controlPlane }: Inventory): Judged => {
  const [first] = providers;
  const configs = whole(controlPlane.clientConfigs);
  if (first === undefined) return configs.ok ? bad('no ClientConfig provides it') : unsure(`ClientConfigs: ${configs.reason}`);
  if (first.role === 'ignored') return used.length > 0 ? bad('only an ignored ClientConfig provides it') : good;
  return good;
};
/** What the operator makes of a ClientConfig: which of its name wins, and whether it has read it as it is now. */
export const judgeProvider = ({ role, loaded }: Provider, winner: Provider | undefined): Judged => {
  if (role === 'ignored') return doubtful('its namespace is not watched');
  if (role === 'overruled') return bad(`duplicate: ${winner === undefined ? 'another' : configKey(winner.config)} wins`);
  if (loaded === 'never') return doubtful('never loaded');
  if (loaded === 'stale') return doubtful('changed since it was loaded');
  return loaded === undefined ? { status: 'unknown', notes: [] } : good;
};
/** Whether the operator can make a client of what is stored, short of dialling. */
export const judgeSecret = ({ config, secret, stored }: Registered): Judged => {
  if ((config.spec?.kubeConfigSecret?.name ?? '') === '') return bad('the ClientConfig names no Secret');
  if (!secret.ok) return unsure(secret.reason === 'skipped' ? secret.detail : `not read: ${secret.reason}`);
  if (secret.value === undefined) return bad('does not exist');
  if (secret.value.encrypted === true) return unsure('encrypted');
  if (secret.value.kubeconfig === undefined) return bad('has no key kubeconfig');
  return stored?.ok === false ? bad(stored.message) : good;
};
/** What makes a stored kubeconfig useless whoever answers. */
export const judgeStoredServer = (stored: Stored | undefined, now: number): Judged => {
  const why = storedWeakness(stored, now);
  if (why !== undefined) return bad(why);
  return stored?.ok === true && stored.value.insecure ? doubtful('its certificate is not verified') : good;
};
