import { contextCheck } from './check.ts';

export const clientConfigWasRead = contextCheck({
  code: 'KC603',
  title: 'the operator has read every ClientConfig',
  severity: 'warning',
  why: 'datacenters that use the context are not reconciled',
  cure: 'wait for the operator to restart, or see why it does not',
  fix: () => ['kubectl', 'k8ssandra', 'operator', 'status'],
  *run({ name, loaded }) {
    if (loaded.status === 'pass' && loaded.value === 'never')
      yield { context: name, message: 'the operator has never read this ClientConfig' };
  },
});
