import { usage } from '../../base/errors.ts';
import { present } from '../../base/fields.ts';
import { fileProblem, readCa } from '../../base/input-output.ts';
import { plainValue } from '../goyaml/value.ts';
import type { SelectedContext } from '../kubeconfig/select.ts';
import type { Cluster, Exec, User } from '../kubeconfig/v1.ts';
import { tlsOptionsOf } from './client-node.ts';
import { environmentProxy } from './environment-proxy.ts';
import { type ExecCluster, withCredential } from './exec-credential.ts';
import { runPlugin } from './exec-plugin.ts';
import type { Limits } from './limited.ts';
import { headerBytes } from './request.ts';
import { keyLines, passwordIn } from './secrets-of.ts';
import { systemRoots } from './system-trust.ts';
import type { Endpoint } from './tls.ts';
import { refuseUnusable } from './user-fault.ts';

/** How a user's own context is reached and who it is there, for as long as that holds. */
export interface Login {
  readonly endpoint: Endpoint;
  /** what authenticates a request */
  readonly headers: Readonly<Record<string, string>>;
  /** beside the headers: a client key, the password of a proxy */
  readonly secrets: readonly string[];
  /** milliseconds since the epoch; asked again, it may be another credential */
  readonly expires?: number;
  /** whether asking again can give another one */
  readonly renewable: boolean;
}

/** Reads files, runs the plugin and refreshes what the user entry names, as kubectl would. `silent`: without a terminal and a word. */
export const logIn = async (chosen: SelectedContext, limits: Limits, silent: boolean): Promise<Login> => {
  await refuseUnusable(chosen);
  const context = { ...chosen, cluster: await withCaData(chosen) };
  const { user, expires, renewable } = await currentUser(context, limits, silent);
  const { ca, cert, key, servername, rejectUnauthorized, headers } = await tlsOptionsOf({ ...context, user });
  const proxy = proxyOf(context);
  return {
    endpoint: {
      server: context.server,
      insecure: rejectUnauthorized === false,
      ...(ca === undefined ? { authorities: await systemRoots(context.machine) } : { caPem: ca }),
      ...(servername === undefined ? {} : { tlsServerName: servername }),
      ...proxy,
      ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert, key } }),
    },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerBytes(value)])),
    secrets: [...(key === undefined ? [] : keyLines(key)), ...(proxy.proxyUrl === undefined ? [] : passwordIn(proxy.proxyUrl))],
    ...(expires === undefined ? {} : { expires }),
    renewable,
  };
};
/** The same way for another credential: what is trusted and which proxy leads there, as facts without the user's own login. */
export const wayOf = async (selected: SelectedContext): Promise<Omit<Endpoint, 'clientCertificate' | 'authorities'>> => {
  const { certificateAuthorityData: ca, insecureSkipTlsVerify, tlsServerName } = await withCaData(selected);
  return {
    server: selected.server,
    insecure: insecureSkipTlsVerify,
    caPem: ca.length === 0 ? (await systemRoots(selected.machine)).join('\n') : Buffer.from(ca).toString('utf8'),
    ...(tlsServerName === '' ? {} : { tlsServerName }),
    ...proxyOf(selected),
  };
};
const proxyOf = ({ cluster, server, machine }: SelectedContext): Pick<Endpoint, 'proxyUrl' | 'proxyVariable'> => {
  if (cluster.proxyUrl !== '') return { proxyUrl: cluster.proxyUrl };
  const proxy = environmentProxy(new URL(server), machine.env);
  return proxy === undefined ? {} : { proxyUrl: proxy.url, proxyVariable: proxy.variable };
};

/** The cluster entry with the CA file that it names read, so that a bad path is one clear line. */
export const withCaData = async ({ name, cluster, machine }: SelectedContext): Promise<Cluster> => {
  if (cluster.certificateAuthority === '' || cluster.certificateAuthorityData.length > 0) return cluster;
  const pem = await readCa(machine, cluster.certificateAuthority, `context ${name}`);
  return { ...cluster, certificateAuthority: '', certificateAuthorityData: Buffer.from(pem) };
};

interface CurrentUser {
  /** an entry that names neither a file nor a plugin */
  readonly user: User;
  readonly expires?: number;
  readonly renewable: boolean;
}
/** A static credential comes before a plugin; client-go plugin/pkg/client/auth/exec/exec.go UpdateTransportConfig. */
const currentUser = async (selected: SelectedContext, limits: Limits, silent: boolean): Promise<CurrentUser> => {
  const own = { ...(await withCertificate(selected)), exec: undefined };
  const { exec } = selected.user;
  if (own.tokenFile !== '') return fromFile(selected, own);
  const isStatic = own.token !== '' || own.username !== '' || own.password !== '' || own.clientCertificateData.length > 0;
  if (isStatic || exec === undefined) return { user: own, renewable: false };
  const watched = selected.machine.stderrTty && !silent;
  const timeout = limits.pluginTimeout ?? (watched ? undefined : 60_000);
  const credential = await runPlugin(selected.name, exec, execCluster(selected, exec), selected.machine, {
    signal: limits.signal,
    deadline: limits.deadline,
    timeout,
    silent,
  });
  return {
    user: withCredential(own, credential),
    renewable: true,
    ...(credential.expires === undefined ? {} : { expires: credential.expires }),
  };
};
const withCertificate = async ({ user, userName, machine }: SelectedContext): Promise<User> => {
  const bytes = async (what: string, path: string, data: Uint8Array): Promise<Uint8Array> => {
    if (path === '' || data.length > 0) return data;
    try {
      return await machine.readBytes(path);
    } catch (error) {
      const problem = fileProblem(error);
      if (problem === undefined) throw error;
      throw usage(`unable to read ${what} ${path} for ${userName}: ${problem}`, 'correct the path in the kubeconfig');
    }
  };
  return {
    ...user,
    clientCertificate: '',
    clientCertificateData: await bytes('client-cert', user.clientCertificate, user.clientCertificateData),
    clientKey: '',
    clientKeyData: await bytes('client-key', user.clientKey, user.clientKeyData),
  };
};
/** A token file counts before a token, is read again each minute, and its blanks are no part of the token; transport/token_source.go. */
const fromFile = async ({ user, userName, machine }: SelectedContext, own: User): Promise<CurrentUser> => {
  const read = (token: string): CurrentUser => ({ user: { ...own, tokenFile: '', token }, expires: Date.now() + 60_000, renewable: true });
  const text = await machine.readFile(user.tokenFile).catch(error => {
    if (fileProblem(error) === undefined) throw error;
    return '';
  });
  const token = text.trim() || user.token;
  if (token !== '') return read(token);
  throw usage(`read empty token from file "${user.tokenFile}" for ${userName}`, 'have the file written again by what logs you in');
};
/** client-go rest/exec.go ConfigToExecCluster. */
const execCluster = ({ cluster }: SelectedContext, { provideClusterInfo }: Exec): ExecCluster | undefined => {
  if (!provideClusterInfo) return undefined;
  const own = cluster.extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec');
  return {
    server: cluster.server,
    ...present({
      'tls-server-name': cluster.tlsServerName || undefined,
      'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
      'certificate-authority-data': Buffer.from(cluster.certificateAuthorityData).toString('base64') || undefined,
      'proxy-url': cluster.proxyUrl || undefined,
      'disable-compression': cluster.disableCompression || undefined,
    }),
    config: own === undefined ? null : plainValue(own.extension),
  };
};
