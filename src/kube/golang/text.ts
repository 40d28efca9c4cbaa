/** Bytes as the text that encoding/json makes of them: what is no UTF-8 becomes U+FFFD, byte for byte. */
export const utf8Text = (bytes: Uint8Array): string => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let result = '';
  for (let at = 0; at < bytes.length; ) {
    const width = sequenceLength(bytes, at);
    result += width === 0 ? '\ufffd' : buffer.toString('utf8', at, at + width);
    at += Math.max(width, 1);
  }
  return result;
};
/** The length of the UTF-8 sequence that begins here, 0 when none does; unicode/utf8 DecodeRune. */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const width = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (width === 0 || second < lowest || second > highest) return 0;
  for (let index = 2; index < width; index++) if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  return width;
};
