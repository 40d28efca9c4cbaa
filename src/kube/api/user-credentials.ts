import { usage } from '../../base/errors.ts';
import { fileProblem, readCa } from '../../base/input-output.ts';
import { authProvider, execPlugin } from '../kubeconfig/exec-entry.ts';
import type { SelectedContext } from '../kubeconfig/select.ts';
import { type Entry, record } from '../kubeconfig/user.ts';
import { tlsOptionsOf } from './client-node.ts';
import { environmentProxy } from './environment-proxy.ts';
import { type ExecCluster, entryOf } from './exec-credential.ts';
import { runPlugin } from './exec-plugin.ts';
import type { Limits } from './limited.ts';
import { headerBytes } from './request.ts';
import { keyLines, passwordIn } from './secrets-of.ts';
import { systemRoots } from './system-trust.ts';
import type { Endpoint } from './tls.ts';

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
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads files, runs the plugin and refreshes what the user entry names, as kubectl would. `silent`: without a terminal and a word. */
export const logIn = async (selected: SelectedContext, limits: Limits, silent: boolean): Promise<Login> => {
  const cluster = await withCaData(selected);
  const { user, expires, renewable } = await currentUser({ ...selected, cluster }, limits, silent);
  const { ca, cert, key, servername, rejectUnauthorized, headers } = await tlsOptionsOf(selected, cluster, user);
  const ownProxy = text(cluster['proxy-url']);
  const environment = ownProxy === '' ? environmentProxy(new URL(selected.server), selected.machine.env) : undefined;
  const proxyUrl = ownProxy || environment?.url;
  return {
    endpoint: {
      server: selected.server,
      insecure: rejectUnauthorized === false,
      ...(ca === undefined ? { authorities: systemRoots(selected.machine.env) } : { caPem: ca }),
      ...(servername === undefined ? {} : { tlsServerName: servername }),
      ...(proxyUrl === undefined ? {} : { proxyUrl }),
      ...(environment === undefined ? {} : { proxyVariable: environment.variable }),
      ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert, key } }),
    },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerBytes(value)])),
    secrets: [...(key === undefined ? [] : keyLines(key)), ...(proxyUrl === undefined ? [] : passwordIn(proxyUrl))],
    ...(expires === undefined ? {} : { expires }),
    renewable,
  };
};
/** The cluster entry with the CA file that it names read, so that a bad path is one clear line. */
export const withCaData = async ({ name, cluster, machine }: SelectedContext): Promise<Entry> => {
  const path = text(cluster['certificate-authority']);
  if (path === '' || text(cluster['certificate-authority-data']) !== '') return cluster;
  const pem = await readCa(machine, path, `context ${name}`);
  return { ...cluster, 'certificate-authority': undefined, 'certificate-authority-data': Buffer.from(pem).toString('base64') };
};

interface CurrentUser {
  /** an entry that names neither a file nor a plugin */
  readonly user: Entry;
  readonly expires?: number;
  readonly renewable: boolean;
}
/** A static credential comes before a plugin; client-go plugin/pkg/client/auth/exec/exec.go UpdateTransportConfig. */
const currentUser = async (selected: SelectedContext, limits: Limits, silent: boolean): Promise<CurrentUser> => {
  const { user, userName } = selected;
  const provider = authProvider(userName, user);
  const exec = user['exec'];
  if (exec !== undefined && exec !== null && provider !== undefined)
    throw usage(
      `authProvider cannot be provided in combination with an exec plugin for ${userName}`,
      'leave one of them in the kubeconfig',
    );
  const plugin = exec === undefined || exec === null ? undefined : execPlugin(userName, record(exec));
  const basic = text(user['username']) !== '' || text(user['password']) !== '';
  const inline = text(user['token']);
  if (inline !== '' && basic)
    throw usage(
      `more than one authentication method found for ${userName}; found [token basicAuth], only one is allowed`,
      'leave one of them in the kubeconfig',
    );
  const own = await withCertificate(selected);
  if (text(user['tokenFile']) !== '') return fromFile(selected, own);
  const isStatic = inline !== '' || basic || text(own['client-certificate-data']) !== '';
  if (isStatic || plugin === undefined) return { user: { ...own, exec: undefined }, renewable: provider !== undefined };
  const watched = selected.machine.stderrTty && !silent;
  const timeout = limits.pluginTimeout ?? (watched ? undefined : 60_000);
  const { expires, ...given } = await runPlugin(selected.name, plugin, execCluster(selected), selected.machine, {
    signal: limits.signal,
    timeout,
    silent,
  });
  return { user: { ...own, exec: undefined, ...entryOf(given) }, renewable: true, ...(expires === undefined ? {} : { expires }) };
};
const withCertificate = async ({ user, userName, machine }: SelectedContext): Promise<Entry> => {
  const files = await Promise.all(
    (['client-certificate', 'client-key'] as const).map(async field => {
      const path = text(user[field]);
      if (path === '' || text(user[`${field}-data`]) !== '') return {};
      try {
        return { [field]: undefined, [`${field}-data`]: Buffer.from(await machine.readFile(path)).toString('base64') };
      } catch (error) {
        const problem = fileProblem(error);
        if (problem === undefined) throw error;
        throw usage(`unable to read ${field} ${path} for ${userName}: ${problem}`, 'correct the path in the kubeconfig');
      }
    }),
  );
  return Object.assign({}, user, ...files);
};
/** A token file counts before a token, is read again each minute, and its blanks are no part of the token; transport/token_source.go. */
const fromFile = async ({ user, userName, machine }: SelectedContext, own: Entry): Promise<CurrentUser> => {
  const path = text(user['tokenFile']);
  const read = (token: string): CurrentUser => ({
    user: { ...own, exec: undefined, tokenFile: undefined, token },
    expires: Date.now() + 60_000,
    renewable: true,
  });
  try {
    const token = (await machine.readFile(path)).trim();
    if (token !== '') return read(token);
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    if (text(user['token']) === '')
      throw usage(`unable to read tokenFile ${path} for ${userName}: ${problem}`, 'correct the path in the kubeconfig');
  }
  if (text(user['token']) !== '') return read(text(user['token']));
  throw usage(`read empty token from file "${path}" for ${userName}`, 'have the file written again by what logs you in');
};
/** client-go rest/exec.go ConfigToExecCluster. */
const execCluster = ({ server, cluster }: SelectedContext): ExecCluster => {
  const extensions: unknown = cluster['extensions'];
  const own = (Array.isArray(extensions) ? extensions : []).map(record).find(({ name }) => name === 'client.authentication.k8s.io/exec');
  const field = (name: string): Readonly<Record<string, string>> => (text(cluster[name]) === '' ? {} : { [name]: text(cluster[name]) });
  return {
    server,
    ...field('tls-server-name'),
    ...(cluster['insecure-skip-tls-verify'] === true ? { 'insecure-skip-tls-verify': true } : {}),
    ...field('certificate-authority-data'),
    ...field('proxy-url'),
    ...(cluster['disable-compression'] === true ? { 'disable-compression': true } : {}),
    config: own?.['extension'] ?? null,
  };
};
