import type { RequestOptions } from 'node:https';
import { kubectl, sentence } from '../../base/advice.ts';
import { UserError, usage } from '../../base/errors.ts';
import type { SelectedContext } from '../kubeconfig/select.ts';
import { type Entry, record } from '../kubeconfig/user.ts';
import { tokenClaims } from '../token-claims.ts';

/** What client-node makes of a kubeconfig's entries for one request. */
export interface TlsOptions {
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
export const tlsOptionsOf = async ({ name, context, userName }: SelectedContext, cluster: Entry, user: Entry): Promise<TlsOptions> => {
  const idToken = record(record(user['auth-provider'])['config'])['id-token'];
  if (user['auth-provider'] !== undefined && isExpired(idToken))
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
      clusters: [{ name: 'cluster', cluster: { ...cluster, 'proxy-url': undefined } }],
      users: [{ name: 'user', user }],
      contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
      'current-context': 'context',
    }),
  );
  const options: RequestOptions & { servername?: string } = {};
  await config.applyToHTTPSOptions(options);
  const basic =
    options.auth === undefined || options.auth === null ? {} : { Authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` };
  return {
    ...textOf('ca', options.ca),
    ...textOf('cert', options.cert),
    ...textOf('key', options.key),
    ...(options.servername === undefined ? {} : { servername: options.servername }),
    ...(options.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: options.rejectUnauthorized }),
    headers: { ...textsOf(options.headers), ...basic },
  };
};
const isExpired = (idToken: unknown): boolean => {
  if (typeof idToken !== 'string' || idToken === '')
    throw usage('the auth-provider oidc has no id-token', 'log in again with the tool that wrote the kubeconfig');
  const ends = tokenClaims(idToken)?.expiresAt;
  return ends !== undefined && ends <= Date.now();
};
const textOf = <K extends string>(field: K, value: unknown): { readonly [P in K]?: string } =>
  value instanceof Uint8Array || typeof value === 'string'
    ? ({ [field]: Buffer.from(value).toString() } as { readonly [P in K]?: string })
    : {};
const textsOf = (headers: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(record(headers)).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
