import { UserError } from '../../base/errors.ts';
import { publicAuthorities } from '../../kube/api/authorities.ts';
import { authorityAlone, type Endpoint, shakeHands, TransportError } from '../../kube/api/connection.ts';
import { systemRoots } from '../../kube/api/system-trust.ts';
import type { TlsFacts } from '../../kube/api/tls.ts';
import { sameServer } from '../../kube/kubeconfig/url.ts';
import { knownCas } from '../fitting-ca.ts';
import { refusal } from '../refusals.ts';
import type { CreateRun } from './locate.ts';

interface Verified {
  readonly endpoint: Endpoint;
  readonly tls: TlsFacts;
}
/** Tries each CA that may fit, without any credential, and keeps the first that verifies what the endpoint serves. */
export const proveCa = async (run: CreateRun, namespace: string, way: Omit<Endpoint, 'caPem' | 'insecure'>): Promise<Verified> => {
  const { source, selected, options, limits, guard } = run;
  const cas = options.caPem === undefined ? await knownCas(source, selected, namespace) : [options.caPem];
  let last: TransportError | undefined;
  for (const caPem of cas) {
    try {
      return { endpoint: { ...way, caPem }, tls: (await shakeHands({ ...way, caPem }, limits)).facts };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      last ??= error;
      if (error.reason !== 'unknown-ca') break;
    }
  }
  const untold = last === undefined || last.reason === 'unknown-ca';
  const open = untold && options.caPem === undefined ? await throughPublicCa(run, way) : undefined;
  if (open !== undefined && !(open instanceof TransportError)) return open;
  last ??= open;
  // An address that only the stored kubeconfig names is not what the user has turned verification off for.
  const named = options.server !== undefined || sameServer(way.server, selected.server);
  if (last?.reason === 'unknown-ca' && selected.cluster.insecureSkipTlsVerify && named) {
    const endpoint = { ...way, insecure: true };
    const tls = (await shakeHands(endpoint, limits)).facts;
    guard.refuse('insecure-tls', { server: way.server });
    return { endpoint, tls };
  }
  throw new UserError(
    `${source.context}: ${last?.message ?? 'no CA to try'}`,
    tlsCure[last?.reason ?? ''] ?? 'check the address with --server, and the network between here and there',
  );
};
/**
 * Where nothing but a CA of the system or a public one verifies the server, that CA is stored, so that the operator does not rest on what its image trusts. An
 * address that only the stored kubeconfig names is not believed on the word of a public CA: whoever wrote it may have a certificate of one.
 */
const throughPublicCa = async (
  { selected, options, limits, guard }: CreateRun,
  way: Omit<Endpoint, 'caPem' | 'insecure'>,
): Promise<Verified | TransportError> => {
  try {
    const named = options.server !== undefined || sameServer(way.server, selected.server);
    const authorities = named ? { authorities: [...publicAuthorities(), ...(await systemRoots(selected.machine))] } : {};
    const { facts: tls, authority } = await authorityAlone({ ...way, ...authorities }, limits);
    const allowed = options.allow.includes('system-ca') || (named && guard.allows('system-ca'));
    if (named && !allowed && authority !== undefined) return { endpoint: { ...way, caPem: authority }, tls };
    if (!allowed) throw refusal('system-ca', { server: way.server, named });
    guard.refuse('system-ca', { server: way.server, named });
    return { endpoint: way, tls };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return error;
  }
};
const tlsCure: Readonly<Record<string, string>> = {
  'unknown-ca': 'pass the CA that signed the served certificate with --ca-file',
  'san-mismatch': 'pass a name the certificate is for with --tls-server-name, or such an address with --server',
  'certificate-expired': 'renew the serving certificate of that API server',
  proxy: 'correct --proxy-url',
  dns: 'correct the name with --server',
};
