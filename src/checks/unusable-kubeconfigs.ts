import type { Stored } from '../kube/kubeconfig/stored.ts';
import type { Said, Unjudged } from './check.ts';
import type { Provided } from './facts.ts';
import { restored } from './remedies.ts';

type Problem = Extract<Stored, { ok: false }>['problem'];

/** What is said of a Secret that could not be read; manifests often lie apart from theirs. */
export const unreadSecret = ({ reason, detail }: Extract<Provided['secret'], { ok: false }>): Unjudged => ({
  gaps: [{ fact: 'secret', reason, detail }],
});

/** The stored kubeconfigs of a context that the operator dies of, as far as a code stands for their problem. */
export function* unusableKubeconfigs(configs: readonly Provided[], stands: (problem: Problem) => boolean): Iterable<Said> {
  for (const { config, secret, stored } of configs) {
    if (!secret.ok) yield unreadSecret(secret);
    else if (secret.value?.encrypted === true) yield { gaps: [{ fact: 'stored', reason: 'skipped', detail: 'its Secret is encrypted' }] };
    if (stored === undefined || stored.ok || !stands(stored.problem)) continue;
    yield {
      object: { kind: 'Secret', namespace: config.metadata.namespace, name: config.spec?.kubeConfigSecret?.name ?? '' },
      message: stored.message,
      ...(stored.problem === 'context-missing' ? { cause: 'their stored kubeconfigs have no context of that name' } : {}),
      remedies: restored(config),
      blocksStart: true,
      atOnce: true,
    };
  }
}
