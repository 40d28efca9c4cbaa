/** The byte at which Go's decoder gives up, as its message names it; encoding/base64 CorruptInputError. */
export interface CorruptBase64 {
  readonly corruptAt: number;
}
export const isCorrupt = (decoded: Uint8Array | CorruptBase64): decoded is CorruptBase64 => !(decoded instanceof Uint8Array);
export const corruptMessage = ({ corruptAt }: CorruptBase64): string => `illegal base64 data at input byte ${corruptAt}`;

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const values = new Int8Array(256).fill(-1);
for (const [value, letter] of alphabet.entries()) values[letter] = value;
const isLineBreak = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;
const padding = 0x3d;

/** base64.StdEncoding: padding is needed, line breaks are passed over, nothing else is. Source: Go's encoding/base64 decodeQuantum. */
export const decodeBase64 = (input: string | Uint8Array): Uint8Array | CorruptBase64 => {
  const source = typeof input === 'string' ? Buffer.from(input) : input;
  const bytes = new Uint8Array(Math.ceil(source.length / 4) * 3);
  let length = 0;
  let bits = 0;
  let digitCount = 0;
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    const value = values[byte] ?? -1;
    if (value >= 0) {
      bits = bits * 64 + value;
      digitCount++;
      if (digitCount < 4) continue;
      bytes[length++] = bits >> 16;
      bytes[length++] = (bits >> 8) & 0xff;
      bytes[length++] = bits & 0xff;
      bits = 0;
      digitCount = 0;
    } else if (byte === padding) {
      const fault = paddingFault(source, at, digitCount);
      if (fault !== undefined) return { corruptAt: fault };
      bytes[length++] = digitCount === 2 ? bits >> 4 : bits >> 10;
      if (digitCount === 3) bytes[length++] = (bits >> 2) & 0xff;
      return bytes.subarray(0, length);
    } else if (!isLineBreak(byte)) return { corruptAt: at };
  }
  return digitCount === 0 ? bytes.subarray(0, length) : { corruptAt: source.length - digitCount };
};
/** Where the padding that begins at a byte is wrong: too early, too short, or with something behind it. */
const paddingFault = (source: Uint8Array, at: number, filled: number): number | undefined => {
  if (filled < 2) return at;
  let next = at + 1;
  const passLineBreaks = (): void => {
    while (isLineBreak(source[next])) next++;
  };
  if (filled === 2) {
    passLineBreaks();
    if (next === source.length) return source.length;
    if (source[next] !== padding) return next - 1;
    next++;
  }
  passLineBreaks();
  return next < source.length ? next : undefined;
};
