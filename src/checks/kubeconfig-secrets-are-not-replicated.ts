import { secretKey } from '../kube/key.ts';
import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

/** LabelSelectorAsSelector: nil selects nothing, an empty one selects everything. */
export const kubeconfigSecretsAreNotReplicated = fleetCheck({
  code: 'KC109',
  title: 'no ReplicatedSecret copies kubeconfig Secrets to data planes',
  background: {
    read: 'the selectors of all ReplicatedSecrets, and the namespaces that hold kubeconfig Secrets',
    causes: ['a ReplicatedSecret was written by hand with selector: {}'],
    prevent: 'keep kubeconfig Secrets in a namespace of their own, and give every ReplicatedSecret matchLabels',
    related: ['KC110', 'KC114'],
  },
  severity: 'warning',
  why: 'its empty selector copies every Secret of the namespace to its targets, so one data plane gets the credentials of all the others',
  cure: 'give the ReplicatedSecret a selector with labels',
  remedies: said('give the ReplicatedSecret a selector with labels that no kubeconfig Secret has'),
  needs: ['replicatedSecrets', 'clientConfigs', 'secrets'],
  *run({ replicatedSecrets, clientConfigs, secrets }) {
    // A Secret that could not be read may well hold a kubeconfig.
    const holds = (config: (typeof clientConfigs)[number]): boolean => {
      const read = secrets.get(secretKey(config));
      return read?.ok !== true || read.value !== undefined;
    };
    const holderNamespaces = new Set(clientConfigs.filter(holds).map(({ metadata }) => metadata.namespace));
    for (const { metadata, spec } of replicatedSecrets) {
      const { selector } = spec ?? {};
      const empty =
        selector !== undefined &&
        selector !== null &&
        Object.keys(selector.matchLabels ?? {}).length === 0 &&
        (selector.matchExpressions ?? []).length === 0;
      if (empty && holderNamespaces.has(metadata.namespace))
        yield {
          object: { kind: 'ReplicatedSecret', namespace: metadata.namespace, name: metadata.name, field: 'spec.selector' },
          message: `ReplicatedSecret ${metadata.namespace}/${metadata.name} selects every Secret of its namespace`,
        };
    }
  },
});
