import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const crypto = webcrypto;
const day = 86_400_000;
const year = 365 * day;

export interface Authority {
  readonly pem: string;
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}
/** A certificate authority, good for a year, or for these days; of its own, or one more certificate of another. */
export const makeAuthority = async (name = 'test-ca', of?: Authority, days = 365): Promise<Authority> => {
  const keys = of?.keys ?? ((await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: randomBytes(8).toString('hex'),
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - 3_600_000),
      notAfter: new Date(Date.now() + days * day),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    crypto,
  );
  return { pem: certificate.toString('pem'), certificate, keys };
};
/** A serving certificate for 127.0.0.1 and localhost, unless told otherwise. */
export const issue = async (
  { certificate, keys }: Authority,
  {
    noSan = false,
    expired = false,
    dnsNames = ['localhost'],
    ips = ['127.0.0.1'],
  }: { noSan?: boolean; expired?: boolean; dnsNames?: readonly string[]; ips?: readonly string[] } = {},
): Promise<{ cert: string; key: string }> => {
  const own = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const names = [...dnsNames.map(value => ({ type: 'dns' as const, value })), ...ips.map(value => ({ type: 'ip' as const, value }))];
  const leaf = await X509CertificateGenerator.create(
    {
      serialNumber: randomBytes(8).toString('hex'),
      subject: 'CN=127.0.0.1',
      issuer: certificate.subject,
      notBefore: new Date(Date.now() - 2 * year),
      notAfter: new Date(Date.now() + (expired ? -86_400_000 : year / 2)),
      signingAlgorithm: algorithm,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: noSan ? [] : [new SubjectAlternativeNameExtension(names)],
    },
    crypto,
  );
  return { cert: leaf.toString('pem'), key: PemConverter.encode(await crypto.subtle.exportKey('pkcs8', own.privateKey), 'PRIVATE KEY') };
};
