import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** A socket with TLS to a server of this name. Where OpenSSL is content with its certificate, `nameFault` may still break it off for its names. */
export const tlsSocket = (
  name: string,
  options: ConnectionOptions,
  nameFault: (socket: TLSSocket) => Error | undefined = () => undefined,
): TLSSocket => {
  const socket: TLSSocket = connect({
    ...options,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: () => nameFault(socket),
  });
  // To call checkServerIdentity Node reads all issuers into an object first, which nobody looks at, and never ends where two CAs have signed each other.
  return Object.assign(socket, { getPeerCertificate: () => ({}) });
};
