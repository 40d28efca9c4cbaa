import { reveal } from '../../base/credential.ts';
import { looksSecret } from '../../base/shown.ts';
import type { StoredKubeconfig } from '../kubeconfig/stored.ts';
import { accounted } from './account.ts';
import { exchangeOver } from './exchange.ts';
import { impersonated, impersonationHeaders } from './impersonation.ts';
import type { Limits } from './limited.ts';
import { type Connection, headerBytes } from './request.ts';
import { keyLines, passwordIn } from './secrets-of.ts';
import { type Endpoint, handshake, type TlsFacts } from './tls.ts';
import type { TrustedBy } from './trusted.ts';

export type { Limits, Written } from './limited.ts';
export { type Answer, type Connection, type Request, toTheEnd, within } from './request.ts';
export { pauseFor } from './retry.ts';
export { authorityAlone, type Endpoint, shakeHands } from './tls.ts';
export { TransportError } from './transport-error.ts';
export { type TrustedBy, trustedOnce } from './trusted.ts';
export { connectUser } from './user-connection.ts';
export { wayOf, withCaData } from './user-credentials.ts';

/** A connection with a STORED kubeconfig: verified first with no credential sent, no plugin run, no file opened. */
export const connectStored = async (
  context: string,
  stored: StoredKubeconfig,
  limits: Limits,
  trustedBy?: TrustedBy,
): Promise<Connection & { readonly tls: TlsFacts; readonly ms: number }> => {
  const { clientCertificatePem: cert, clientKey, token } = stored;
  const endpoint: Endpoint = {
    server: stored.server,
    insecure: stored.insecure,
    ...(trustedBy === undefined ? {} : { trustedBy }),
    ...(stored.caPem === undefined ? {} : { caPem: stored.caPem }),
    ...(stored.tlsServerName === undefined ? {} : { tlsServerName: stored.tlsServerName }),
    ...(stored.proxyUrl === undefined ? {} : { proxyUrl: stored.proxyUrl }),
    ...(cert === undefined || clientKey === undefined || stored.insecure ? {} : { clientCertificate: { cert, key: reveal(clientKey) } }),
  };
  const first = await handshake(endpoint, limits);
  const exchange = exchangeOver(
    {
      url: first.url,
      // A credential is never sent where the certificate was not verified.
      headers: stored.insecure
        ? {}
        : {
            ...(token === undefined ? {} : { Authorization: `Bearer ${headerBytes(reveal(token))}` }),
            ...impersonationHeaders(stored.impersonation),
          },
      secrets: [
        ...(token === undefined ? [] : [reveal(token)]),
        ...(clientKey === undefined ? [] : keyLines(reveal(clientKey))),
        ...[stored.server, stored.proxyUrl ?? ''].flatMap(passwordIn),
        // A token that stands where a name belongs is one all the same, and a server quotes names.
        ...impersonated(stored.impersonation).filter(looksSecret),
      ],
      dial: async given => (await handshake(endpoint, given)).socket,
    },
    first.socket,
  );
  return {
    context,
    server: stored.server,
    tls: first.facts,
    ms: first.ms,
    request: accounted(context, limits, request => exchange.request(request, limits)),
    close: exchange.close,
  };
};
