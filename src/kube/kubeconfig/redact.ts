import { credential } from '../../base/credential.ts';
import { printable } from '../../base/errors.ts';
import { shownName, shownPath } from '../../base/shown.ts';
import { certificatesOf } from '../golang/tls.ts';
import { parseUrl } from '../golang/url.ts';
import { writeYaml } from '../yaml/write.ts';
import { load } from './load.ts';
import { shownUrl } from './url.ts';
import type { Cluster, Context, User } from './v1.ts';

const hidden = (secret: string | Uint8Array): string =>
  `REDACTED ${credential(typeof secret === 'string' ? secret : Buffer.from(secret).toString('utf8')).fingerprint}`;
const hiddenText = (): string => 'REDACTED';
const name = (text: string): string => printable(shownName(text));
/** Of what is no URL, any part may be a password. */
const address = (text: string): string => (parseUrl(text, { strictColons: false }).ok ? printable(shownUrl(text)) : hiddenText());
const path = (text: string): string => printable(shownPath(text));
/** A plugin is mostly named without its folder. */
const command = (text: string): string => (/^[\w.-]{1,40}$/.test(text) ? name(text) : path(text));
/** The certificates alone: a private key that stands beside them is none. */
const publicPart = (bytes: Uint8Array): string => {
  const certificates = certificatesOf(bytes);
  if (certificates.length === 0) return hiddenText();
  const pem = certificates.map(one => {
    const lines =
      Buffer.from(one.bytes)
        .toString('base64')
        .match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  });
  return Buffer.from(pem.join('')).toString('base64');
};
const field = <T extends { readonly length: number }>(
  key: string,
  value: T,
  show: (value: T) => string,
): Readonly<Record<string, string>> => (value.length === 0 ? {} : { [key]: show(value) });
const flag = (key: string, value: boolean): Readonly<Record<string, boolean>> => (value ? { [key]: true } : {});

const shownCluster = (cluster: Cluster) => ({
  ...field('server', cluster.server, address),
  ...field('tls-server-name', cluster.tlsServerName, name),
  ...flag('insecure-skip-tls-verify', cluster.insecureSkipTlsVerify),
  ...field('certificate-authority', cluster.certificateAuthority, path),
  ...field('certificate-authority-data', cluster.certificateAuthorityData, publicPart),
  ...field('proxy-url', cluster.proxyUrl, address),
  ...flag('disable-compression', cluster.disableCompression),
});
const shownUser = (user: User) => ({
  ...field('token', user.token, hidden),
  ...field('tokenFile', user.tokenFile, path),
  ...field('client-certificate', user.clientCertificate, path),
  ...field('client-certificate-data', user.clientCertificateData, publicPart),
  ...field('client-key', user.clientKey, path),
  ...field('client-key-data', user.clientKeyData, hidden),
  ...field('username', user.username, hiddenText),
  ...field('password', user.password, hiddenText),
  ...field('as', user.as, name),
  ...field('as-uid', user.asUid, name),
  ...(user.asGroups.length === 0 ? {} : { 'as-groups': user.asGroups.map(name) }),
  ...(user.asUserExtra.size === 0 ? {} : { 'as-user-extra': `REDACTED (${user.asUserExtra.size})` }),
  ...(user.exec === undefined
    ? {}
    : {
        exec: {
          command: command(user.exec.command),
          args: `REDACTED (${user.exec.args.length})`,
          env: `REDACTED (${user.exec.env.length})`,
        },
      }),
  ...(user.authProvider === undefined
    ? {}
    : { 'auth-provider': { name: name(user.authProvider.name), config: `REDACTED (${user.authProvider.config.size})` } }),
});
const shownContext = ({ cluster, user, namespace }: Context) => ({
  ...field('cluster', cluster, name),
  ...field('user', user, name),
  ...field('namespace', namespace, name),
});

/**
 * What a kubeconfig says, written anew from the fields that are known to be harmless: comments, foreign fields and whatever else stands in the
 * text are not in it. Credentials are their fingerprints, and what client-go cannot read is left out whole.
 */
export const redacted = (kubeconfig: string): string => {
  const config = load(Buffer.from(kubeconfig));
  if (!config.ok) return `# not a kubeconfig: ${kubeconfig.length} characters\n`;
  const { clusters, users, contexts, currentContext } = config.value;
  const list = <T>(entries: ReadonlyMap<string, T>, key: string, show: (entry: T) => object) =>
    [...entries].map(([own, entry]) => ({ name: name(own), [key]: show(entry) }));
  return writeYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: list(clusters, 'cluster', shownCluster),
    users: list(users, 'user', shownUser),
    contexts: list(contexts, 'context', shownContext),
    ...field('current-context', currentContext, name),
  });
};
