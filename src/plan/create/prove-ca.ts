import { UserError } from '../../base/errors.ts';
import { type Connection, type Endpoint, type Limits, shakeHands, TransportError } from '../../kube/api/connection.ts';
import type { TlsFacts } from '../../kube/api/tls.ts';
import type { SelectedContext } from '../../kube/kubeconfig/select.ts';
import { knownCas } from '../fitting-ca.ts';

/** Tries each CA that may fit, without any credential, and keeps the first that verifies what the endpoint serves. */
export const proveCa = async (
  source: Connection,
  selected: SelectedContext,
  namespace: string,
  base: Omit<Endpoint, 'caPem' | 'insecure'>,
  given: string | undefined,
  limits: Limits,
): Promise<{ endpoint: Endpoint; tls: TlsFacts }> => {
  // Without any, what this machine trusts.
  const candidates = given === undefined ? [...(await knownCas(source, selected, namespace)), undefined] : [given];
  let last: TransportError | undefined;
  for (const caPem of candidates) {
    const endpoint = { ...base, ...(caPem === undefined ? {} : { caPem }) };
    try {
      return { endpoint, tls: (await shakeHands(endpoint, limits)).facts };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      last ??= error;
      if (error.reason !== 'unknown-ca') break;
    }
  }
  if (last?.reason === 'unknown-ca' && selected.cluster.insecureSkipTlsVerify) {
    const endpoint = { ...base, insecure: true };
    return { endpoint, tls: (await shakeHands(endpoint, limits)).facts };
  }
  throw new UserError(
    `${source.context}: ${last?.message ?? 'no CA to try'}`,
    tlsCure[last?.reason ?? ''] ?? 'check the address with --server, and the network between here and there',
  );
};
const tlsCure: Readonly<Record<string, string>> = {
  'unknown-ca': 'pass the CA that signed the served certificate with --ca-file',
  'san-mismatch': 'pass a name the certificate is for with --tls-server-name, or such an address with --server',
  'certificate-expired': 'renew the serving certificate of that API server',
  proxy: 'correct --proxy-url',
  dns: 'correct the name with --server',
};
