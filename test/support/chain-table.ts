import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const crypto = webcrypto;
const day = 86_400_000;
/** The moment at which the chains are judged. */
export const at = Math.floor(Date.now() / 1000) * 1000;

type Keys = webcrypto.CryptoKeyPair;
const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  p521: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  ed25519: { name: 'Ed25519' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  rsa1024: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  rsa1016: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1016, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  pss: { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256', saltLength: 32 },
} as const;
type Algorithm = keyof typeof algorithms;

export interface Made {
  readonly certificate: X509Certificate;
  readonly keys: Keys;
  readonly algorithm: Algorithm;
}
export interface Spec {
  readonly subject?: string;
  /** self-signed when absent */
  readonly by?: Made;
  readonly key?: Algorithm;
  /** of the signature, where it is not the key's own */
  readonly hash?: string;
  readonly extensions?: readonly Extension[];
  /** days from the moment of the judgement */
  readonly from?: number;
  readonly until?: number;
  /** another key than its issuer's signs it */
  readonly forged?: boolean;
  readonly keys?: Keys;
}
const keysOf = async (algorithm: Algorithm): Promise<Keys> =>
  (await crypto.subtle.generateKey(algorithms[algorithm] as never, true, ['sign', 'verify'])) as Keys;
export const make = async ({
  subject = 'CN=leaf',
  by,
  key = 'ec',
  hash,
  extensions = [],
  from = -100,
  until = 100,
  forged = false,
  keys,
}: Spec): Promise<Made> => {
  const own = keys ?? (await keysOf(key));
  const signer = by?.algorithm ?? key;
  const signingKey = (forged ? await keysOf(signer) : (by?.keys ?? own)).privateKey;
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: `01${randomBytes(7).toString('hex')}`,
      subject,
      issuer: by?.certificate.subject ?? subject,
      notBefore: new Date(at + from * day),
      notAfter: new Date(at + until * day),
      signingAlgorithm: { ...algorithms[signer], ...(hash === undefined ? {} : { hash }) } as never,
      publicKey: own.publicKey,
      signingKey,
      extensions: [...extensions],
    },
    crypto,
  );
  return { certificate, keys: own, algorithm: key };
};

export const ca = (pathLength?: number): Extension => new BasicConstraintsExtension(true, pathLength, true);
export const notCa = new BasicConstraintsExtension(false, undefined, true);
export const signs = new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true);
export const uses = (flags: number): Extension => new KeyUsagesExtension(flags, true);
export const usages = (...oids: readonly string[]): Extension => new ExtendedKeyUsageExtension([...oids], false);
export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';
export const anyUsage = '2.5.29.37.0';
export type Name = readonly [kind: 'dns' | 'ip' | 'email' | 'url', value: string];
export const names = (...all: readonly Name[]): Extension =>
  new SubjectAlternativeNameExtension(all.map(([type, value]) => ({ type, value })));
export const host = names(['dns', 'api.example.com']);
export const raw = (oid: string, hex: string, critical = false): Extension => new Extension(oid, critical, Buffer.from(hex, 'hex'));

const tlv = (tag: number, content: Uint8Array): Buffer => {
  const length = content.length < 128 ? Buffer.from([content.length]) : Buffer.from([0x82, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
};
/** A SAN of other kinds than the library makes: tag and bytes. */
export const oddNames = (critical: boolean, ...all: readonly (readonly [number, string])[]): Extension =>
  new Extension('2.5.29.17', critical, tlv(0x30, Buffer.concat(all.map(([tag, value]) => tlv(tag, Buffer.from(value, 'latin1'))))));
export const kinds = { email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86, ip: 0x87 } as const;
export type Tree = readonly [kind: keyof typeof kinds, value: string];
const subtrees = (tag: number, trees: readonly Tree[]): Buffer =>
  trees.length === 0
    ? Buffer.alloc(0)
    : tlv(
        tag,
        Buffer.concat(
          trees.map(([kind, value]) =>
            tlv(0x30, tlv(kinds[kind], Buffer.from(value, kind === 'ip' || kind === 'directory' ? 'hex' : 'latin1'))),
          ),
        ),
      );
export const constraints = (permitted: readonly Tree[], excluded: readonly Tree[] = [], critical = true): Extension =>
  new Extension('2.5.29.30', critical, tlv(0x30, Buffer.concat([subtrees(0xa0, permitted), subtrees(0xa1, excluded)])));
