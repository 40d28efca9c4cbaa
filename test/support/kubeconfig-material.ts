import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityInfoAccessExtension,
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CertificatePolicyExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with its key in every form that one is kept in. */
export interface Pair {
  readonly certificate: string;
  readonly keys: readonly string[];
}
export interface Material {
  readonly pairs: readonly Pair[];
  /** PEM that is no certificate, and no key for TLS */
  readonly oddPem: readonly string[];
}

const crypto = webcrypto;
type Signing = NonNullable<Parameters<typeof X509CertificateGenerator.createSelfSigned>[0]['signingAlgorithm']>;
const algorithms = [
  { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  { name: 'Ed25519' },
];

export const makeMaterial = async (): Promise<Material> => ({
  pairs: await Promise.all(algorithms.map(makePair)),
  oddPem: [
    `-----BEGIN CERTIFICATE REQUEST-----\n${randomBytes(90).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`,
    generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n`,
    '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
    'no PEM at all\n',
  ],
});

const makePair = async (algorithm: (typeof algorithms)[number]): Promise<Pair> => {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: `0${randomBytes(8).toString('hex')}`,
      name: 'CN=ca é, O=K8ssandra, OU=*',
      notBefore: new Date('2026-01-01'),
      notAfter: new Date('2056-01-01'),
      signingAlgorithm: algorithm as Signing,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 1, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1', '1.2.3.4']),
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: 'kubernetes' },
          { type: 'ip', value: '10.0.0.1' },
          { type: 'email', value: 'a@example.com' },
          { type: 'url', value: 'spiffe://example.com/ns/x' },
        ]),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        new CRLDistributionPointsExtension(['http://example.com/crl']),
        new AuthorityInfoAccessExtension({ ocsp: ['http://example.com/ocsp'] }),
        new CertificatePolicyExtension(['1.2.3.4.5', '2.5.29.32.0']),
        // permitted DNS example.com, excluded 10.0.0.0/8, an address of example.com, a URI's host
        new Extension(
          '2.5.29.30',
          true,
          Buffer.from(
            '303da00f300d820b6578616d706c652e636f6da12a300a87080a000000ff000000300d810b6578616d706c652e636f6d300d860b6578616d706c652e636f6d',
            'hex',
          ),
        ),
        new Extension('2.5.29.36', false, Buffer.from('3006800100810100', 'hex')),
        new Extension('2.5.29.54', false, Buffer.from('020100', 'hex')),
      ],
    },
    crypto,
  );
  return { certificate: certificate.toString('pem'), keys: keyForms(await crypto.subtle.exportKey('pkcs8', keys.privateKey)) };
};
const keyForms = (pkcs8: ArrayBuffer): readonly string[] => {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const form = (type: 'pkcs8' | 'pkcs1' | 'sec1'): string =>
    key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }).toString();
  const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }).toString();
  const old = key.asymmetricKeyType === 'rsa' ? [form('pkcs1')] : key.asymmetricKeyType === 'ec' ? [form('sec1')] : [];
  return [form('pkcs8'), ...old, encrypted];
};
