import {
  contextTag,
  type Der,
  derOf,
  isEmpty,
  isNextTag,
  read,
  readAny,
  readBitString,
  readBoolean,
  readElement,
  readInteger,
  readOid,
  readSequence,
  readTime,
  skipOptional,
  tags,
} from './der.ts';
import { type PublicKey, parsePublicKey } from './public-key.ts';
import { type CertificateExtension, checkExtensions } from './x509-extensions.ts';
import { needed, X509Fault } from './x509-fault.ts';
import { checkName } from './x509-name.ts';

/** What of a certificate is needed here; times in milliseconds since the epoch. */
export interface Certificate {
  readonly bytes: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  /** none when the algorithm is unknown to Go */
  readonly publicKey: PublicKey | undefined;
  readonly version: number;
  /** names and the key as they stand there: two are the same when their bytes are */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly keyInfo: Uint8Array;
  /** the OID of the algorithm that it is signed with */
  readonly signedWith: string;
  readonly extensions: readonly CertificateExtension[];
}
export type ParsedCertificate = { readonly ok: true; readonly value: Certificate } | { readonly ok: false; readonly message: string };

/** A certificate in DER as crypto/x509 ParseCertificate reads it, or its fault in Go's words. Never throws. */
export const parseCertificate = (bytes: Uint8Array): ParsedCertificate => {
  try {
    return { ok: true, value: certificateOf(bytes) };
  } catch (error) {
    if (error instanceof X509Fault) return { ok: false, message: error.message };
    throw error;
  }
};

const certificateOf = (bytes: Uint8Array): Certificate => {
  const outer = derOf(bytes);
  const input = needed(readSequence(outer), 'malformed certificate');
  const tbs = needed(readSequence(input), 'malformed tbs certificate');
  const version = readVersion(tbs);
  if (needed(readInteger(tbs), 'malformed serial number') < 0n) throw new X509Fault('negative serial number');
  const signedWith = readSignatureAlgorithm(tbs, input);
  const issuer = needed(readElement(tbs, tags.sequence), 'malformed issuer').content;
  checkName(issuer);
  const validity = needed(readSequence(tbs), 'malformed validity');
  const notBefore = readValidityTime(validity);
  const notAfter = readValidityTime(validity);
  const subject = needed(readElement(tbs, tags.sequence), 'malformed issuer').content;
  checkName(subject);
  const keyInfo = needed(read(tbs, tags.sequence), 'malformed spki');
  const publicKey = readPublicKey(derOf(keyInfo));
  if (version > 1) {
    if (!skipOptional(tbs, contextTag(1))) throw new X509Fault('malformed issuerUniqueID');
    if (!skipOptional(tbs, contextTag(2))) throw new X509Fault('malformed subjectUniqueID');
  }
  const extensions = version === 3 ? readExtensions(tbs) : [];
  checkExtensions(extensions);
  needed(readBitString(input), 'malformed signature');
  if (!isEmpty(outer)) throw new X509Fault('trailing data');
  return { bytes, notBefore, notAfter, publicKey, version, issuer, subject, keyInfo, signedWith, extensions };
};

const readVersion = (tbs: Der): number => {
  if (!isNextTag(tbs, contextTag(0, true))) return 1;
  const versionField = derOf(needed(read(tbs, contextTag(0, true)), 'malformed version'));
  const version = needed(readInteger(versionField, 8), 'malformed version');
  if (!isEmpty(versionField) || version < 0n) throw new X509Fault('malformed version');
  if (version > 2n) throw new X509Fault('invalid version');
  return Number(version) + 1;
};
const readSignatureAlgorithm = (tbs: Der, input: Der): string => {
  const inner = needed(read(tbs, tags.sequence), 'malformed signature algorithm identifier');
  const outer = needed(read(input, tags.sequence), 'malformed algorithm identifier');
  if (Buffer.compare(inner, outer) !== 0) throw new X509Fault("inner and outer signature algorithm identifiers don't match");
  return readAlgorithm(derOf(inner)).oid;
};
const readAlgorithm = (der: Der): { readonly oid: string; readonly parameters: Uint8Array } => {
  const oid = needed(readOid(der), 'malformed OID');
  return { oid, parameters: isEmpty(der) ? new Uint8Array() : needed(readAny(der), 'malformed parameters').whole };
};
const readValidityTime = (validity: Der): number => {
  if (isNextTag(validity, tags.utcTime)) return needed(readTime(validity, tags.utcTime), 'malformed UTCTime');
  if (isNextTag(validity, tags.generalizedTime)) return needed(readTime(validity, tags.generalizedTime), 'malformed GeneralizedTime');
  throw new X509Fault('unsupported time format');
};
const readPublicKey = (spki: Der): PublicKey | undefined => {
  const algorithm = readAlgorithm(needed(readSequence(spki), 'malformed public key algorithm identifier'));
  return parsePublicKey(algorithm.oid, algorithm.parameters, needed(readBitString(spki), 'malformed subjectPublicKey'));
};
const readExtensions = (tbs: Der): readonly CertificateExtension[] => {
  if (!isNextTag(tbs, contextTag(3, true))) return [];
  const list = needed(readSequence(derOf(needed(read(tbs, contextTag(3, true)), 'malformed extensions'))), 'malformed extensions');
  const extensions = new Map<string, CertificateExtension>();
  while (!isEmpty(list)) {
    const extension = readExtension(needed(readSequence(list), 'malformed extension'));
    if (extensions.has(extension.oid)) throw new X509Fault(`certificate contains duplicate extension with OID "${extension.oid}"`);
    extensions.set(extension.oid, extension);
  }
  return [...extensions.values()];
};
const readExtension = (der: Der): CertificateExtension => {
  const oid = needed(readOid(der), 'malformed extension OID field');
  const critical = isNextTag(der, tags.boolean) ? needed(readBoolean(der), 'malformed extension critical field') : false;
  return { oid, critical, value: needed(read(der, tags.octetString), 'malformed extension value field') };
};
