import { contextCheck } from './check.ts';
import { reloaded, restarted } from './remedies.ts';

export const clientConfigWasRead = contextCheck({
  code: 'KC603',
  title: 'the operator has read every ClientConfig',
  background: {
    read: 'the hash annotations of the ClientConfig, and the webhook of the running operator, asked by a dry run',
    causes: ['the ClientConfig was created a moment ago', 'the operator is down', 'annotations that were copied with a manifest'],
    prevent: 'leave the annotations k8ssandra.io/resource-hash and secret-hash out of manifests',
    related: ['KC602', 'KC211', 'KC601'],
  },
  severity: 'warning',
  why: 'datacenters that use the context are not reconciled',
  cure: 'wait for the operator to restart, or see why it does not',
  remedies: reloaded,
  needs: ['loaded'],
  helps: ['webhook'],
  *run({ loaded, webhook }) {
    if (loaded === 'current' && webhook.ok && !webhook.value)
      yield {
        message: 'its hash annotations are current, but the webhook of the running operator does not know the context',
        remedies: restarted,
        effect: 'datacenters that use the context are not reconciled: the annotations were copied, or the operator is reading it again',
      };
    if (loaded === 'never') yield { message: 'the operator has never read this ClientConfig' };
  },
});
