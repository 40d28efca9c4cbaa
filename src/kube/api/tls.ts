import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { causes } from '../../base/cause.ts';
import { list, number, object, type TypeOf, text } from '../../base/codec.ts';
import { shownUrl, undialledFrom } from '../kubeconfig/url.ts';
import { publicAuthorities } from './authorities.ts';
import { type Limits, limited } from './limited.ts';
import { type ProxyAddress, shownProxy, tunnel } from './proxy.ts';
import { chainOf, isStricter, judgeTrust, type TrustVerdict } from './server-trust.ts';
import { tlsSocket } from './tls-socket.ts';
import { TransportError } from './transport-error.ts';
import { type Roots, rootsIn, type TrustedBy, trustOf } from './trusted.ts';

/** What a server has shown of itself in its certificate. */
export const tlsFacts = object({
  subject: text,
  sans: list(text),
  /** milliseconds since the epoch */
  notAfter: number,
});
export type TlsFacts = TypeOf<typeof tlsFacts>;

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
  /** where several servers of one run may share their CA */
  readonly trustedBy?: TrustedBy;
}

/** A server's URL, which every dial needs; Go takes some that lead nowhere, and some that Node takes for another host. */
const dialable = (server: string): URL => {
  const addressFault = undialledFrom(server);
  if (addressFault === undefined) return new URL(server);
  throw new TransportError(addressFault.certain ? 'dns' : 'this-machine', `${shownUrl(server)}: ${addressFault.why}`);
};

interface Shaken {
  readonly url: URL;
  readonly socket: TLSSocket;
  readonly facts: TlsFacts;
  readonly ms: number;
}
/** TLS as Go does it, with its verdict on what the server shows. A client certificate is shown to nobody who is not trusted. */
export const handshake = async (endpoint: Endpoint, limits: Limits): Promise<Shaken> => {
  const { clientCertificate, ...unnamed } = endpoint;
  if (clientCertificate === undefined) return trusted(endpoint, false, limits);
  try {
    return await trusted(endpoint, true, limits);
  } catch (error) {
    if (!(error instanceof TransportError) || !isStricter(error)) throw error;
    // OpenSSL breaks off before anybody else is asked: whether Go would trust that server is asked without the certificate.
    (await trusted(unnamed, false, limits)).socket.destroy();
    return trusted(endpoint, false, limits);
  }
};
const trusted = async (endpoint: Endpoint, strict: boolean, limits: Limits): Promise<Shaken> => {
  const first = await shake(endpoint, strict, limits);
  if (first.judged.trusted !== 'through') return first;
  first.socket.destroy();
  const second = await shake({ ...endpoint, caPem: first.judged.caPem }, strict, limits);
  if (second.judged.trusted === true) return second;
  second.socket.destroy();
  throw new TransportError('unknown-ca', `${dialable(endpoint.server).host}: ${causes['unknown-ca'].one}`);
};
const shake = async (
  endpoint: Endpoint,
  strict: boolean,
  limits: Limits,
): Promise<Shaken & { readonly judged: Exclude<TrustVerdict, { readonly trusted: false }> }> => {
  const { server, tlsServerName } = endpoint;
  const proxy = proxyOf(endpoint);
  const url = dialable(server);
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
  // Whatever the socket is connected to, the name that counts is the server's own.
  const name = tlsServerName ?? place.host;
  const route = proxy === undefined ? url.host : `${url.host} through the proxy ${shownProxy(proxy)}`;
  const startTime = performance.now();
  return limited(route, limits, (done, fail) => {
    let socket: Socket | undefined;
    const secure = (over: Socket | undefined): void => {
      const tls = secured(endpoint, name, strict, over === undefined ? place : { socket: over });
      socket = tls;
      tls.once('error', fail);
      tls.once('close', () => fail(new TransportError('reset', `${route}: the connection broke during the handshake`)));
      tls.once('secureConnect', () => {
        tls.removeAllListeners('close');
        tls.removeListener('error', fail);
        // Who uses it listens too; one that breaks while nobody does is found broken later.
        tls.on('error', () => undefined);
        const chain = chainOf(tls);
        const facts = factsOf(chain[0]);
        const verdict: TrustVerdict =
          endpoint.insecure === true
            ? { trusted: true }
            : judgeTrust(tls, chain, { ...rootsOf(endpoint), name, host: route, now: Date.now() });
        if (verdict.trusted === false) return fail(verdict.fault);
        done({ url, socket: tls, facts, ms: Math.round(performance.now() - startTime), judged: verdict });
      });
    };
    if (proxy === undefined) secure(undefined);
    else
      tunnel(proxy, place, { tls: verification(endpoint), serverName: tlsServerName }, over => {
        socket = over;
      })
        .then(secure)
        .catch(fail);
    return () => socket?.destroy();
  });
};
const proxyOf = ({ proxyUrl, proxyVariable }: Endpoint): ProxyAddress | undefined =>
  proxyUrl === undefined ? undefined : { url: proxyUrl, ...(proxyVariable === undefined ? {} : { variable: proxyVariable }) };
