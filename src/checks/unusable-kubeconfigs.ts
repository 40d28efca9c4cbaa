import type { ContextState, Inventory } from '../fleet/inventory.ts';
import { configKey } from '../kube/key.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import type { Found } from './check.ts';

type Problem = Extract<Stored, { ok: false }>['problem'];

/** The stored kubeconfigs of a context that the operator dies of, as far as a code stands for their problem. */
export function* unusableKubeconfigs(
  { name, providers }: ContextState,
  { controlPlane }: Inventory,
  stands: (problem: Problem) => boolean,
): Iterable<Found> {
  // The loser of a context name is loaded all the same, so that its faults count too.
  for (const config of providers) {
    const stored = controlPlane.stored.get(configKey(config));
    if (stored === undefined || stored.ok || !stands(stored.problem)) continue;
    yield {
      context: name,
      object: { kind: 'Secret', namespace: config.metadata.namespace ?? '', name: config.spec?.kubeConfigSecret?.name ?? '' },
      message: stored.message,
      ...(stored.problem === 'context-missing' ? { cause: 'their stored kubeconfigs have no context of that name' } : {}),
      blocksStart: true,
    };
  }
}
