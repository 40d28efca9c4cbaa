import { annotation } from '../kube/annotations.ts';
import { withoutUser } from '../kube/kubeconfig/url.ts';
import { fleetCheck } from './check.ts';

export const contextsAreDifferentClusters = fleetCheck({
  code: 'KC106',
  title: 'no two contexts lead to one cluster',
  severity: 'warning',
  why: 'datacenters meant for two clusters end up in one, and its secrets are replicated twice',
  cure: 'keep one of the contexts and move its users there',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'delete', contexts.at(-1) ?? 'NAME'],
  needs: ['kubeconfigs'],
  *run({ kubeconfigs }) {
    const marks = kubeconfigs.flatMap(({ name, stored, secret }) => {
      const uid = secret.ok ? secret.value.annotations[annotation.sourceCluster] : undefined;
      const account = stored.ok ? stored.value.claims?.serviceAccountUid : undefined;
      return [
        ...(stored.ok && URL.canParse(stored.value.server)
          ? [{ name, mark: `the same API server ${withoutUser(new URL(stored.value.server).href).replace(/\/+$/, '')}` }]
          : []),
        ...(account === undefined ? [] : [{ name, mark: `the same service account (uid ${account})` }]),
        ...(uid === undefined ? [] : [{ name, mark: `the same cluster (kube-system uid ${uid})` }]),
      ];
    });
    for (const { name, stored } of kubeconfigs) if (!stored.ok) yield { context: name, gaps: stored.gaps };
    const told = new Set<string>();
    for (const [mark, same] of Map.groupBy(marks, one => one.mark)) {
      const names = same.map(one => one.name);
      // What two contexts share in one way they mostly share in all.
      if (names.length < 2 || names.every(name => told.has(name))) continue;
      for (const name of names) {
        told.add(name);
        yield { context: name, message: `${mark} stands behind ${names.join(' and ')}` };
      }
    }
  },
});
