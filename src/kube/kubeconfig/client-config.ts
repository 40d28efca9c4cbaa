import { quoted } from '../golang/format.ts';
import { type GoUrl, parseRequestUri, parseUrl, type UrlRules, urlText } from '../golang/url.ts';
import type { Loaded } from './load.ts';
import { shownUrl, urlFault } from './url.ts';
import { type Cluster, type Context, cluster as clusterType, context as contextType, type User, user as userType } from './v1.ts';
import { clusterFaults, emptyCluster, type Surroundings, userFaults } from './validate.ts';

/** The entries of one context, and what client-go makes a client of: nothing of the user but `as` when its server is not https. */
export interface ContextEntries {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly user: User;
  readonly userMissing: boolean;
  /** as it is dialled */
  readonly host: string;
  readonly isTls: boolean;
}
export type Configured =
  | { readonly ok: true; readonly value: ContextEntries }
  | { readonly ok: false; readonly problem: 'context-missing' | 'file' | 'invalid'; readonly message: string };

/** DirectClientConfig.ClientConfig with the overrides of the operator, which are none. Source: client-go tools/clientcmd/client_config.go. */
export const clientConfig = (loaded: Loaded, contextName: string, around: Surroundings): Configured => {
  const name = contextName === '' ? loaded.currentContext : contextName;
  const entry = loaded.contexts.get(name);
  const context = entry ?? contextType.zero;
  const [user, cluster] = [loaded.users.get(context.user), loaded.clusters.get(context.cluster)];
  const entries = { context, cluster: cluster ?? clusterType.zero, user: user ?? userType.zero, userMissing: user === undefined };
  const usabilityFault = confirmUsable(name, entry !== undefined, entries, around);
  if (usabilityFault !== undefined) return { ok: false, ...usabilityFault };
  const host = withoutQuery(entries.cluster.server, around.urls);
  const isTls = isHttps(host, around.urls);
  const token =
    isTls && entries.user.token === '' && entries.user.tokenFile !== '' ? around.files.readFault(entries.user.tokenFile) : undefined;
  if (token !== undefined) return { ok: false, problem: 'file', message: token };
  return { ok: true, value: { ...entries, host, isTls } };
};

/** Every fault of the context's user and cluster at once; DirectClientConfig.ConfirmUsable. */
const confirmUsable = (
  name: string,
  isThere: boolean,
  { context, cluster, user }: Omit<ContextEntries, 'host' | 'isTls'>,
  around: Surroundings,
): { readonly problem: 'context-missing' | 'file' | 'invalid'; readonly message: string } | undefined => {
  const missingContext = name === '' || isThere ? [] : [`context was not found for specified context: ${name}`];
  const problems = [...missingContext, ...userFaults(user, context.user, around), ...clusterFaults(cluster, context.cluster, around)];
  const [first] = problems;
  if (first === undefined) return undefined;
  const faults = problems.length === 1 && first === emptyCluster ? [noConfiguration] : problems;
  const isFile = faults.every(fault => fault.startsWith('unable to read '));
  return {
    problem: missingContext.length > 0 ? 'context-missing' : isFile ? 'file' : 'invalid',
    message: `invalid configuration: ${aggregate(faults)}`,
  };
};
const noConfiguration = 'no configuration has been provided, try setting KUBERNETES_MASTER environment variable';
/** Each fault once, in brackets when there are several; apimachinery pkg/util/errors NewAggregate. */
const aggregate = (faults: readonly string[]): string => {
  const messages = [...new Set(faults)];
  return messages.length === 1 ? messages.join() : `[${messages.join(', ')}]`;
};

/** A server with a path loses its query. */
const withoutQuery = (server: string, urls: UrlRules): string => {
  const address = parseRequestUri(server, urls);
  if (!address.ok || address.url.opaque !== '' || address.url.path.length <= 1) return server;
  return urlText({ ...address.url, query: '', fragment: '', rawFragment: '' });
};

export type ServerUrl = { readonly ok: true; readonly url: GoUrl } | { readonly ok: false; readonly message: string };
/** What is dialled for a URL, or for a host with or without a port; client-go rest/url_utils.go DefaultServerURL. */
export const serverUrl = (host: string, isTls: boolean, urls: UrlRules): ServerUrl => {
  if (host === '') return { ok: false, message: 'host must be a URL or a host:port pair' };
  const address = parseUrl(host, urls);
  if (address.ok && address.url.scheme !== '' && address.url.host !== '') return address;
  const again = parseUrl(`${isTls ? 'https' : 'http'}://${host}`, urls);
  if (!again.ok) return { ok: false, message: urlFault(again.message, `${isTls ? 'https' : 'http'}://${host}`) };
  if (again.url.path === '' || again.url.path === '/') return again;
  return { ok: false, message: `host must be a URL or a host:port pair: ${quoted(shownUrl(host))}` };
};
/** Credentials go to https only, and a server without a scheme is http here, as nothing of TLS is set yet; rest/config.go IsConfigTransportTLS. */
const isHttps = (host: string, urls: UrlRules): boolean => {
  const server = serverUrl(host, false, urls);
  return server.ok && server.url.scheme === 'https';
};
