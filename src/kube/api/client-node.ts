import type { RequestOptions } from 'node:https';
import { kubectl, sentence } from '../../base/advice.ts';
import { UserError, usage } from '../../base/errors.ts';
import { present } from '../../base/fields.ts';
import type { SelectedContext } from '../kubeconfig/select.ts';
import type { Cluster, User } from '../kubeconfig/v1.ts';
import { tokenClaims } from '../token-claims.ts';

/** What client-node makes of a kubeconfig's entries for one request. */
interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The entries of one context as options of Node's https. They name no file, plugin or proxy any more: client-node would read, run and dial
 * them in its own way, which is not kubectl's.
 */
export const tlsOptionsOf = async ({ name, context, userName, cluster, user }: SelectedContext): Promise<TlsOptions> => {
  if (user.authProvider?.name === 'oidc' && isExpired(userName, user.authProvider.config.get('id-token') ?? ''))
    // To renew it here would spend a refresh token that the kubeconfig then still holds.
    throw new UserError(
      `context ${name}: the id-token of ${userName} has expired`,
      sentence`run ${kubectl(context, 'version')}, which renews it and keeps the new one, then run this again`,
    );
  // Heavy, and useless to commands that talk to no cluster.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'cluster', cluster: clusterEntry(cluster) }],
      users: [{ name: 'user', user: userEntry(user) }],
      contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
      'current-context': 'context',
    }),
  );
  const options: RequestOptions & { servername?: string } = {};
  await config.applyToHTTPSOptions(options);
  const basic =
    options.auth === undefined || options.auth === null ? {} : { Authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` };
  return {
    ...present({
      ca: pemOf(options.ca),
      cert: pemOf(options.cert),
      key: pemOf(options.key),
      servername: options.servername,
      rejectUnauthorized: options.rejectUnauthorized,
    }),
    headers: { ...textsOf(options.headers), ...basic },
  };
};
const isExpired = (userName: string, idToken: string): boolean => {
  if (idToken === '')
    throw usage(`the auth-provider oidc of user ${userName} has no id-token`, 'log in again with the tool that wrote the kubeconfig');
  const ends = tokenClaims(idToken)?.expiresAt;
  return ends !== undefined && ends <= Date.now();
};
const base64 = (bytes: Uint8Array): string | undefined => (bytes.length === 0 ? undefined : Buffer.from(bytes).toString('base64'));
const clusterEntry = (cluster: Cluster): Readonly<Record<string, unknown>> => ({
  // It checks the scheme alone.
  server: 'https://server',
  'certificate-authority-data': base64(cluster.certificateAuthorityData),
  'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify,
  'tls-server-name': cluster.tlsServerName || undefined,
});
const userEntry = (user: User): Readonly<Record<string, unknown>> => ({
  token: user.token || undefined,
  'client-certificate-data': base64(user.clientCertificateData),
  'client-key-data': base64(user.clientKeyData),
  ...(user.username === '' && user.password === '' ? {} : { username: user.username, password: user.password }),
  ...(user.authProvider === undefined
    ? {}
    : // With nothing but the token there is nothing that client-node could renew it with.
      { 'auth-provider': { name: user.authProvider.name, config: { 'id-token': user.authProvider.config.get('id-token') } } }),
});
const pemOf = (value: unknown): string | undefined =>
  value instanceof Uint8Array || typeof value === 'string' ? Buffer.from(value).toString() : undefined;
const textsOf = (headers: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(typeof headers === 'object' && headers !== null ? headers : {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
