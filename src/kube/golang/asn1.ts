import { type Der, derOf, integerOf, readOid, tags } from './der.ts';

/** Ends the reading of a structure. Never seen outside: what cannot be read is `undefined` there. */
class Asn1Fault extends Error {}

/** encoding/asn1, which reads private keys and is laxer than cryptobyte: what is optional and does not fit is passed over. */
export interface Asn1 {
  readonly bytes: Uint8Array;
  at: number;
}
interface Header {
  readonly identifier: number;
  readonly length: number;
  /** where the content begins */
  readonly at: number;
}

export const unmarshal = <T>(bytes: Uint8Array, read: (asn1: Asn1) => T): T | undefined => {
  try {
    return read({ bytes, at: 0 });
  } catch (error) {
    if (error instanceof Asn1Fault) return undefined;
    throw error;
  }
};
export const isAtEnd = ({ bytes, at }: Asn1): boolean => at === bytes.length;

/** asn1.go parseTagAndLength; a tag above 30 fits no field. */
const headerAt = (bytes: Uint8Array, from: number): Header => {
  let at = from;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new Asn1Fault();
    return byte;
  };
  const identifier = next();
  if ((identifier & 0x1f) === 0x1f) skipLongTag(next);
  const first = next();
  if (first < 0x80) return { identifier, length: first, at };
  let length = 0;
  for (let left = first & 0x7f; left > 0; left--) {
    if (length >= 2 ** 23) throw new Asn1Fault();
    length = length * 256 + next();
    if (length === 0) throw new Asn1Fault();
  }
  if (length < 0x80) throw new Asn1Fault();
  return { identifier, length, at };
};
const skipLongTag = (next: () => number): void => {
  let tag = 0;
  for (let count = 0; count < 5; count++) {
    const byte = next();
    if (count === 0 && byte === 0x80) throw new Asn1Fault();
    tag = tag * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (tag < 0x1f || tag >= 2 ** 31) throw new Asn1Fault();
    return;
  }
  throw new Asn1Fault();
};

/** The content of a field with a tag; asn1.go parseField. */
const field = (asn1: Asn1, tag: number, explicit?: number): Uint8Array | undefined => {
  const { bytes, at } = asn1;
  if (at === bytes.length) return undefined;
  let header = headerAt(bytes, at);
  if (explicit !== undefined) {
    if (header.at === bytes.length) throw new Asn1Fault();
    const isIt = header.identifier === (0xa0 | explicit) || (header.identifier === (0x80 | explicit) && header.length === 0);
    if (!isIt) return undefined;
    if (header.length === 0) throw new Asn1Fault();
    header = headerAt(bytes, header.at);
  }
  if (header.identifier !== tag) return undefined;
  return contentOf(asn1, header);
};
const contentOf = (asn1: Asn1, header: Header): Uint8Array => {
  const end = header.at + header.length;
  if (end > asn1.bytes.length) throw new Asn1Fault();
  asn1.at = end;
  return asn1.bytes.subarray(header.at, end);
};
const required = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Asn1Fault();
  return value;
};

export const sequence = (asn1: Asn1): Asn1 => ({ bytes: required(field(asn1, tags.sequence)), at: 0 });
export const octets = (asn1: Asn1): Uint8Array => required(field(asn1, tags.octetString));
export const optionalInteger = (asn1: Asn1): bigint | undefined => {
  const content = field(asn1, tags.integer);
  if (content === undefined) return undefined;
  const [first, second = 0] = content;
  const isPadded = content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw new Asn1Fault();
  return integerOf(content);
};
export const integer = (asn1: Asn1): bigint => required(optionalInteger(asn1));
/** A number that fits an int64. */
export const smallInteger = (asn1: Asn1): bigint => {
  const value = integer(asn1);
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw new Asn1Fault();
  return value;
};
export const objectIdentifier = (asn1: Asn1): string => required(oidOf(required(field(asn1, tags.oid))));
const oidOf = (content: Uint8Array): string | undefined => readOid(element(tags.oid, content));
const element = (tag: number, content: Uint8Array): Der =>
  derOf(content.length < 128 ? Buffer.concat([Buffer.from([tag, content.length]), content]) : new Uint8Array());
export const optionalObjectIdentifier = (asn1: Asn1, explicit: number): string | undefined => {
  const content = field(asn1, tags.oid, explicit);
  return content === undefined ? undefined : required(oidOf(content));
};
/** Passes over a bit string, which has to be right where it is one. */
export const skipBitString = (asn1: Asn1, explicit: number): void => {
  const content = field(asn1, tags.bitString, explicit);
  if (content === undefined) return;
  const [unusedBits = 8] = content;
  const last = content.at(-1) ?? 0;
  if (unusedBits > 7 || (content.length === 1 && unusedBits > 0) || (last & ((1 << unusedBits) - 1)) !== 0) throw new Asn1Fault();
};
/** Whatever comes next, with its tag and length; nothing at the end. */
export const optionalAny = (asn1: Asn1): Uint8Array => {
  const from = asn1.at;
  if (!isAtEnd(asn1)) contentOf(asn1, headerAt(asn1.bytes, from));
  return asn1.bytes.subarray(from, asn1.at);
};
/** A list of structures, none when another field stands there. */
export const optionalList = <T>(asn1: Asn1, read: (asn1: Asn1) => T): readonly T[] => {
  const content = field(asn1, tags.sequence);
  const list: Asn1 = { bytes: content ?? new Uint8Array(), at: 0 };
  const items: T[] = [];
  while (!isAtEnd(list)) items.push(read(sequence(list)));
  return items;
};
