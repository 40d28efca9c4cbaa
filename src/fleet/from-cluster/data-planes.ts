import { type Read, unreadable } from '../../base/read.ts';
import { unreadOf } from '../../kube/api/answer.ts';
import { refusalIn } from '../../kube/api/ask.ts';
import { connectStored, type Limits } from '../../kube/api/connection.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { kinds } from '../../kube/kinds.ts';
import { operatorSelector } from '../../operator/control-plane.ts';
import type { Operator, OperatorPod } from '../../operator/environment.ts';
import { operatorPodOf } from '../../operator/environment.ts';
import type { Registration } from '../registrations.ts';
import { configMapsOver, operatorsFrom } from './operators.ts';

export interface DataPlaneOperators {
  readonly operators: readonly Operator[];
  readonly pods: Read<readonly OperatorPod[]>;
}

/** The operator of a data plane, read with the stored credential in the namespace of its service account, which its role allows. */
export const readDataPlaneOperators = async ({ context, stored }: Registration, limits: Limits): Promise<Read<DataPlaneOperators>> => {
  if (stored?.ok !== true) return unreadable('skipped', 'its stored kubeconfig is not usable');
  const { claims, auth, server } = stored.value;
  if (!server.startsWith('https://') || auth.includes('exec') || auth.includes('auth-provider'))
    return unreadable('skipped', 'its stored kubeconfig is not dialled');
  if (claims?.namespace === undefined) return unreadable('skipped', 'its credential names no namespace');
  try {
    const connection = await connectStored(context, stored.value, limits);
    try {
      const [deployments, pods] = await Promise.all([
        listObjects(connection, kinds.deployment, claims.namespace, operatorSelector),
        listObjects(connection, kinds.pod, claims.namespace, operatorSelector),
      ]);
      if (!deployments.ok) return deployments;
      const operators = await operatorsFrom(deployments.value, configMapsOver(connection));
      if (!operators.ok) return operators;
      return {
        ok: true,
        value: { operators: operators.value, pods: pods.ok ? { ok: true, value: pods.value.map(operatorPodOf) } : pods },
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    return unreadOf(refusalIn(error));
  }
};
