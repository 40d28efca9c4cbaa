import { nearest } from '../base/nearest.ts';
import { fleetCheck } from './check.ts';
import { createAgain } from './create-again.ts';

/** The operator reaches a datacenter's cluster through the ClientConfig that provides its k8sContext; dcconfigs.go:37. */
export const everyContextIsProvided = fleetCheck({
  code: 'KC101',
  title: 'every context in use is provided by a ClientConfig',
  severity: 'error',
  why: 'the operator knows no such cluster: it reconciles no datacenter of a K8ssandraCluster that names it, and the webhook denies every change',
  cure: 'create a ClientConfig for that context on the control plane, or correct the name where it is used',
  fix: createAgain(),
  needs: ['clientConfigs', 'clusters', 'replicatedSecrets', 'tasks'],
  *run(_facts, { contexts, controlPlane }) {
    const provided = contexts.filter(({ providers }) => providers.length > 0).map(({ name }) => name);
    for (const { name, providers, references } of contexts) {
      const users = references.filter(({ origin }) => origin === 'spec');
      const [first] = users;
      if (providers.length > 0 || first === undefined) continue;
      const close = nearest(name, provided);
      const { kind, namespace, name: object, field } = first;
      const blocked = controlPlane.clusters.ok
        ? controlPlane.clusters.value
            .filter(({ metadata }) =>
              users.some(user => user.kind === 'K8ssandraCluster' && user.namespace === metadata.namespace && user.name === metadata.name),
            )
            .map(
              ({ metadata, spec }) =>
                `blocks all ${spec?.cassandra?.datacenters?.length ?? 0} datacenters of ${metadata.namespace}/${metadata.name}`,
            )
        : [];
      yield {
        context: name,
        object: { kind, namespace, name: object, field },
        message: `used by ${kind} ${namespace}/${object} (${field})${users.length > 1 ? ` and ${users.length - 1} more` : ''} but no ClientConfig provides it${close === undefined ? '' : `; did you mean ${close}?`}`,
        ...(blocked.length === 0
          ? {}
          : { effect: `${blocked.join(', ')}: the operator walks all of them first and stops at the unknown one` }),
      };
    }
  },
});
