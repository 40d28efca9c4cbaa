import { byHand, fix } from '../base/advice.ts';
import { withoutEnd } from '../base/text.ts';
import type { ContextState } from '../fleet/inventory.ts';
import { accepts, annotation } from '../kube/annotations.ts';
import { keyText } from '../kube/key.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { type Found, fleetCheck, type Remedies } from './check.ts';
import { deletion } from './remedies.ts';

const keepOne = 'keep one of the contexts, and move what uses the others there: a new datacenter first, then the old one is decommissioned';
/** What nothing uses may go; when nothing uses any of them, the first stays. Looked for once for all that share a cluster: there may be a thousand. */
const sparesDeleted = (names: readonly string[]): Remedies => {
  let spares: ReadonlySet<ContextState> | undefined;
  return scene => {
    const { context, inventory } = scene;
    spares ??= sparesOf(new Set(names), inventory.contexts);
    if (spares.size === 0) return [byHand(keepOne)];
    return context !== undefined && spares.has(context) ? context.providers.map(config => fix(deletion(config, scene))) : [];
  };
};
const sparesOf = (together: ReadonlySet<string>, contexts: readonly ContextState[]): ReadonlySet<ContextState> => {
  const unusedContexts = contexts.filter(one => together.has(one.name) && one.references.length === 0);
  return new Set(unusedContexts.length === together.size ? unusedContexts.slice(1) : unusedContexts);
};

export const contextsAreDifferentClusters = fleetCheck({
  code: 'KC106',
  title: 'no two contexts lead to one cluster',
  background: {
    read: 'the stored servers, the uids of the service accounts in the stored tokens, and the uid of kube-system that was noted at registration',
    causes: [
      'the same cluster was registered twice under two names',
      'a kubeconfig that was copied and not changed',
      'one load balancer in front of two clusters',
    ],
    prevent: 'clientconfig create refuses a cluster that is registered already',
    related: ['KC104', 'KC107'],
  },
  severity: 'warning',
  about: 'server',
  why: 'datacenters meant for two clusters end up in one, and its secrets are replicated twice',
  cure: 'keep one of the contexts and move its users there',
  remedies: () => [byHand(keepOne)],
  inFile: 'keep one of the contexts',
  needs: ['kubeconfigs'],
  *run({ kubeconfigs }) {
    const sharers = Map.groupBy(kubeconfigs, ({ secret }) => (secret.ok ? keyText(secret.value) : ''));
    const marks = kubeconfigs.flatMap(({ name, stored, secret }) => {
      // What is noted on a Secret of several contexts is true of one of them at most.
      const notes = secret.ok && sharers.get(keyText(secret.value))?.length === 1 ? secret.value.annotations : {};
      const uid = notes[annotation.sourceCluster];
      const account = stored.ok ? stored.value.claims?.serviceAccountUid : undefined;
      return [
        ...(stored.ok && URL.canParse(stored.value.server)
          ? [{ name, mark: `the same API server ${withoutEnd(shownUrl(new URL(stored.value.server).href), '/')}` }]
          : []),
        ...(account === undefined ? [] : [{ name, mark: `the same service account (uid ${account})` }]),
        ...(uid === undefined ? [] : [{ name, mark: `the same cluster (kube-system uid ${uid})` }]),
      ];
    });
    for (const { name, stored } of kubeconfigs) if (!stored.ok) yield { context: name, gaps: stored.gaps };
    const acceptedNames = new Set(
      kubeconfigs.flatMap(({ name, secret }) => (secret.ok && accepts(secret.value.annotations, 'duplicate-cluster') ? [name] : [])),
    );
    const toldNames = new Set<string>();
    for (const [mark, group] of Map.groupBy(marks, one => one.mark)) {
      const names = group.map(one => one.name);
      // What two contexts share in one way they mostly share in all.
      if (names.length < 2 || names.every(name => toldNames.has(name))) continue;
      const finding: Found = {
        message: `${mark} stands behind ${names.join(' and ')}`,
        cause: mark,
        remedies: sparesDeleted(names),
        accepted: names.some(one => acceptedNames.has(one)),
      };
      for (const name of names) {
        toldNames.add(name);
        yield { context: name, ...finding };
      }
    }
  },
});
