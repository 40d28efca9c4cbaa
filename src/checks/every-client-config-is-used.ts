import { contextCheck } from './check.ts';

export const everyClientConfigIsUsed = contextCheck({
  code: 'KC102',
  title: 'every ClientConfig is used',
  severity: 'info',
  why: 'the operator watches that cluster for nothing, and would not start if it became unreachable',
  cure: 'delete the ClientConfig when no datacenter will use it',
  fix: contexts => ['kubectl', 'k8ssandra', 'clientconfig', 'delete', contexts.at(-1) ?? 'NAME'],
  needs: ['providers', 'references'],
  *run({ providers, references }) {
    if (providers.length > 0 && references.length === 0) yield { message: 'no datacenter, replicated secret or task uses it' };
  },
});
