import { contextCheck } from './check.ts';
import { said } from './remedies.ts';

export const everyClientConfigIsUsed = contextCheck({
  code: 'KC102',
  title: 'every ClientConfig is used',
  severity: 'info',
  why: 'the operator watches that cluster for nothing, and would not start if it became unreachable',
  cure: 'name it as k8sContext of a datacenter, or delete the ClientConfig when none will use it',
  remedies: said('name it as k8sContext of a datacenter; clientconfig delete removes one that none will use'),
  inFile: 'name it as k8sContext of a datacenter, or take it out',
  needs: ['providers', 'references'],
  *run({ providers, references }) {
    if (providers.length > 0 && references.length === 0) yield { message: 'no datacenter, replicated secret or task uses it' };
  },
});
