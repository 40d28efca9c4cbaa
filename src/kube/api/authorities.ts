import { getCACertificates } from 'node:tls';

/** Where no CA is given. Node's default is these and what NODE_EXTRA_CA_CERTS adds, and no variable may widen the trust in a server. */
export const publicAuthorities = (): string[] => getCACertificates('bundled');
