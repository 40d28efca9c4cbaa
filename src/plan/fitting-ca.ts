import { type Connection, type Endpoint, type Limits, shakeHands, TransportError, withCaData } from '../kube/api/connection.ts';
import { getObject } from '../kube/api/objects.ts';
import { kinds } from '../kube/kinds.ts';
import type { SelectedContext } from '../kube/kubeconfig/select.ts';

/**
 * The CAs that may fit a data plane: the one that it publishes in every namespace, then the one in the user's own kubeconfig. The namespace
 * is one that the user or the data plane has named, never one that is stored in the control plane.
 */
export const knownCas = async (source: Connection, selected: SelectedContext, namespace = 'kube-system'): Promise<readonly string[]> => {
  const configMap = await getObject(source, kinds.configMap, namespace, 'kube-root-ca.crt');
  const { certificateAuthorityData: inline } = await withCaData(selected);
  return [
    ...(configMap.ok && configMap.value?.data?.['ca.crt'] !== undefined ? [configMap.value.data['ca.crt']] : []),
    ...(inline.length > 0 ? [Buffer.from(inline).toString('utf8')] : []),
  ];
};

/** The first of them that verifies what the endpoint serves, shown no credential; the failure of the last when none does. */
export const fittingCa = async (
  cas: readonly string[],
  endpoint: Omit<Endpoint, 'caPem' | 'insecure'>,
  limits: Limits,
): Promise<string | TransportError | undefined> => {
  let last: TransportError | undefined;
  for (const caPem of cas) {
    try {
      await shakeHands({ ...endpoint, caPem }, limits);
      return caPem;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      last = error;
      if (error.reason !== 'unknown-ca') break;
    }
  }
  return last;
};
