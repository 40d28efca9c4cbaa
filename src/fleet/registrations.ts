import { type Read, whole } from '../base/read.ts';
import { configKey, secretKey } from '../kube/key.ts';
import type { ClientConfig } from '../kube/kinds.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import { loadedState } from '../operator/hash.ts';
import type { Reference } from '../operator/references.ts';
import { effectiveContext, references } from '../operator/references.ts';
import type { ControlPlane } from './inventory.ts';
import type { StoredSecret } from './stored-secret.ts';

/** A ClientConfig with what is known of it: everything a list can tell without dialling anybody. */
export interface Registration {
  readonly config: ClientConfig;
  readonly context: string;
  readonly secret: Read<StoredSecret | undefined>;
  readonly stored?: Stored;
  /** `ignored`: the operator does not watch its namespace; absent when its Secret could not be read */
  readonly loaded?: 'current' | 'stale' | 'never' | 'ignored' | 'no-secret';
  /** sorted; absent when those objects could not be read */
  readonly references?: readonly Reference[];
}

/** Every ClientConfig, sorted by namespace and name. */
export const registrationsIn = (controlPlane: ControlPlane): readonly Registration[] => {
  const { clientConfigs, clusters, replicatedSecrets, tasks, operator, secrets } = controlPlane;
  const [users, copies, jobs] = [whole(clusters), whole(replicatedSecrets), whole(tasks)];
  const allReferences = users.ok && copies.ok && jobs.ok ? references(users.value, copies.value, jobs.value) : undefined;
  const usersOf = allReferences === undefined ? undefined : Map.groupBy(allReferences, one => one.context);
  return (clientConfigs.ok ? [...clientConfigs.value] : [])
    .sort((a, b) => (configKey(a) < configKey(b) ? -1 : 1))
    .map(config => {
      const context = effectiveContext(config);
      const secret = secrets.get(secretKey(config)) ?? { ok: false, reason: 'skipped', detail: 'not read' };
      const value = secret.ok ? secret.value : undefined;
      const stored = value?.kubeconfig === undefined ? undefined : controlPlane.stored.get(configKey(config));
      const watched = operator === undefined || operator.watches === 'all' || operator.watches.includes(config.metadata.namespace);
      const state = !watched ? 'ignored' : !secret.ok ? undefined : value === undefined ? 'no-secret' : loadedState(config, value.hash);
      return {
        config,
        context,
        secret,
        ...(stored === undefined ? {} : { stored }),
        ...(state === undefined ? {} : { loaded: state }),
        ...(usersOf === undefined ? {} : { references: usersOf.get(context) ?? [] }),
      };
    });
};
