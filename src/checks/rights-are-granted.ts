import type { MissingRight } from '../fleet/inventory.ts';
import { accepts } from '../kube/annotations.ts';
import { contextCheck } from './check.ts';
import { lacksOnlyEndpointSlices } from './data-planes-are-of-one-version.ts';
import { lookedAt, said, several } from './remedies.ts';

/** The rights that the control plane uses with a data plane's credential; src/operator/rights.ts. */
export const rightsAreGranted = contextCheck({
  code: 'KC501',
  title: 'every credential has the rights that the operator uses',
  background: {
    read: 'the rules that the API server lists for the stored credential (SelfSubjectRulesReview), beside what the release of the operator uses',
    causes: [
      'the operator of the data plane is older than the control plane, and so is its role',
      'the data plane is installed for one namespace, and the control plane for all or for another',
      'a role that was cut down by hand',
    ],
    prevent: 'install both with the same release and the same watched namespaces, and upgrade the data planes first',
    related: ['KC504', 'KC402', 'KC506'],
  },
  severity: 'error',
  about: 'server',
  why: 'what the operator may not do there fails while it runs, with nothing but a log line',
  cure: 'install the operator in the data plane in the same version and for the same namespaces as the control plane',
  remedies: several(
    said('install the operator in that data plane in the release and for the namespaces of the control plane'),
    lookedAt('get', 'roles,clusterroles', '-A', '-l', 'app.kubernetes.io/name=k8ssandra-operator'),
  ),
  needs: ['access'],
  helps: ['secret'],
  *run({ access, secret }) {
    // An older operator's role has a finding of its own.
    const missingRights = access.missing.filter(({ resource }) => resource !== 'endpointslices' || !lacksOnlyEndpointSlices(access));
    const start = missingRights.filter(({ tier }) => tier === 'start');
    const later = missingRights.filter(({ tier }) => tier !== 'start');
    if (start.length > 0)
      yield {
        message: `may not ${listed(start)}`,
        effect: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
        blocksStart: true,
      };
    const accepted = secret.ok && accepts(secret.value.annotations, 'missing-access');
    if (later.length > 0) yield { message: `may not ${listed(later)}`, accepted };
  },
});
/** Verbs joined by resource and namespace: `list, watch secrets in k8ssandra`. */
const listed = (rights: readonly MissingRight[]): string => {
  const groups = Map.groupBy(
    rights,
    ({ group, resource, namespace }) =>
      `${resource}${group === '' ? '' : `.${group}`}${namespace === undefined ? ' in all namespaces' : ` in ${namespace}`}`,
  );
  const all = [...groups].map(([where, members]) => `${members.map(({ verb }) => verb).join(', ')} ${where}`);
  return `${all.slice(0, 4).join('; ')}${all.length > 4 ? `; and ${all.length - 4} more` : ''}`;
};
