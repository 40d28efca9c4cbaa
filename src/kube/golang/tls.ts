import { type PemBlock, readPem } from './pem.ts';
import { fits, parsePrivateKey } from './private-key.ts';
import { type Certificate, parseCertificate } from './x509.ts';

const isCertificate = ({ type, hasHeaders }: PemBlock): boolean => type === 'CERTIFICATE' && !hasHeaders;

/** The certificates that Go takes from a bundle: what it cannot read it passes over; crypto/x509 cert_pool.go AppendCertsFromPEM. */
export const certificatesOf = (pem: Uint8Array): readonly Certificate[] =>
  readPem(pem)
    .blocks.filter(isCertificate)
    .flatMap(({ bytes }) => {
      const certificate = parseCertificate(bytes);
      return certificate.ok ? [certificate.value] : [];
    });

/** What client-go says of a bundle in which Go finds no certificate; transport/transport.go createErrorParsingCAData. */
export const rootsFault = (pem: Uint8Array): string => {
  const { blocks, hasRest } = readPem(pem);
  for (const { bytes } of blocks.filter(isCertificate)) {
    const certificate = parseCertificate(bytes);
    if (!certificate.ok) return `failed to parse certificate: ${certificate.message}`;
  }
  return hasRest ? 'unable to parse bytes as PEM block' : 'no valid certificate authority data seen';
};

const isKeyType = (type: string): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
const listed = (blocks: readonly PemBlock[]): string => `[${blocks.map(({ type }) => type).join(' ')}]`;

/** What Go has against a client's certificate and key; crypto/tls tls.go X509KeyPair. `undefined` when they fit. */
export const pairFault = (certificatePem: Uint8Array, keyPem: Uint8Array): string | undefined => {
  const blocks = readPem(certificatePem).blocks;
  const leaf = blocks.find(({ type }) => type === 'CERTIFICATE');
  if (leaf === undefined) return noCertificate(blocks);
  const keyBlocks = readPem(keyPem).blocks;
  const keyBlock = keyBlocks.find(({ type }) => isKeyType(type));
  if (keyBlock === undefined) return noKey(keyBlocks);
  const certificate = parseCertificate(leaf.bytes);
  if (!certificate.ok) return certificate.message;
  const key = parsePrivateKey(keyBlock.bytes);
  if (key === undefined) return 'tls: failed to parse private key';
  if (key === 'unknown') return 'tls: found unknown private key type in PKCS#8 wrapping';
  const { publicKey } = certificate.value;
  if (publicKey === undefined || publicKey.type === 'x25519' || publicKey.type === 'dsa') return 'tls: unknown public key algorithm';
  if (key.type !== publicKey.type) return 'tls: private key type does not match public key type';
  return fits(key, publicKey) ? undefined : 'tls: private key does not match public key';
};
const noCertificate = (blocks: readonly PemBlock[]): string => {
  if (blocks.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (blocks.length === 1 && blocks[0]?.type.endsWith('PRIVATE KEY') === true)
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${listed(blocks)}`;
};
const noKey = (blocks: readonly PemBlock[]): string => {
  if (blocks.length === 0) return 'tls: failed to find any PEM data in key input';
  if (blocks.length === 1 && blocks[0]?.type === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${listed(blocks)}`;
};
