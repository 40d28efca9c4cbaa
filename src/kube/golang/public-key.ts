import { curves, pointFault } from './curves.ts';
import { derOf, readInteger, readOid, readSequence, rightAligned, tags } from './der.ts';
import { needed, X509Fault } from './x509-fault.ts';

export type PublicKey =
  | { readonly type: 'rsa'; readonly modulus: bigint; readonly exponent: bigint }
  | { readonly type: 'ecdsa'; readonly curve: string; readonly point: Uint8Array }
  | { readonly type: 'ed25519'; readonly bytes: Uint8Array }
  | { readonly type: 'x25519' | 'dsa' };

export const keyOids = {
  rsa: '1.2.840.113549.1.1.1',
  ecdsa: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  x25519: '1.3.101.110',
  dsa: '1.2.840.10040.4.1',
} as const;

/** A public key as crypto/x509 parser.go parsePublicKey reads it; none for an algorithm that it does not know. */
export const parsePublicKey = (
  oid: string,
  parameters: Uint8Array,
  bits: { readonly bytes: Uint8Array; readonly unused: number },
): PublicKey | undefined => {
  const data = rightAligned(bits);
  switch (oid) {
    case keyOids.rsa:
      return rsaKey(parameters, data);
    case keyOids.ecdsa:
      return ecdsaKey(parameters, data);
    case keyOids.ed25519:
      if (parameters.length !== 0) throw new X509Fault('Ed25519 key encoded with illegal parameters');
      if (data.length !== 32) throw new X509Fault('wrong Ed25519 public key size');
      return { type: 'ed25519', bytes: data };
    case keyOids.x25519:
      if (parameters.length !== 0) throw new X509Fault('X25519 key encoded with illegal parameters');
      if (data.length !== 32) throw new X509Fault('crypto/ecdh: invalid public key', '');
      return { type: 'x25519' };
    case keyOids.dsa:
      return dsaKey(parameters, data);
    default:
      return undefined;
  }
};
const rsaKey = (parameters: Uint8Array, data: Uint8Array): PublicKey => {
  if (Buffer.compare(parameters, Buffer.from([tags.null, 0])) !== 0) throw new X509Fault('RSA key missing NULL parameters');
  const der = needed(readSequence(derOf(data)), 'invalid RSA public key');
  const modulus = needed(readInteger(der), 'invalid RSA modulus');
  const exponent = needed(readInteger(der, 8), 'invalid RSA public exponent');
  if (modulus <= 0n) throw new X509Fault('RSA modulus is not a positive number');
  if (exponent <= 0n) throw new X509Fault('RSA public exponent is not a positive number');
  return { type: 'rsa', modulus, exponent };
};
const ecdsaKey = (parameters: Uint8Array, data: Uint8Array): PublicKey => {
  const curve = curves[needed(readOid(derOf(parameters)), 'invalid ECDSA parameters')];
  if (curve === undefined) throw new X509Fault('unsupported elliptic curve');
  if (data[0] !== 4) throw new X509Fault('ecdsa: invalid uncompressed public key', '');
  const fault = pointFault(curve, data);
  if (fault !== undefined) throw new X509Fault(fault, '');
  return { type: 'ecdsa', curve: curve.name, point: data };
};
const dsaKey = (parameters: Uint8Array, data: Uint8Array): PublicKey => {
  const key = needed(readInteger(derOf(data)), 'invalid DSA public key');
  const der = needed(readSequence(derOf(parameters)), 'invalid DSA parameters');
  const values = [key, ...[0, 1, 2].map(() => needed(readInteger(der), 'invalid DSA parameters'))];
  if (values.some(value => value <= 0n)) throw new X509Fault('zero or negative DSA parameter');
  return { type: 'dsa' };
};
