import { fleetCheck } from './check.ts';
import { created } from './remedies.ts';

/** Decommission finds a removed datacenter through status alone; controllers/k8ssandra/cleanup.go:157. */
export const statusContextsAreProvided = fleetCheck({
  code: 'KC103',
  title: 'every context that status still names is provided',
  background: {
    read: 'status.datacenters of the K8ssandraClusters, and the ClientConfigs',
    causes: [
      'the ClientConfig was deleted before the operator had finished to decommission the datacenter',
      'the control plane was restored from a backup without its ClientConfigs',
    ],
    prevent:
      'remove the datacenter first, wait until it is gone from status, and delete the ClientConfig then: clientconfig delete refuses the other order',
    related: ['KC101', 'KC108'],
  },
  severity: 'error',
  why: 'the operator needs it to decommission that datacenter: the K8ssandraCluster can be neither reconciled nor deleted until the context is back',
  cure: 'create the ClientConfig again, let the operator finish, and delete it then',
  remedies: created(),
  inFile: 'add the ClientConfig again that provides it',
  needs: ['names'],
  *run({ names }) {
    for (const { name, providers, references } of names) {
      const [left] = references.filter(({ origin }) => origin === 'status');
      if (providers.length > 0 || left === undefined || references.some(({ origin }) => origin === 'spec')) continue;
      yield {
        context: name,
        object: { kind: left.kind, namespace: left.namespace, name: left.name, field: left.field },
        also: [{ kind: left.kind, namespace: left.namespace, name: left.name }],
        message: `no ClientConfig provides it, and the status of ${left.namespace}/${left.name} still names it for datacenter ${left.datacenter}`,
      };
    }
  },
});
