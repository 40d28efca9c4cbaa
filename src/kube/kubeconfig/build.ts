import { type Credential, reveal } from '../../base/credential.ts';
import { writeYaml } from '../yaml/write.ts';
import { certificatePem } from './parse.ts';

/** What leads to an API server, as it is stored. */
export interface StoredEndpoint {
  readonly server: string;
  readonly caPem?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly insecure?: boolean | undefined;
}

/** The kubeconfig that goes into a new Secret: one cluster, user and context, all named for the context. */
export const buildStored = ({
  contextName,
  token,
  ...endpoint
}: StoredEndpoint & { readonly contextName: string; readonly token: Credential }): string =>
  writeYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: contextName, cluster: clusterOf(endpoint) }],
    users: [{ name: contextName, user: { token: reveal(token) } }],
    contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
    'current-context': contextName,
  });
/** The fields of a cluster entry, `undefined` for those that it does not have. Of a CA bundle only the certificates are stored. */
export const clusterOf = ({ server, caPem, tlsServerName, proxyUrl, insecure }: StoredEndpoint) => ({
  server,
  'certificate-authority-data': caPem === undefined ? undefined : Buffer.from(certificatePem(caPem) || caPem).toString('base64'),
  'tls-server-name': tlsServerName,
  'proxy-url': proxyUrl,
  'insecure-skip-tls-verify': insecure === true ? true : undefined,
});
