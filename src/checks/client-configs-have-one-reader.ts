import { kubectl, look } from '../base/advice.ts';
import { fleetCheck } from './check.ts';
import { said, several } from './remedies.ts';

export const clientConfigsHaveOneReader = fleetCheck({
  code: 'KC608',
  title: 'no two control planes read the same ClientConfigs',
  background: {
    read: "the operator Deployments of the control plane's cluster, and the namespaces that each watches",
    causes: ['a second installation in another namespace, cluster-scoped too'],
    prevent: 'let each installation watch namespaces of its own',
    related: ['KC601', 'KC505'],
  },
  severity: 'error',
  why: 'both reconcile the same K8ssandraClusters and both write the hash annotations: they undo each other, and restart each other',
  cure: 'make one of them a data plane (controlPlane=false), or let each watch namespaces of its own',
  remedies: several(said('make one of them a data plane (controlPlane=false), or let each watch namespaces of its own'), () => [
    look(kubectl(undefined, 'get', 'deployments', '-A', '-l', 'control-plane=k8ssandra-operator')),
  ]),
  needs: ['operators', 'clientConfigs'],
  *run({ operators, clientConfigs }) {
    const planes = operators.filter(({ controlPlane }) => controlPlane);
    for (const [index, one] of planes.entries()) {
      for (const other of planes.slice(index + 1)) {
        const sharedConfigs = clientConfigs.filter(({ metadata: { namespace = '' } }) =>
          [one, other].every(({ watches }) => watches === 'all' || watches.includes(namespace)),
        );
        if (sharedConfigs.length === 0) continue;
        yield {
          object: { kind: 'Deployment', namespace: other.namespace, name: other.name },
          message: `${one.namespace}/${one.name} and ${other.namespace}/${other.name} are both control planes and read the same ${sharedConfigs.length === 1 ? 'ClientConfig' : `${sharedConfigs.length} ClientConfigs`}`,
        };
      }
    }
  },
});
