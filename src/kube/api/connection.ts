import type { Agent } from 'node:https';
import { kubectl, sentence } from '../../base/advice.ts';
import { reveal } from '../../base/credential.ts';
import { printable, UserError, usage } from '../../base/errors.ts';
import { readCa } from '../../base/input-output.ts';
import type { StoredKubeconfig } from '../kubeconfig/stored.ts';
import type { SelectedContext } from '../kubeconfig/user.ts';
import { type Exchange, exchangeOver } from './exchange.ts';
import { impersonationHeaders } from './impersonation.ts';
import type { Limits } from './limited.ts';
import type { Answer, Request } from './request.ts';
import { dialable, type Endpoint, handshake, type TlsFacts } from './tls.ts';

export type { Limits } from './limited.ts';
export type { Answer, Request } from './request.ts';
export { pauseFor } from './retry.ts';
export { type Endpoint, shakeHands } from './tls.ts';
export { TransportError } from './transport-error.ts';

/** A way to one API server with one credential. Never shared between contexts. */
export interface Connection {
  readonly context: string;
  readonly server: string;
  readonly request: (request: Request) => Promise<Answer>;
  readonly close: () => void;
}
/** A connection with the USER's own context: client-node supplies exec and auth plugins, certificates, proxies. */
export const connectUser = async (selected: SelectedContext, limits: Limits): Promise<Connection> => {
  if (!URL.canParse(selected.server) || !/^https?:/.test(selected.server))
    throw usage(
      `context ${selected.name}: its server "${selected.server}" is not a URL`,
      'correct it in the kubeconfig, as in https://host:6443',
    );
  if (selected.server.startsWith('http:'))
    throw usage(
      `context ${selected.name}: its server ${selected.server} is plain http, so no credential is sent there`,
      'correct it in the kubeconfig, as in https://host:6443',
    );
  // Heavy, and useless to commands that talk to no cluster.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'cluster', cluster: await withCaData(selected) }],
      users: [{ name: 'user', user: withExecInfo(selected) }],
      contexts: [{ name: selected.name, context: { cluster: 'cluster', user: 'user' } }],
      'current-context': selected.name,
    }),
  );
  const impersonation: Record<string, string | string[]> = {
    ...(selected.as === undefined ? {} : { 'Impersonate-User': selected.as }),
    ...(selected.asGroup.length === 0 ? {} : { 'Impersonate-Group': [...selected.asGroup] }),
  };
  const url = new URL(selected.server);
  const exchangeNow = async (): Promise<Exchange> => {
    const options: Parameters<typeof config.applyToHTTPSOptions>[0] = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new UserError(
        `context ${selected.name}: its credentials could not be had: ${printable(firstLine(error))}`,
        sentence`run ${kubectl(selected.name, 'version')} to see the plugin's own message, and log in again`,
      );
    }
    const basic =
      options.auth === undefined || options.auth === null ? {} : { Authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` };
    const proxied = typeof selected.cluster['proxy-url'] === 'string';
    const { ca, cert, key, servername, rejectUnauthorized } = options as {
      ca?: Buffer;
      cert?: Buffer;
      key?: Buffer;
      servername?: string;
      rejectUnauthorized?: boolean;
    };
    const endpoint: Endpoint = {
      server: selected.server,
      insecure: rejectUnauthorized === false,
      ...(ca === undefined ? {} : { caPem: ca.toString() }),
      ...(servername === undefined ? {} : { tlsServerName: servername }),
      ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert: cert.toString(), key: key.toString() } }),
    };
    return exchangeOver({
      url,
      headers: { ...(options.headers as Record<string, string>), ...basic, ...impersonation },
      dial: async given => (await handshake(endpoint, given)).socket,
      secrets: key === undefined ? [] : keyLines(key.toString()),
      ...(proxied ? { agent: options.agent as Agent } : {}),
    });
  };
  let current = exchangeNow();
  const all = [current];
  await current;
  return {
    context: selected.name,
    server: selected.server,
    request: async request => {
      const used = current;
      const answer = await (await used).request(request, limits);
      if (answer.status !== 401) return answer;
      // A plugin's token may have run out during a long run: ask it once more, for all the requests that it has failed.
      if (current === used) {
        current = exchangeNow();
        all.push(current);
      }
      return (await current).request(request, limits);
    },
    // The spent ones too: others may have been waiting for an answer there.
    close: () => {
      for (const one of all)
        one.then(
          ({ close }) => close(),
          () => undefined,
        );
    },
  };
};
/** The cluster entry with the CA file that it names read, so that a bad path is one clear line. */
export const withCaData = async ({ name, cluster, machine }: SelectedContext): Promise<SelectedContext['cluster']> => {
  const path = cluster['certificate-authority'];
  if (typeof path !== 'string' || path === '' || cluster['certificate-authority-data'] !== undefined) return cluster;
  const pem = await readCa(machine, path, `context ${name}`);
  return { ...cluster, 'certificate-authority': undefined, 'certificate-authority-data': Buffer.from(pem).toString('base64') };
};
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';

/** kubectl tells an exec plugin what it is asked for; some plugins refuse to run without it. */
const withExecInfo = ({ user }: SelectedContext): unknown => {
  const { exec, tokenFile } = user;
  // client-go reads this field, and it wins over a token; client-node knows the same thing under another name.
  if (typeof tokenFile === 'string' && tokenFile !== '')
    return { ...user, token: undefined, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  if (typeof exec !== 'object' || exec === null) return user;
  const { apiVersion = 'client.authentication.k8s.io/v1', env = [] } = exec as { apiVersion?: string; env?: unknown[] };
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  return { ...user, exec: { ...exec, env: [...(Array.isArray(env) ? env : []), { name: 'KUBERNETES_EXEC_INFO', value: info }] } };
};

/** A connection with a STORED kubeconfig: verified first with no credential sent, no plugin run, no file opened. */
export const connectStored = async (
  context: string,
  stored: StoredKubeconfig,
  limits: Limits,
): Promise<Connection & { readonly tls: TlsFacts; readonly ms: number }> => {
  const { clientCertificatePem: cert, clientKey, token } = stored;
  const endpoint: Endpoint = {
    server: stored.server,
    insecure: stored.insecure,
    ...(stored.caPem === undefined ? {} : { caPem: stored.caPem }),
    ...(stored.tlsServerName === undefined ? {} : { tlsServerName: stored.tlsServerName }),
    ...(stored.proxyUrl === undefined ? {} : { proxyUrl: stored.proxyUrl }),
    ...(cert === undefined || clientKey === undefined || stored.insecure ? {} : { clientCertificate: { cert, key: reveal(clientKey) } }),
  };
  const first = await handshake(endpoint, limits);
  const exchange = exchangeOver(
    {
      url: dialable(stored.server),
      // A credential is never sent where the certificate was not verified.
      headers: stored.insecure
        ? {}
        : {
            ...(token === undefined ? {} : { Authorization: `Bearer ${headerBytes(reveal(token))}` }),
            ...impersonationHeaders(stored.impersonation),
          },
      secrets: [...(token === undefined ? [] : [reveal(token)]), ...(clientKey === undefined ? [] : keyLines(reveal(clientKey)))],
      dial: async given => (await handshake(endpoint, given)).socket,
    },
    first.socket,
  );
  return {
    context,
    server: stored.server,
    tls: first.facts,
    ms: first.ms,
    request: request => exchange.request(request, limits),
    close: exchange.close,
  };
};
/** A key as any line of it would show. */
const keyLines = (pem: string): readonly string[] =>
  pem
    .split('\n')
    .map(line => line.trim())
    .filter(line => line.length > 30 && !line.startsWith('-'));

/** Go sends a text as its UTF-8; Node takes each character for a byte. */
const headerBytes = (text: string): string => Buffer.from(text).toString('latin1');
