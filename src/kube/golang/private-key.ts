import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import {
  type Asn1,
  integer,
  isAtEnd,
  objectIdentifier,
  octets,
  optionalAny,
  optionalInteger,
  optionalList,
  optionalObjectIdentifier,
  sequence,
  skipBitString,
  smallInteger,
  unmarshal,
} from './asn1.ts';
import { curves } from './curves.ts';
import { keyOids, type PublicKey } from './public-key.ts';

/** The public half of a private key in DER; `unknown` for a kind that TLS has no use for, none when it cannot be read. */
export type PrivateKey = Extract<PublicKey, { type: 'rsa' | 'ecdsa' | 'ed25519' }> | 'unknown' | undefined;

/** Tries PKCS #1, PKCS #8 and SEC 1 one after the other. Source: crypto/tls tls.go parsePrivateKey. */
export const parsePrivateKey = (bytes: Uint8Array): PrivateKey => rsaKey(bytes) ?? wrappedKey(bytes) ?? ecKey(bytes, undefined);

/** Larger keys take Go's time as ours, and no server takes them. */
const mostBits = 16_384;
interface Rsa {
  readonly version: bigint;
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  /** two of them, but for keys that nobody makes any more */
  readonly primes: readonly bigint[];
  /** d mod p-1, d mod q-1 and 1/q mod p, as far as they are given */
  readonly crt: readonly (bigint | undefined)[];
}
/** crypto/x509 pkcs1.go ParsePKCS1PrivateKey: nothing may stand behind the key, and its numbers have to fit. */
const rsaKey = (bytes: Uint8Array): PrivateKey => {
  const key = unmarshal(bytes, asn1 => {
    const key = readRsa(sequence(asn1));
    return isAtEnd(asn1) ? key : undefined;
  });
  if (key === undefined || key.version > 1n || key.n.toString(16).length * 4 > mostBits) return undefined;
  if ([key.n, key.d, ...key.primes, ...key.crt].some(value => value !== undefined && value <= 0n)) return undefined;
  const isRight = key.primes.length === 2 ? isConsistent(key) : isLegacy(key);
  return isPublic(key) && isRight ? { type: 'rsa', modulus: key.n, exponent: key.e } : undefined;
};
const readRsa = (asn1: Asn1): Rsa => {
  const [version, n, e, d] = [smallInteger(asn1), integer(asn1), smallInteger(asn1), integer(asn1)];
  const primes = [integer(asn1), integer(asn1)];
  const crt = [optionalInteger(asn1), optionalInteger(asn1), optionalInteger(asn1)];
  const others = optionalList(asn1, other => {
    const prime = integer(other);
    integer(other);
    integer(other);
    return prime;
  });
  return { version, n, e, d, primes: [...primes, ...others], crt };
};
/** crypto/internal/fips140/rsa rsa.go checkPublicKey, and that d is below n. */
const isPublic = ({ n, e, d }: Rsa): boolean => n % 2n === 1n && e >= 2n && e % 2n === 1n && e < 2n ** 31n && d < n;
/** crypto/internal/fips140/rsa rsa.go checkPrivateKey. */
const isConsistent = ({ n, e, d, primes: [p = 0n, q = 0n], crt: [dp, dq, qInverse] }: Rsa): boolean => {
  if (p < 2n || q < 2n || p >= n || q >= n || (p * q) % n !== 0n) return false;
  const [ofP, ofQ] = [d % (p - 1n), d % (q - 1n)];
  if (dp !== undefined && dq !== undefined && qInverse !== undefined) {
    if (dp !== ofP || dq !== ofQ || qInverse >= p || (q * qInverse) % p !== 1n) return false;
  } else if (p % 2n === 0n) return false;
  if ((e * ofP) % (p - 1n) !== 1n || (e * ofQ) % (q - 1n) !== 1n) return false;
  const half = Math.floor(bitLength(n) / 2);
  return bitLength(p > q ? p - q : q - p) > half - 100 && bitLength(d) > half;
};
/** crypto/rsa rsa.go precomputeLegacy: the primes share no factor. */
const isLegacy = ({ primes }: Rsa): boolean =>
  primes.every(prime => prime > 1n) && primes.every((prime, index) => primes.slice(0, index).every(other => gcd(prime, other) === 1n));
const gcd = (one: bigint, other: bigint): bigint => {
  let [a, b] = [one, other];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
};
const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

/** crypto/x509 pkcs8.go ParsePKCS8PrivateKey. */
const wrappedKey = (bytes: Uint8Array): PrivateKey => {
  const keyInfo = unmarshal(bytes, outer => {
    const asn1 = sequence(outer);
    smallInteger(asn1);
    const algorithm = sequence(asn1);
    return { oid: objectIdentifier(algorithm), parameters: optionalAny(algorithm), key: octets(asn1) };
  });
  switch (keyInfo?.oid) {
    case keyOids.rsa:
      return rsaKey(keyInfo.key);
    case keyOids.ecdsa:
      return ecKey(keyInfo.key, unmarshal(keyInfo.parameters, objectIdentifier));
    case keyOids.ed25519:
    case keyOids.x25519: {
      const seed = keyInfo.parameters.length === 0 ? unmarshal(keyInfo.key, octets) : undefined;
      if (seed?.length !== 32) return undefined;
      return keyInfo.oid === keyOids.x25519 ? 'unknown' : { type: 'ed25519', bytes: ed25519Public(seed) };
    }
    default:
      return undefined;
  }
};
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const ed25519Public = (seed: Uint8Array): Uint8Array => {
  const key = createPrivateKey({ key: Buffer.concat([ed25519Prefix, seed]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
};

/** crypto/x509 sec1.go parseECPrivateKey; the curve may be named around the key. */
const ecKey = (bytes: Uint8Array, curveOid: string | undefined): PrivateKey => {
  const key = unmarshal(bytes, outer => {
    const asn1 = sequence(outer);
    const [version, scalar, curve] = [smallInteger(asn1), octets(asn1), optionalObjectIdentifier(asn1, 0)];
    skipBitString(asn1, 1);
    return { version, scalar, curve };
  });
  const curve = curves[curveOid ?? key?.curve ?? ''];
  if (key?.version !== 1n || curve === undefined) return undefined;
  const excess = key.scalar.length - curve.size;
  if (excess > 0 && key.scalar.subarray(0, excess).some(byte => byte !== 0)) return undefined;
  const paddedScalar = excess > 0 ? key.scalar.subarray(excess) : Buffer.concat([Buffer.alloc(-excess), key.scalar]);
  try {
    const ecdh = createECDH(curve.nodeName);
    ecdh.setPrivateKey(paddedScalar);
    return { type: 'ecdsa', curve: curve.name, point: ecdh.getPublicKey() };
  } catch {
    // Zero, or not below the order of the curve.
    return undefined;
  }
};

/** Whether a private key is the other half of a public one. */
export const fits = (key: Exclude<PrivateKey, 'unknown' | undefined>, of: PublicKey): boolean => {
  if (key.type === 'rsa') return of.type === 'rsa' && key.modulus === of.modulus && key.exponent === of.exponent;
  if (key.type === 'ecdsa') return of.type === 'ecdsa' && key.curve === of.curve && Buffer.compare(key.point, of.point) === 0;
  return of.type === 'ed25519' && Buffer.compare(key.bytes, of.bytes) === 0;
};
