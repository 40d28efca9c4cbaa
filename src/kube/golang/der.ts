/** Bytes in DER, read from the front. Each read moves on only when it succeeds. Source: golang.org/x/crypto/cryptobyte asn1.go. */
export interface Der {
  bytes: Uint8Array;
}
export const derOf = (bytes: Uint8Array): Der => ({ bytes });

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
} as const;
/** A tag whose meaning the structure around it gives. */
export const contextTag = (number: number, constructed = false): number => 0x80 | number | (constructed ? 0x20 : 0);

export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** with its tag and length */
  readonly whole: Uint8Array;
}
export const isEmpty = ({ bytes }: Der): boolean => bytes.length === 0;
export const isNextTag = ({ bytes }: Der, tag: number): boolean => bytes[0] === tag;

/** The next element of any tag below 31; `undefined` for what is no DER. */
export const readAny = (der: Der): Element | undefined => {
  const { bytes } = der;
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let header = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    header += count;
    if (count === 0 || count > 4 || bytes.length < header) return undefined;
    length = bytes.subarray(2, header).reduce((value, byte) => value * 256 + byte, 0);
    if (length < 128 || length < 256 ** (count - 1)) return undefined;
  }
  if (header + length > bytes.length) return undefined;
  der.bytes = bytes.subarray(header + length);
  return { tag, content: bytes.subarray(header, header + length), whole: bytes.subarray(0, header + length) };
};
export const readElement = (der: Der, tag: number): Element | undefined => {
  const element = readAny(der);
  return element?.tag === tag ? element : undefined;
};
export const read = (der: Der, tag: number): Uint8Array | undefined => readElement(der, tag)?.content;
export const readSequence = (der: Der): Der | undefined => {
  const content = read(der, tags.sequence);
  return content === undefined ? undefined : derOf(content);
};
/** Whether an element that may be absent is, or can be read; it is passed over. */
export const skipOptional = (der: Der, tag: number): boolean => !isNextTag(der, tag) || read(der, tag) !== undefined;

export const readBoolean = (der: Der): boolean | undefined => {
  const content = read(der, tags.boolean);
  if (content?.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) return undefined;
  return content[0] === 0xff;
};
/** The bytes of a whole number in the fewest bytes, two's complement. */
export const readIntegerBytes = (der: Der, tag: number = tags.integer): Uint8Array | undefined => {
  const content = read(der, tag);
  const [first, second = 0] = content ?? [];
  if (content === undefined || first === undefined) return undefined;
  const isPadded = content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  return isPadded ? undefined : content;
};
/** A whole number of at most `bytes` bytes. */
export const readInteger = (der: Der, bytes = Number.POSITIVE_INFINITY): bigint | undefined => {
  const content = readIntegerBytes(der);
  return content === undefined || content.length > bytes ? undefined : integerOf(content);
};
export const integerOf = (content: Uint8Array): bigint => {
  if (content.length === 0) return 0n;
  const magnitude = BigInt(`0x${Buffer.from(content).toString('hex')}`);
  return (content[0] ?? 0) >= 0x80 ? magnitude - (1n << BigInt(content.length * 8)) : magnitude;
};
/** An object identifier in dots, as Go prints it. */
export const readOid = (der: Der): string | undefined => {
  const content = read(der, tags.oid);
  if (content === undefined || content.length === 0) return undefined;
  const parts: number[] = [];
  let value = 0;
  let length = 0;
  for (const byte of content) {
    if (length === 5 || value >= 2 ** 24 || (length === 0 && byte === 0x80)) return undefined;
    value = value * 128 + (byte & 0x7f);
    length++;
    if (byte >= 0x80) continue;
    if (parts.length > 0) parts.push(value);
    else parts.push(...(value < 80 ? [Math.floor(value / 40), value % 40] : [2, value - 80]));
    value = 0;
    length = 0;
  }
  return length === 0 ? parts.join('.') : undefined;
};
/** A bit string's bytes, without the count of unused bits. Those must be 0. */
export const readBitString = (der: Der): { readonly bytes: Uint8Array; readonly unused: number } | undefined => {
  const content = read(der, tags.bitString);
  const unusedBits = content?.[0];
  if (content === undefined || unusedBits === undefined || unusedBits > 7) return undefined;
  const bytes = content.subarray(1);
  const last = bytes.at(-1);
  if (last === undefined ? unusedBits !== 0 : (last & ((1 << unusedBits) - 1)) !== 0) return undefined;
  return { bytes, unused: unusedBits };
};
/** A bit string as bytes with the unused bits in front; encoding/asn1 RightAlign. */
export const rightAligned = ({ bytes, unused }: { readonly bytes: Uint8Array; readonly unused: number }): Uint8Array =>
  unused === 0
    ? bytes
    : bytes.map((byte, index) => (byte >> unused) | (index === 0 ? 0 : ((bytes[index - 1] ?? 0) << (8 - unused)) & 0xff));

/** A time that Go's cryptobyte reads, in milliseconds since the epoch. */
export const readTime = (der: Der, tag: number): number | undefined => {
  const content = read(der, tag);
  if (content === undefined) return undefined;
  const text = Buffer.from(content).toString('latin1');
  const match = (tag === tags.utcTime ? utcTime : generalizedTime).exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '0', zone = 'Z'] = match;
  const fullYear = tag === tags.utcTime ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year);
  const days = new Date(Date.UTC(2000 + (fullYear % 400), Number(month), 0)).getUTCDate();
  const inRange = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
  const offset = zone === 'Z' ? 0 : Number(`${zone.charAt(0)}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  const isZone = zone === 'Z' || (offset !== 0 && Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(3)) < 60);
  if (!inRange || !isZone || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute) - offset, Number(second));
  return date.getTime();
};
const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[-+]\d{4})$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[-+]\d{4})$/;
