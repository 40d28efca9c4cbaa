const bigEndian = new TextDecoder('utf-16be');
const littleEndian = new TextDecoder('utf-16le');
const utf8 = new TextDecoder('utf-8');

/** The text without those of its last characters that are among these, in one look at each; `/x+$/` begins to count at every x. */
export const withoutEnd = (text: string, characters: string): string => {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
};

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

/** `a, b, c and 7 more` */
export const shortList = (names: readonly string[], shown = 3): string =>
  names.length <= shown + 1 ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;

/** `1 token`, `2 tokens` */
export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
/** The order of two texts by their code units: the same on every machine, whatever language it speaks. */
export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
