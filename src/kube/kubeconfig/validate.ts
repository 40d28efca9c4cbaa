import { shownName, shownPath } from '../../base/shown.ts';
import { quoted } from '../golang/format.ts';
import { parseUrl, type UrlRules } from '../golang/url.ts';
import type { PodFiles } from './pod-files.ts';
import { shownUrl } from './url.ts';
import type { Cluster, Exec, User } from './v1.ts';

/** What a rule may look at beside the entry. */
export interface Surroundings {
  readonly files: PodFiles;
  readonly urls: UrlRules;
}
type Rule<Entry> = (entry: Entry, name: string, around: Surroundings) => readonly (string | undefined)[];
const faults = <Entry>(rules: readonly Rule<Entry>[], entry: Entry, name: string, around: Surroundings): readonly string[] =>
  rules.flatMap(rule => rule(entry, name, around)).filter(one => one !== undefined);
const when = (condition: boolean, fault: string): string | undefined => (condition ? fault : undefined);
const unread = (what: string, path: string, name: string, { files }: Surroundings): string | undefined => {
  const why = path === '' ? undefined : files.openFault(path);
  return why === undefined ? undefined : `unable to read ${what} ${shownPath(path)} for ${name} due to ${why}`;
};

/** client-go tools/clientcmd/validation.go validateClusterInfo, line by line. */
const clusterRules: readonly Rule<Cluster>[] = [
  ({ server }, name) => [
    when(server === '', name === '' ? 'default cluster has no server defined' : `no server found for cluster ${quoted(name)}`),
  ],
  ({ proxyUrl }, name, { urls }) => {
    const why = proxyFault(proxyUrl, urls);
    return [why === undefined ? undefined : `invalid 'proxy-url' ${quoted(shownUrl(proxyUrl))} for cluster ${quoted(name)}: ${why}`];
  },
  ({ certificateAuthority, certificateAuthorityData }, name) => [
    when(
      certificateAuthority !== '' && certificateAuthorityData.length > 0,
      `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
    ),
  ],
  ({ certificateAuthority }, name, around) => [unread('certificate-authority', certificateAuthority, name, around)],
];
/** client-go tools/clientcmd/helpers.go parseProxyURL. */
const proxyFault = (proxyUrl: string, urls: UrlRules): string | undefined => {
  if (proxyUrl === '') return undefined;
  const address = parseUrl(proxyUrl, urls);
  if (!address.ok) return `could not parse: ${shownUrl(proxyUrl)}`;
  const { scheme } = address.url;
  return when(
    !['http', 'https', 'socks5'].includes(scheme),
    `unsupported scheme ${quoted(shownName(scheme))}, must be http, https, or socks5`,
  );
};
/** A cluster entry that says nothing is told apart: alone it is no configuration at all. */
export const emptyCluster = 'cluster has no server defined';
const isEmpty = (cluster: Cluster): boolean =>
  cluster.server === '' &&
  cluster.tlsServerName === '' &&
  !cluster.insecureSkipTlsVerify &&
  cluster.certificateAuthority === '' &&
  cluster.certificateAuthorityData.length === 0 &&
  cluster.proxyUrl === '' &&
  !cluster.disableCompression &&
  cluster.extensions.length === 0;
export const clusterFaults = (cluster: Cluster, name: string, around: Surroundings): readonly string[] =>
  isEmpty(cluster) ? [emptyCluster] : faults(clusterRules, cluster, shownName(name), around);

const hasCertificate = ({ clientCertificate, clientCertificateData }: User): boolean =>
  clientCertificate !== '' || clientCertificateData.length > 0;
/** client-go tools/clientcmd/validation.go validateAuthInfo, line by line. */
const userRules: readonly Rule<User>[] = [
  (user, name, around) => (hasCertificate(user) ? faults(certificateRules, user, name, around) : []),
  (user, name) => (user.exec === undefined ? [] : faultsOfExec(user, user.exec, name)),
  ({ token, username, password }, name) => [
    when(
      token !== '' && (username !== '' || password !== ''),
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
    ),
  ],
  (user, name) => [
    when(
      user.as === '' && (user.asUid !== '' || user.asGroups.length > 0 || user.asUserExtra.size > 0),
      `requesting uid, groups or user-extra for ${name} without impersonating a user`,
    ),
  ],
];
const certificateRules: readonly Rule<User>[] = [
  ({ clientCertificate, clientCertificateData }, name) => [
    when(
      clientCertificate !== '' && clientCertificateData.length > 0,
      `client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`,
    ),
  ],
  ({ clientKey, clientKeyData }, name) => [
    when(
      clientKey !== '' && clientKeyData.length > 0,
      `client-key-data and client-key are both specified for ${name}; client-key-data will override`,
    ),
    when(
      clientKey === '' && clientKeyData.length === 0,
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    ),
  ],
  ({ clientCertificate }, name, around) => [unread('client-cert', clientCertificate, name, around)],
  ({ clientKey }, name, around) => [unread('client-key', clientKey, name, around)],
];
const modes = ['Never', 'IfAvailable', 'Always'];
const faultsOfExec = ({ authProvider }: User, exec: Exec, name: string): readonly (string | undefined)[] => {
  const needed = (what: string): string => `${what} must be specified for ${name} to use exec authentication plugin`;
  return [
    when(authProvider !== undefined, `authProvider cannot be provided in combination with an exec plugin for ${name}`),
    when(exec.command === '', needed('command')),
    when(exec.apiVersion === '', needed('apiVersion')),
    ...exec.env.map(variable => when(variable.name === '', needed('env variable name'))),
    exec.interactiveMode === ''
      ? needed('interactiveMode')
      : when(!modes.includes(exec.interactiveMode), `invalid interactiveMode for ${name}: ${quoted(shownName(exec.interactiveMode))}`),
  ];
};
export const userFaults = (user: User, name: string, around: Surroundings): readonly string[] =>
  faults(userRules, user, shownName(name), around);
