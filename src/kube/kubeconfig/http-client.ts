import { shownName } from '../../base/shown.ts';
import { corruptMessage, decodeBase64, isCorrupt } from '../golang/base64.ts';
import { quoted } from '../golang/format.ts';
import { certificatesOf, pairFault, rootsFault } from '../golang/tls.ts';
import { parseUrl } from '../golang/url.ts';
import type { Certificate } from '../golang/x509.ts';
import type { ContextEntries } from './client-config.ts';
import { urlFault } from './url.ts';
import type { AuthProvider, Exec } from './v1.ts';
import type { Surroundings } from './validate.ts';

/** A context's entries, with the certificates that Go takes from their CA. */
export interface Client extends ContextEntries {
  readonly authorities: readonly Certificate[];
}
type Rule = (client: Client, around: Surroundings) => string | undefined;

/** What making a client of a kubeconfig fails of, in the order of client-go rest/transport.go HTTPClientFor; only for a server that is https. */
const rules: readonly Rule[] = [
  // rest/transport.go TransportConfig, plugin/pkg/client/auth/exec/exec.go newAuthenticator
  ({ user: { exec }, ...client }, around) => (exec === undefined ? undefined : (execClusterFault(client, exec, around) ?? execFault(exec))),
  // rest/plugin.go GetAuthProvider
  ({ user: { authProvider } }, around) => (authProvider === undefined ? undefined : authProviderFault(authProvider, around)),
  // transport/cache.go tlsConfigKey, transport/transport.go loadTLSFiles
  ({ cluster, user }, { files }) =>
    (cluster.certificateAuthorityData.length === 0 && cluster.certificateAuthority !== ''
      ? files.readFault(cluster.certificateAuthority)
      : undefined) ??
    (user.clientCertificateData.length === 0 && user.clientCertificate !== '' ? files.readFault(user.clientCertificate) : undefined) ??
    (hasCertificate(user) && user.clientKeyData.length === 0 && user.clientKey !== '' ? files.readFault(user.clientKey) : undefined),
  // transport/transport.go TLSConfigFor
  ({ cluster }) =>
    cluster.insecureSkipTlsVerify && (cluster.certificateAuthorityData.length > 0 || cluster.certificateAuthority !== '')
      ? 'specifying a root certificates file with the insecure flag is not allowed'
      : undefined,
  ({ cluster: { certificateAuthorityData: pem }, authorities }) =>
    pem.length === 0 || authorities.length > 0 ? undefined : `unable to load root certificates: ${rootsFault(pem)}`,
  ({ user }) =>
    user.clientCertificateData.length > 0 && user.clientKeyData.length > 0
      ? pairFault(user.clientCertificateData, user.clientKeyData)
      : undefined,
  // transport/round_trippers.go HTTPWrappersForConfig
  ({ user }) =>
    (user.username !== '' || user.password !== '') && (user.token !== '' || user.tokenFile !== '')
      ? 'username/password or bearer token may be set, but not both'
      : undefined,
];
const hasCertificate = ({ clientCertificate, clientCertificateData }: ContextEntries['user']): boolean =>
  clientCertificate !== '' || clientCertificateData.length > 0;

export const httpClientFault = (client: Client, around: Surroundings): string | undefined => {
  if (!client.isTls) return undefined;
  for (const rule of rules) {
    const fault = rule(client, around);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

const execFault = ({ apiVersion }: Exec): string | undefined =>
  ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1'].includes(apiVersion)
    ? undefined
    : `exec plugin: invalid apiVersion ${quoted(shownName(apiVersion))}`;
/** What a plugin is told of its cluster; rest/exec.go ConfigToExecCluster. */
const execClusterFault = (
  { cluster, host }: Omit<ContextEntries, 'user'>,
  { provideClusterInfo }: Exec,
  { files, urls }: Surroundings,
): string | undefined => {
  if (!provideClusterInfo) return undefined;
  const isFile = cluster.certificateAuthorityData.length === 0 && cluster.certificateAuthority !== '';
  const readFault = isFile ? files.readFault(cluster.certificateAuthority) : undefined;
  if (readFault !== undefined) return `failed to load CA bundle for execProvider: ${readFault}`;
  const proxyAddress = cluster.proxyUrl === '' ? undefined : parseUrl(host, urls);
  return proxyAddress?.ok === false
    ? `failed to create proxy URL request for execProvider: ${urlFault(proxyAddress.message, host)}`
    : undefined;
};

const authProviderFault = (provider: AuthProvider, around: Surroundings): string | undefined =>
  (providers[provider.name] ?? (() => `no Auth Provider found for name ${quoted(shownName(provider.name))}`))(provider, around);
const removed = (name: string) => () => `The ${name} auth plugin has been removed.`;
/** plugin/pkg/client/auth: gcp_stub.go, azure_stub.go, oidc.go newOIDCAuthProvider. */
const providers: Readonly<Record<string, (provider: AuthProvider, around: Surroundings) => string | undefined>> = {
  gcp: removed('gcp'),
  azure: removed('azure'),
  oidc: ({ config }, { files }) => {
    const missingKey = ['idp-issuer-url', 'client-id'].find(key => (config.get(key) ?? '') === '');
    if (missingKey !== undefined) return `Must provide ${missingKey}`;
    const certificates = decodeBase64(config.get('idp-certificate-authority-data') ?? '');
    if (isCorrupt(certificates)) return corruptMessage(certificates);
    const file = config.get('idp-certificate-authority') ?? '';
    if (certificates.length === 0) return file === '' ? undefined : files.readFault(file);
    return certificatesOf(certificates).length > 0 ? undefined : `unable to load root certificates: ${rootsFault(certificates)}`;
  },
};
