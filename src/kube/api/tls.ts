import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { shownUrl, undialledFrom } from '../kubeconfig/url.ts';
import { publicAuthorities } from './authorities.ts';
import { type Limits, limited } from './limited.ts';
import { type ProxyAddress, shownProxy, tunnel } from './proxy.ts';
import { TransportError } from './transport-error.ts';

export interface TlsFacts {
  readonly subject: string;
  readonly sans: readonly string[];
  /** milliseconds since the epoch */
  readonly notAfter: number;
}

/** Where and how to shake hands, without any credential. */
export interface Endpoint {
  readonly server: string;
  readonly caPem?: string;
  /** what is trusted without a CA of its own: the user's system, or without this what the operator's image may be taken to have */
  readonly authorities?: readonly string[];
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  /** the variable of the environment that names the proxy, where no kubeconfig does */
  readonly proxyVariable?: string;
  readonly insecure?: boolean;
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}

/** A server's URL, which every dial needs; Go takes some that lead nowhere, and some that Node takes for another host. */
export const dialable = (server: string): URL => {
  const undialled = undialledFrom(server);
  if (undialled === undefined) return new URL(server);
  throw new TransportError(undialled.certain ? 'dns' : 'this-machine', `${shownUrl(server)}: ${undialled.why}`);
};

/** TLS as Go does it: SANs only (no common name), a CA in the bundle may be an intermediate one. */
export const handshake = async (endpoint: Endpoint, limits: Limits): Promise<{ socket: TLSSocket; facts: TlsFacts; ms: number }> => {
  const { server, tlsServerName } = endpoint;
  const proxy = proxyOf(endpoint);
  const url = dialable(server);
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
  const shown = proxy === undefined ? url.host : `${url.host} through the proxy ${shownProxy(proxy)}`;
  const started = performance.now();
  return limited(shown, limits, (done, fail) => {
    let socket: Socket | undefined;
    const secure = (over: Socket | undefined): void => {
      // To ask for it once more would decode it once more.
      let served: PeerCertificate | undefined;
      // Whatever the socket is connected to, the name that counts is the server's own.
      const tls = secured(endpoint, tlsServerName ?? place.host, over === undefined ? place : { socket: over }, certificate => {
        served = certificate;
      });
      socket = tls;
      tls.once('error', fail);
      tls.once('close', () => fail(new TransportError('reset', `${shown}: the connection broke during the handshake`)));
      tls.once('secureConnect', () => {
        tls.removeAllListeners('close');
        tls.removeListener('error', fail);
        // Who uses it listens too; one that breaks while nobody does is found broken later.
        tls.on('error', () => undefined);
        done({ socket: tls, facts: factsOf(served ?? tls.getPeerCertificate()), ms: Math.round(performance.now() - started) });
      });
    };
    if (proxy === undefined) secure(undefined);
    else
      tunnel(proxy, place, { tls: trustOf(endpoint), serverName: tlsServerName }, over => {
        socket = over;
      })
        .then(secure)
        .catch(fail);
    return () => socket?.destroy();
  });
};
const proxyOf = ({ proxyUrl, proxyVariable }: Endpoint): ProxyAddress | undefined =>
  proxyUrl === undefined ? undefined : { url: proxyUrl, ...(proxyVariable === undefined ? {} : { variable: proxyVariable }) };
const trustOf = ({ caPem, authorities, insecure }: Endpoint) => ({
  ca: caPem ?? [...(authorities ?? publicAuthorities())],
  rejectUnauthorized: insecure !== true,
  allowPartialTrustChain: true,
  minVersion: 'TLSv1.2' as const,
});
const secured = (
  endpoint: Endpoint,
  name: string,
  over: { readonly host: string; readonly port: number } | { readonly socket: Socket },
  shown: (certificate: PeerCertificate) => void,
): TLSSocket =>
  tlsConnect({
    ...over,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...trustOf(endpoint),
    ...(endpoint.clientCertificate ?? {}),
    ALPNProtocols: ['h2', 'http/1.1'],
    checkServerIdentity: (_host, certificate) => {
      shown(certificate);
      return sanOnly(name, certificate);
    },
  });
const sanOnly = (name: string, certificate: PeerCertificate): Error | undefined => {
  if (certificate.subjectaltname === undefined) {
    return Object.assign(new Error(`it names nothing in its SANs, and ${name} is wanted`), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  }
  const mismatch = checkServerIdentity(name, certificate);
  return mismatch === undefined
    ? undefined
    : Object.assign(new Error(`it is for ${certificate.subjectaltname}, and ${name} is wanted`), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
};
const factsOf = (certificate: PeerCertificate): TlsFacts => ({
  subject: [certificate.subject?.CN].flat().join(', '),
  sans: certificate.subjectaltname?.split(', ') ?? [],
  notAfter: Date.parse(certificate.valid_to),
});

/** Proves that the CA fits what is served at the endpoint. Sends no credential. */
export const shakeHands = async (endpoint: Endpoint, limits: Limits): Promise<{ facts: TlsFacts; ms: number }> => {
  const { socket, facts, ms } = await handshake(endpoint, limits);
  socket.destroy();
  return { facts, ms };
};
