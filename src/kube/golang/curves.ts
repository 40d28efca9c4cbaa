import { integerOf } from './der.ts';

/** The curves of crypto/elliptic, y² = x³ - 3x + b over the field of a prime. */
export interface Curve {
  readonly name: string;
  /** as Node's crypto calls it */
  readonly nodeName: string;
  /** the bytes of a coordinate */
  readonly size: number;
  readonly prime: bigint;
  readonly b: bigint;
}

const p224: Curve = {
  name: 'P224',
  nodeName: 'secp224r1',
  size: 28,
  prime: 2n ** 224n - 2n ** 96n + 1n,
  b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
};
const p256: Curve = {
  name: 'P256',
  nodeName: 'prime256v1',
  size: 32,
  prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
};
const p384: Curve = {
  name: 'P384',
  nodeName: 'secp384r1',
  size: 48,
  prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
};
const p521: Curve = {
  name: 'P521',
  nodeName: 'secp521r1',
  size: 66,
  prime: 2n ** 521n - 1n,
  b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
};
/** By the object identifier that names the curve in a key. */
export const curves: Readonly<Record<string, Curve>> = {
  '1.3.132.0.33': p224,
  '1.2.840.10045.3.1.7': p256,
  '1.3.132.0.34': p384,
  '1.3.132.0.35': p521,
};

/** What Go has against an uncompressed point; crypto/internal/fips140/nistec SetBytes. */
export const pointFault = ({ name, size, prime, b }: Curve, point: Uint8Array): string | undefined => {
  if (point.length !== 1 + 2 * size) return `invalid ${name} point encoding`;
  const [x, y] = [unsigned(point.subarray(1, 1 + size)), unsigned(point.subarray(1 + size))];
  if (x >= prime || y >= prime) return `invalid ${name}Element encoding`;
  return (y * y - (x * x * x - 3n * x + b)) % prime === 0n ? undefined : `${name} point not on curve`;
};
const unsigned = (bytes: Uint8Array): bigint => integerOf(Buffer.concat([Buffer.from([0]), bytes]));
