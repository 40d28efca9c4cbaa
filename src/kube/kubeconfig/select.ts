import { usage } from '../../base/errors.ts';
import type { Machine } from '../../base/io.ts';
import type { Impersonation } from './stored.ts';
import { shownUrl } from './url.ts';
import { type Entry, record, type UserKubeconfig } from './user.ts';

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
  readonly asUserExtra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** One context with its cluster and user entry: everything a connection needs, and nothing of any other context. */
export interface SelectedContext {
  readonly machine: Machine;
  /** what it is called in messages */
  readonly name: string;
  /** its name in the kubeconfig; without one it was put together from flags or from a pod's service account */
  readonly context?: string;
  readonly server: string;
  readonly namespace: string | undefined;
  readonly cluster: Entry;
  readonly user: Entry;
  /** the name of the user entry, for client-go's words */
  readonly userName: string;
  readonly impersonation?: Impersonation;
}

/** The context a flag names, or the current one, with kubectl's overrides; one clear line for everything that is missing. */
export const selectContext = (config: UserKubeconfig, flags: ConnectionFlags, flagName = '--context'): SelectedContext => {
  const named = namedContext(config, flags, flagName);
  const { name, cluster, user, userName, namespace } = named ?? config.inCluster ?? noContext(config, flagName);
  const server = flags.server ?? cluster['server'];
  if (typeof server !== 'string' || server === '')
    throw usage(`the cluster of context ${name} has no server`, 'add its server to the kubeconfig, or pass --server');
  const changed = { ...user, ...credentialsOf(flags) };
  const impersonation = impersonationOf(changed, userName, flags);
  return {
    machine: config.machine,
    name,
    ...(named?.context === undefined ? {} : { context: named.context }),
    server: server.replace(/\/+$/, ''),
    namespace,
    cluster: changedCluster({ ...cluster, server }, flags),
    user: changed,
    userName,
    ...(impersonation === undefined ? {} : { impersonation }),
  };
};
type Chosen = Pick<SelectedContext, 'name' | 'context' | 'cluster' | 'user' | 'userName' | 'namespace'>;
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
  if (cluster === undefined)
    throw usage(
      `context ${name} names the cluster "${clusterName}", which the kubeconfig does not have`,
      'add the cluster entry, or correct the context',
    );
  const user = config.users.get(userName);
  if (user === undefined && userName !== '')
    throw usage(
      `context ${name} names the user "${userName}", which the kubeconfig does not have`,
      'add the user entry, or correct the context',
    );
  return { name, context: name, cluster, user: user ?? {}, userName, namespace: context.namespace };
};
const fromFlags = ({ clusters, users }: UserKubeconfig, { server, cluster: clusterName, user: userName }: ConnectionFlags): Chosen => {
  const cluster = clusterName === undefined ? {} : clusters.get(clusterName);
  if (cluster === undefined) throw usage(`cluster "${clusterName}" does not exist`, 'name a cluster of the kubeconfig with --cluster');
  const user = userName === undefined ? {} : users.get(userName);
  if (user === undefined) throw usage(`user "${userName}" does not exist`, 'name a user of the kubeconfig with --user');
  return { name: clusterName ?? shownUrl(server ?? ''), cluster, user, userName: userName ?? '', namespace: undefined };
};
const noContext = (config: UserKubeconfig, flagName: string): never => {
  throw config.files.length === 0
    ? usage('there is no kubeconfig, and this is no pod with a service account', 'pass one with --kubeconfig, or set KUBECONFIG')
    : usage('no context is selected: the kubeconfig has no current-context', `pass ${flagName}${known(config)}`);
};
/** A flag that names a CA replaces what the entry says of trust; --server alone takes the TLS name away; client_config.go getCluster. */
const changedCluster = (cluster: Entry, flags: ConnectionFlags): Entry => ({
  ...cluster,
  ...(flags.tlsServerName === undefined && flags.server === undefined ? {} : { 'tls-server-name': flags.tlsServerName }),
  ...(flags.insecureSkipTlsVerify === true || flags.certificateAuthority !== undefined
    ? {
        'insecure-skip-tls-verify': flags.insecureSkipTlsVerify === true,
        'certificate-authority': flags.certificateAuthority,
        'certificate-authority-data': undefined,
      }
    : {}),
});
/** A flag's token comes before every other way to log in; a flag's certificate replaces that of the entry. */
const credentialsOf = ({ token, clientCertificate, clientKey }: ConnectionFlags): Entry => ({
  ...(token === undefined ? {} : { token, tokenFile: undefined }),
  ...(clientCertificate === undefined ? {} : { 'client-certificate': clientCertificate, 'client-certificate-data': undefined }),
  ...(clientKey === undefined ? {} : { 'client-key': clientKey, 'client-key-data': undefined }),
});
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const impersonationOf = (user: Entry, userName: string, flags: ConnectionFlags): Impersonation | undefined => {
  const uid = flags.asUid ?? user['as-uid'];
  const groups = flags.asGroup ?? texts(user['as-groups']);
  const extra = {
    ...Object.fromEntries(Object.entries(record(user['as-user-extra'])).map(([key, values]) => [key, texts(values)])),
    ...flags.asUserExtra,
  };
  const as = flags.as ?? user['as'];
  if (typeof as === 'string' && as !== '') return { user: as, ...(typeof uid === 'string' && uid !== '' ? { uid } : {}), groups, extra };
  if (groups.length + Object.keys(extra).length > 0 || (typeof uid === 'string' && uid !== ''))
    throw usage(
      `requesting uid, groups or user-extra for ${userName} without impersonating a user`,
      'name the user to impersonate with --as, or with as in the user entry',
    );
  return undefined;
};
const known = ({ contexts }: UserKubeconfig): string => {
  const names = [...contexts.keys()].sort();
  return names.length === 0
    ? ' (the kubeconfig has none)'
    : `: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`;
};
