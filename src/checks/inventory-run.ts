import { once } from '../base/once.ts';
import type { ContextState, Inventory } from '../fleet/inventory.ts';
import { serverKey } from '../kube/kubeconfig/url.ts';
import type { Scene, UserWays } from './check.ts';
import type { Fact } from './fact.ts';
import { type ContextNeed, type SharedNeed, sharedFacts } from './facts.ts';
import { operatorStart } from './start.ts';

/** What all checks of one run look at, made once for a thousand contexts, and only when something calls for it. */
export interface Run {
  readonly inventory: Inventory;
  readonly contexts: () => ReadonlyMap<string, ContextState>;
  readonly shared: (need: SharedNeed) => Fact<unknown>;
  readonly ways: Scene['ways'];
  readonly nameOf: Scene['nameOf'];
  readonly start: Scene['start'];
}
export const runOver = (inventory: Inventory): Run => {
  const factByNeed = new Map<SharedNeed, Fact<unknown>>();
  return {
    inventory,
    contexts: once(() => new Map(inventory.contexts.map(context => [context.name, context]))),
    shared: need => {
      const fact = factByNeed.get(need) ?? sharedFacts[need](inventory);
      factByNeed.set(need, fact);
      return fact;
    },
    ways: once(() => waysIn(inventory)),
    nameOf: namesIn(inventory),
    start: once(() => operatorStart(inventory)),
  };
};
const namesIn = ({ controlPlane }: Inventory): Scene['nameOf'] => {
  const twins = once(() => {
    const { clientConfigs } = controlPlane;
    return Map.groupBy(clientConfigs.ok ? clientConfigs.value : [], ({ metadata }) => metadata.name);
  });
  return ({ metadata: { namespace, name } }) => ((twins().get(name)?.length ?? 0) > 1 ? `${namespace}/${name}` : name);
};
const waysIn = ({ userContexts = [], controlPlane: { stored } }: Inventory): UserWays => {
  const byServer = Map.groupBy(userContexts, ({ server }) => serverKey(server));
  const storedServers = new Set([...stored.values()].flatMap(one => (one.ok ? [serverKey(one.value.server)] : [])));
  const byName = new Map(userContexts.map(one => [one.name, one]));
  return {
    named: name => (name === undefined ? undefined : byName.get(name)),
    to: server => {
      const key = serverKey(server);
      return key === undefined ? [] : (byServer.get(key) ?? []);
    },
    free: [...byServer].flatMap(([key, contexts]) => (key !== undefined && storedServers.has(key) ? [] : contexts.map(({ name }) => name))),
  };
};
export const isShared = (need: ContextNeed): need is SharedNeed => need in sharedFacts;
