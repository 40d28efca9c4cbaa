const bigEndian = new TextDecoder('utf-16be');
const littleEndian = new TextDecoder('utf-16le');
const utf8 = new TextDecoder('utf-8');

/**
 * The text of a file, without its byte order mark: UTF-16 where the mark says so, else UTF-8. kubectl reads files so
 * (cli-runtime pkg/resource visitor.go, unicode.BOMOverride); PowerShell's `>` writes UTF-16.
 */
export const textOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return bigEndian.decode(bytes);
  if (first === 0xff && second === 0xfe) return littleEndian.decode(bytes);
  return utf8.decode(bytes);
};
