import { operatorOf } from '../model/control-plane.ts';
import type { Operator } from '../model/inventory.ts';
import { type Deployment, kinds } from '../model/kinds.ts';
import { type Read, unreadable } from '../model/read.ts';
import type { Registered } from '../model/registered.ts';
import { listObjects } from './api.ts';
import { operatorLabel } from './collect.ts';
import { connectStored, type Limits, TransportError } from './connection.ts';

/** The operator of a data plane, read with the stored credential in the namespace of its service account, which its role allows. */
export const readDataPlaneOperators = async ({ context, stored }: Registered, limits: Limits): Promise<Read<readonly Operator[]>> => {
  if (stored?.ok !== true) return unreadable('skipped', 'its stored kubeconfig is not usable');
  const { claims, auth, server } = stored.value;
  if (!server.startsWith('https://') || auth.includes('exec') || auth.includes('auth-provider'))
    return unreadable('skipped', 'its stored kubeconfig is not dialled');
  if (claims?.namespace === undefined) return unreadable('skipped', 'its credential names no namespace');
  try {
    const connection = await connectStored(context, stored.value, limits);
    try {
      const read = await listObjects<Deployment>(connection, kinds.deployment, claims.namespace, operatorLabel);
      return read.ok ? { ok: true, value: read.value.map(operatorOf) } : read;
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return unreadable(error.reason === 'timeout' ? 'timed-out' : 'unreachable', error.message);
  }
};
