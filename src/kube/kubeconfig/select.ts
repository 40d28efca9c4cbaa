import { type UserError, usage } from '../../base/errors.ts';
import type { Machine } from '../../base/io.ts';
import { shortList, withoutEnd } from '../../base/text.ts';
import { urlText } from '../golang/url.ts';
import { serverUrl } from './client-config.ts';
import { shownUrl } from './url.ts';
import type { UserKubeconfig } from './user.ts';
import { type Cluster, cluster as clusterType, type User, user as userType } from './v1.ts';

/** kubectl's global flags, as far as they choose or change a connection. */
export interface ConnectionFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly server?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly token?: string | undefined;
  readonly certificateAuthority?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
  readonly asUserExtra?: ReadonlyMap<string, readonly string[]> | undefined;
}
/** One context with its cluster and user entry: everything a connection needs, and nothing of any other context. */
export interface SelectedContext {
  readonly machine: Machine;
  /** what it is called in messages */
  readonly name: string;
  /** its name in the kubeconfig; without one it was put together from flags or from a pod's service account */
  readonly context?: string;
  /** what client-go dials for it; as it is written, where client-go would refuse it */
  readonly server: string;
  readonly namespace: string | undefined;
  readonly cluster: Cluster;
  readonly clusterName: string;
  readonly user: User;
  readonly userName: string;
}

/** The context a flag names, or the current one, with kubectl's overrides; one clear line for everything that is missing. */
export const selectContext = (config: UserKubeconfig, flags: ConnectionFlags, flagName = '--context'): SelectedContext => {
  const context = namedContext(config, flags, flagName) ?? config.inCluster ?? noContext(config, flagName);
  const cluster = changedCluster(context.cluster, flags);
  const user = changedUser(context.user, flags);
  if (cluster.server === '')
    throw usage(
      `cluster "${context.clusterName}" of context ${context.name} has no server`,
      'add its server to the kubeconfig, or pass --server',
    );
  return { ...context, machine: config.machine, server: dialled(cluster), cluster, user };
};
type Chosen = Omit<SelectedContext, 'machine' | 'server'>;
const namedContext = (config: UserKubeconfig, flags: ConnectionFlags, flagName: string): Chosen | undefined => {
  const name = flags.context ?? config.currentContext;
  if (name === undefined || name === '')
    // With an address kubectl asks for no context.
    return flags.server === undefined && flags.cluster === undefined ? undefined : fromFlags(config, flags);
  const context = config.contexts.get(name);
  if (context === undefined)
    throw usage(`context ${name} is not in the kubeconfig`, `pass one of its contexts with ${flagName}${known(config)}`);
  const clusterName = flags.cluster ?? context.cluster;
  const userName = flags.user ?? context.user;
  const cluster = config.clusters.get(clusterName);
  if (cluster === undefined && flags.cluster !== undefined) throw noCluster(flags.cluster);
  if (cluster === undefined)
    throw usage(
      `context ${name} names the cluster "${clusterName}", which the kubeconfig does not have`,
      'add the cluster entry, or correct the context',
    );
  const user = config.users.get(userName);
  if (user === undefined && flags.user !== undefined) throw noUser(flags.user);
  if (user === undefined && userName !== '')
    throw usage(
      `context ${name} names the user "${userName}", which the kubeconfig does not have`,
      'add the user entry, or correct the context',
    );
  const namespace = context.namespace === '' ? undefined : context.namespace;
  return { name, context: name, cluster, clusterName, user: user ?? userType.zero, userName, namespace };
};
const fromFlags = ({ clusters, users }: UserKubeconfig, { server, cluster: clusterName, user: userName }: ConnectionFlags): Chosen => {
  const cluster = clusterName === undefined ? clusterType.zero : clusters.get(clusterName);
  if (cluster === undefined) throw noCluster(clusterName ?? '');
  const user = userName === undefined ? userType.zero : users.get(userName);
  if (user === undefined) throw noUser(userName ?? '');
  const name = clusterName ?? shownUrl(server ?? '');
  return { name, cluster, clusterName: name, user, userName: userName ?? '', namespace: undefined };
};
const noCluster = (name: string): UserError => usage(`cluster "${name}" does not exist`, 'name a cluster of the kubeconfig with --cluster');
const noUser = (name: string): UserError => usage(`auth info "${name}" does not exist`, 'name a user of the kubeconfig with --user');
const noContext = (config: UserKubeconfig, flagName: string): never => {
  throw config.files.length === 0
    ? usage(
        `no kubeconfig: ${(config.machine.env['KUBECONFIG'] ?? '') === '' ? '~/.kube/config does not exist' : 'no file of KUBECONFIG exists'}`,
        'set KUBECONFIG or pass --kubeconfig',
      )
    : usage('no context is selected: the kubeconfig has no current-context', `pass ${flagName}${known(config)}`);
};
const none = new Uint8Array();
/** A flag that names a CA replaces what the entry says of trust; --server alone takes the TLS name away; client_config.go getCluster. */
const changedCluster = (cluster: Cluster, flags: ConnectionFlags): Cluster => ({
  ...cluster,
  server: flags.server ?? cluster.server,
  tlsServerName: flags.tlsServerName === undefined && flags.server === undefined ? cluster.tlsServerName : (flags.tlsServerName ?? ''),
  ...(flags.insecureSkipTlsVerify === true || flags.certificateAuthority !== undefined
    ? {
        insecureSkipTlsVerify: flags.insecureSkipTlsVerify === true,
        certificateAuthority: flags.certificateAuthority ?? '',
        certificateAuthorityData: none,
      }
    : {}),
});
/** What a flag names takes the place of the same in the entry, and of nothing else; client_config.go getAuthInfo. */
const changedUser = (user: User, flags: ConnectionFlags): User => ({
  ...user,
  ...(flags.token === undefined ? {} : { token: flags.token, tokenFile: '' }),
  ...(flags.clientCertificate === undefined ? {} : { clientCertificate: flags.clientCertificate, clientCertificateData: none }),
  ...(flags.clientKey === undefined ? {} : { clientKey: flags.clientKey, clientKeyData: none }),
  as: flags.as ?? user.as,
  asUid: flags.asUid ?? user.asUid,
  asGroups: flags.asGroup ?? user.asGroups,
  asUserExtra: new Map([...user.asUserExtra, ...(flags.asUserExtra ?? [])]),
});
/** A host without a scheme is http: what decides on it knows nothing of TLS yet; clientcmd client_config.go ClientConfig, rest/url_utils.go. */
const dialled = (cluster: Cluster): string => {
  const address = serverUrl(cluster.server, false, { strictColons: false });
  if (!address.ok) return withoutEnd(cluster.server, '/');
  return withoutEnd(urlText({ ...address.url, query: '', hasQuery: false, fragment: '', rawFragment: '' }), '/');
};
const known = ({ contexts }: UserKubeconfig): string => {
  const names = [...contexts.keys()].sort();
  return names.length === 0 ? ' (the kubeconfig has none)' : `: ${shortList(names, 8)}`;
};
