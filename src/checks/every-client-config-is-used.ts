import { contextCheck } from './check.ts';
import { said } from './remedies.ts';

export const everyClientConfigIsUsed = contextCheck({
  code: 'KC102',
  title: 'every ClientConfig is used',
  background: {
    read: 'the ClientConfigs, and everything that can name a context: K8ssandraClusters with their status, ReplicatedSecrets and K8ssandraTasks',
    causes: [
      'the context has just been created, and the datacenter that will use it is still to come',
      'the last datacenter that used it was removed',
    ],
    prevent:
      'nothing needs to be done for a context that will soon be used; delete the ClientConfig together with the last datacenter that needs it',
    related: ['KC101', 'KC110'],
  },
  severity: 'info',
  why: 'a new context looks like this until a datacenter names it; the operator watches its cluster from now on, and would stop if it became unreachable',
  cure: 'name it as k8sContext of a datacenter; where none will ever use it, clientconfig delete removes it',
  remedies: said('name it as k8sContext of a datacenter when there is one; until then nothing needs to be done'),
  inFile: 'name it as k8sContext of a datacenter, or take it out',
  needs: ['providers', 'references'],
  *run({ providers, references }) {
    if (providers.length > 0 && references.length === 0) yield { message: 'no datacenter, replicated secret or task uses it' };
  },
});
