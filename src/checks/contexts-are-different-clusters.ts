import { byHand, fix, type Remedy } from '../base/advice.ts';
import { withoutEnd } from '../base/text.ts';
import { accepts, annotation } from '../kube/annotations.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { fleetCheck, type Scene } from './check.ts';
import { deletion } from './remedies.ts';

const keepOne = 'keep one of the contexts, and move what uses the others there: a new datacenter first, then the old one is decommissioned';
/** What nothing uses may go; when nothing uses any of them, the first stays. */
const sparesDeleted =
  (names: readonly string[]) =>
  (scene: Scene): readonly Remedy[] => {
    const { context, inventory } = scene;
    const together = new Set(names);
    const unused = inventory.contexts.filter(one => together.has(one.name) && one.references.length === 0);
    const spares = unused.length === names.length ? unused.slice(1) : unused;
    if (spares.length === 0) return [byHand(keepOne)];
    return context !== undefined && spares.includes(context) ? context.providers.map(config => fix(deletion(config, scene))) : [];
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
    const keys = kubeconfigs.flatMap(({ secret }) => (secret.ok ? [`${secret.value.namespace}/${secret.value.name}`] : []));
    // What is noted on a Secret of several contexts is true of one of them at most.
    const own = (key: string): boolean => keys.filter(one => one === key).length === 1;
    const marks = kubeconfigs.flatMap(({ name, stored, secret }) => {
      const noted = secret.ok && own(`${secret.value.namespace}/${secret.value.name}`) ? secret.value.annotations : {};
      const uid = noted[annotation.sourceCluster];
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
    const doubled = new Set(
      kubeconfigs.flatMap(({ name, secret }) => (secret.ok && accepts(secret.value.annotations, 'duplicate-cluster') ? [name] : [])),
    );
    const told = new Set<string>();
    for (const [mark, same] of Map.groupBy(marks, one => one.mark)) {
      const names = same.map(one => one.name);
      // What two contexts share in one way they mostly share in all.
      if (names.length < 2 || names.every(name => told.has(name))) continue;
      for (const name of names) {
        told.add(name);
        yield {
          context: name,
          message: `${mark} stands behind ${names.join(' and ')}`,
          remedies: sparesDeleted(names),
          accepted: names.some(one => doubled.has(one)),
        };
      }
    }
  },
});