const verification = ({ caPem, authorities, insecure }: Endpoint) => ({
  ...trustOf(caPem ?? authorities ?? publicAuthorities()),
  rejectUnauthorized: insecure !== true,
});
/** The CA of an endpoint as what is judged by; nothing where it has none of its own. */
const rootsOf = ({ caPem, trustedBy }: Endpoint): Partial<Roots> => (caPem === undefined ? {} : (trustedBy?.(caPem) ?? rootsIn(caPem)));
/** Servers of one CA share what OpenSSL is told of it, but for those that are shown a client certificate, which is part of it. */
const contextOf = (endpoint: Endpoint) => {
  const { caPem, clientCertificate, trustedBy } = endpoint;
  return caPem === undefined || clientCertificate !== undefined || trustedBy === undefined
    ? { ...verification(endpoint), ...(clientCertificate ?? {}) }
    : { secureContext: trustedBy(caPem).secureContext };
};
/** Without `strict` the handshake is finished with anybody, and nothing is sent before the certificate is judged. */
const secured = (
  endpoint: Endpoint,
  name: string,
  strict: boolean,
  over: { readonly host: string; readonly port: number } | { readonly socket: Socket },
): TLSSocket =>
  // The name is judged with the chain.
  tlsSocket(name, {
    ...over,
    ...contextOf(endpoint),
    rejectUnauthorized: strict && endpoint.insecure !== true,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
/** Node writes a subject as a line for each of its parts. */
const factsOf = (leaf: X509Certificate | undefined): TlsFacts => ({
  subject: (leaf?.subject ?? '')
    .split('\n')
    .flatMap(part => (part.startsWith('CN=') ? [part.slice(3)] : []))
    .join(', '),
  sans: leaf?.subjectAltName?.split(', ') ?? [],
  notAfter: Date.parse(leaf?.validTo ?? ''),
});

/** Proves that the CA fits what is served at the endpoint. Sends no credential. */
export const shakeHands = async (endpoint: Endpoint, limits: Limits): Promise<{ facts: TlsFacts; ms: number }> => {
  const { socket, facts, ms } = await handshake(endpoint, limits);
  socket.destroy();
  return { facts, ms };
};
/**
 * The same where no CA is known, with the one of the authorities that verifies the endpoint alone; undefined when none does. A server sends
 * the way to its root, mostly without the root itself, so it is looked for by halves: nine handshakes for some three hundred.
 */
export const authorityAlone = async (
  endpoint: Omit<Endpoint, 'caPem' | 'insecure'>,
  limits: Limits,
): Promise<{ readonly facts: TlsFacts; readonly authority: string | undefined }> => {
  const { facts } = await shakeHands(endpoint, limits);
  const { authorities = publicAuthorities(), ...way } = endpoint;
  const verified = async (some: readonly string[]): Promise<boolean> => {
    try {
      await shakeHands({ ...way, caPem: some.join('\n') }, limits);
      return true;
    } catch (error) {
      if (error instanceof TransportError) return false;
      throw error;
    }
  };
  let left = authorities;
  while (left.length > 1) {
    const half = left.slice(0, Math.ceil(left.length / 2));
    left = (await verified(half)) ? half : left.slice(half.length);
  }
  return { facts, authority: (await verified(left)) ? left[0] : undefined };
};
