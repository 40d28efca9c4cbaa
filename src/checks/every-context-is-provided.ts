import { slipOf, spelledOut } from '../base/slip.ts';
import type { ContextState } from '../fleet/inventory.ts';
import type { K8ssandraCluster } from '../kube/kinds.ts';
import type { Reference } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { setField } from './patches.ts';
import { created } from './remedies.ts';
import type { ObjectRef } from './report.ts';

/** The operator reaches a datacenter's cluster through the ClientConfig that provides its k8sContext; dcconfigs.go:37. */
export const everyContextIsProvided = fleetCheck({
  code: 'KC101',
  title: 'every context in use is provided by a ClientConfig',
  background: {
    read: 'every k8sContext of the K8ssandraClusters, and the ClientConfigs in the namespaces that the operator watches',
    causes: [
      'the data plane was never registered',
      'a typing error in k8sContext, or another spelling than spec.contextName of the ClientConfig',
      'the ClientConfig lies in a namespace that the operator does not watch',
      'the ClientConfig was deleted while the context was still in use',
    ],
    prevent: 'run contexts check --for FILE before a K8ssandraCluster is applied, and contexts check -f in the pipeline of its repository',
    related: ['KC103', 'KC108', 'KC207'],
  },
  severity: 'error',
  why: 'the operator knows no such cluster: it reconciles no datacenter of a K8ssandraCluster that names it, and the webhook denies every change',
  cure: 'create a ClientConfig for that context on the control plane, or correct the name where it is used',
  remedies: created(),
  inFile: 'correct the context name, or add the ClientConfig that provides it',
  needs: ['names', 'clusters'],
  *run({ names, clusters }) {
    for (const { name, providers, references } of names) {
      const users = references.filter(({ origin }) => origin === 'spec');
      const [first] = users;
      if (providers.length > 0 || first === undefined) continue;
      const close = meant(name, users, names, clusters);
      const { kind, namespace, name: object, field } = first;
      const stoppedClusters = clusters.filter(({ metadata }) =>
        users.some(user => user.kind === 'K8ssandraCluster' && user.namespace === metadata.namespace && user.name === metadata.name),
      );
      const clusterNames = stoppedClusters.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      const spelled = spelledOut(name);
      yield {
        context: name,
        object: { kind, namespace, name: object, field },
        also: [...users.slice(1).map(refOf), ...stoppedClusters.flatMap(datacentersOf)],
        message: `no ClientConfig provides it${spelled === undefined ? '' : `, which is ${spelled}`}; used by ${kind} ${namespace}/${object} (${field})${users.length > 1 ? ` and ${users.length - 1} more` : ''}${close === undefined ? '' : `; did you mean ${close}?`}`,
        ...(clusterNames.length === 0
          ? {}
          : {
              effect: `blocks every datacenter of ${clusterNames.join(', ')}: the operator resolves all contexts before it reconciles any`,
            }),
        ...(close === undefined
          ? {}
          : {
              remedies: () => users.map(user => setField(user, name, close)),
              inFile: `change ${field.replace(/^.*\./, '')} from ${spelled ?? name} to ${close}`,
            }),
      };
    }
  },
});

/**
 * The provided context that a slip of the keyboard has missed: none that an object with this reference uses already, for then two of its
 * datacenters would meet, and none but the one where the datacenter lives, for elsewhere it would begin empty.
 */
const meant = (
  name: string,
  users: readonly Reference[],
  contexts: readonly Pick<ContextState, 'name' | 'providers' | 'references'>[],
  clusters: readonly K8ssandraCluster[],
): string | undefined => {
  const close = slipOf(
    name,
    contexts.filter(({ providers }) => providers.length > 0).map(one => one.name),
  );
  const references = contexts.find(one => one.name === close)?.references ?? [];
  const meets = references.some(other =>
    users.some(user => sameObject(user, other) && (other.origin === 'spec' || other.datacenter !== user.datacenter)),
  );
  if (meets) return undefined;
  const lives = users.flatMap(user => {
    const status = clusters.find(({ metadata }) => metadata.namespace === user.namespace && metadata.name === user.name)?.status;
    const context = user.kind === 'K8ssandraCluster' ? status?.datacenters?.[user.datacenter ?? '']?.contextName : undefined;
    return context === undefined ? [] : [context];
  });
  return lives.every(context => context === close) ? close : undefined;
};
const refOf = ({ kind, namespace, name, field }: Reference): ObjectRef => ({ kind, namespace, name, field });
const datacentersOf = ({ metadata: { namespace = '', name }, spec }: K8ssandraCluster): readonly ObjectRef[] =>
  (spec?.cassandra?.datacenters ?? []).map((_, index) => ({
    kind: 'K8ssandraCluster',
    namespace,
    name,
    field: `spec.cassandra.datacenters[${index}].k8sContext`,
  }));
const sameObject = (one: Reference, other: Reference): boolean =>
  one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
