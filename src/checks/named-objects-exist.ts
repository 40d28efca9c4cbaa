import type { Read } from '../base/read.ts';
import type { NamedObject } from '../fleet/named-objects.ts';
import { fleetCheck, type Said } from './check.ts';
import type { NamedIn } from './facts.ts';
import { factCodes, factWords, faultOfNamed } from './judge-datacenter.ts';
import { cureInCluster } from './placement-check.ts';
import { said } from './remedies.ts';

const cure =
  'create it there: encryption stores and what pods mount in the namespace of the datacenter, their passwords in that of the K8ssandraCluster';
const plurals = { Secret: 'secrets', ConfigMap: 'configmaps', MedusaConfiguration: 'medusaconfigurations' } as const;

/** Where each is looked for is told by src/fleet/named-objects.ts, with the file of the operator that it comes from. */
export const namedObjectsExist = fleetCheck({
  code: factCodes.secrets,
  title: 'every Secret, ConfigMap and MedusaConfiguration that a K8ssandraCluster names is where it is read',
  background: {
    read: 'every reference of the K8ssandraCluster, and the keys of those objects in the cluster and namespace where the operator or the kubelet reads them; no value is kept',
    causes: [
      'encryption stores were created on the control plane alone: the operator does not copy them',
      'the Secret lies in the namespace of the operator and not in that of the datacenter',
      'the key has another name than the operator expects',
      'the MedusaConfiguration lies in another namespace than the K8ssandraCluster, whose own is the only one that is looked in',
    ],
    prevent: 'run contexts check --for FILE before a K8ssandraCluster is applied',
    related: ['KC114', 'KC512'],
  },
  severity: 'error',
  why: 'the operator does not copy what it has not made: without it reconciliation fails, or the pods wait for their volume for ever',
  cure,
  remedies: said(cure),
  needs: ['named'],
  *run({ named }) {
    const toldIds = new Set<string>();
    for (const one of named) {
      for (const { object, read } of one.objects) {
        // What the control plane holds is asked for once, however many datacenters need it.
        const id = `${one.cluster.metadata.namespace}/${one.cluster.metadata.name} ${object.field}`;
        if (object.onControlPlane && toldIds.has(id)) continue;
        toldIds.add(id);
        yield* judged(one, object, read);
      }
    }
  },
});
function* judged(
  { cluster, datacenter, context: itsContext }: NamedIn,
  object: NamedObject,
  read: Read<readonly string[] | undefined>,
): Iterable<Said> {
  const context = object.onControlPlane ? '' : itsContext;
  const about = context === '' ? {} : { context };
  const whose = object.onControlPlane ? '' : `datacenter ${datacenter}: `;
  if (!read.ok) {
    // What was skipped is explained by the finding about its context.
    if (read.reason !== 'skipped') yield { ...about, unjudged: `${whose}${factWords.secrets}: ${read.reason}: ${read.detail}` };
    return;
  }
  const fault = faultOfNamed(object, read.value);
  if (fault === undefined) return;
  const { namespace, name } = cluster.metadata;
  const finding = { ...about, object: { kind: 'K8ssandraCluster', namespace, name, field: object.field }, message: `${whose}${fault}` };
  if (!object.made)
    yield {
      ...finding,
      remedies: scene => cureInCluster(scene, context, undefined, ['-n', object.namespace, 'get', plurals[object.kind]], cure),
    };
  else if (read.value === undefined)
    yield {
      ...finding,
      severity: 'info',
      effect: 'the operator makes it, with a user name and a password of its own',
      remedies: said('nothing needs to be done; for a password of your own, create this Secret before the K8ssandraCluster'),
    };
}
