import { YamlFault } from './fault.ts';

/** libyaml reads its input in pieces of this many bytes: what is wrong in a piece is found before anything in it is looked at. */
const pieceSize = 512;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A YAML text as the scanner looks at it: code points, with 0 for everything past the end. */
export interface YamlSource {
  readonly bytes: Uint8Array;
  /** as many code points as were read so far, and zeros */
  readonly codes: Uint32Array;
  read: number;
  /** by how much a code point stands further back in `bytes`, as long as each is one byte of ASCII */
  ascii: number | undefined;
  encoding: Encoding | undefined;
  /** the piece of `bytes` that is being decoded, from where it is not decoded yet */
  from: number;
  to: number;
  ended: boolean;
  /** how often more was asked for than there is: each time a 0 counts as read */
  zeros: number;
  /** where the scanner stood when it was read on the last time */
  resumed: number;
  /** where the scanner stands in `codes` */
  at: number;
  line: number;
  column: number;
}

export const yamlSourceOf = (bytes: Uint8Array): YamlSource => ({
  bytes,
  // A code point takes at least one byte.
  codes: new Uint32Array(bytes.length),
  read: 0,
  ascii: 0,
  encoding: undefined,
  from: 0,
  to: 0,
  ended: false,
  zeros: 0,
  resumed: 0,
  at: 0,
  line: 0,
  column: 0,
});

/** The code point that stands `ahead` of the scanner; only `need` makes sure that it was read. */
export const peek = (source: YamlSource, ahead = 0): number => source.codes[source.at + ahead] ?? 0;

/** Reads on until `count` code points stand before the scanner, or the text ends. Source: go-yaml readerc.go yaml_parser_update_buffer. */
export const need = (source: YamlSource, count: number): void => {
  if (isRead(source, count)) return;
  const encoding = encodingOf(source);
  source.resumed = source.at;
  let first = true;
  while (!isRead(source, count)) {
    if (!first || source.from === source.to) nextPiece(source);
    first = false;
    while (source.from < source.to) {
      if (encoding === 'utf-8' && takeAscii(source)) continue;
      const width = encoding === 'utf-8' ? decodeUtf8(source) : decodeUtf16(source, encoding);
      if (width === 0) break;
      source.from += width;
    }
    if (source.ended) {
      source.zeros++;
      return;
    }
  }
};
const isRead = ({ read, zeros, at }: YamlSource, count: number): boolean => read + zeros - at >= count;
/** Most texts are printable ASCII, which needs no decoding; false where the next character is anything else. */
const takeAscii = (source: YamlSource): boolean => {
  const { bytes, codes, to } = source;
  const begin = source.from;
  let { from, read } = source;
  for (; from < to; from++) {
    const byte = bytes[from] ?? 0;
    if ((byte < 0x20 && byte !== 0x0a) || byte > 0x7e) break;
    codes[read++] = byte;
  }
  source.from = from;
  source.read = read;
  return from > begin;
};
/** The text between two places that the scanner has passed. */
export const textBetween = ({ bytes, codes, ascii }: YamlSource, from: number, to: number): string => {
  if (ascii !== undefined) return Buffer.from(bytes.buffer, bytes.byteOffset + ascii + from, to - from).toString('latin1');
  let text = '';
  for (let at = from; at < to; at += mostArguments) text += String.fromCodePoint(...codes.subarray(at, Math.min(at + mostArguments, to)));
  return text;
};
const mostArguments = 4096;
/** go-yaml looks for a byte order mark where its buffer begins, not where the scanner stands (yamlprivateh.go is_bom). */
export const isAtByteOrderMark = ({ codes, resumed }: YamlSource): boolean => codes[resumed] === 0xfeff;

/** A piece begins with what was left of the one before, a part of a character. */
const nextPiece = (source: YamlSource): void => {
  if (source.to === source.bytes.length) source.ended = true;
  else source.to = Math.min(source.bytes.length, source.from + pieceSize);
};

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
];
const encodingOf = (source: YamlSource): Encoding => {
  if (source.encoding !== undefined) return source.encoding;
  while (!source.ended && source.to - source.from < 3) nextPiece(source);
  const [encoding, mark] = marks.find(([, bytes]) => bytes.every((byte, index) => source.bytes[index] === byte)) ?? ['utf-8', []];
  source.encoding = encoding;
  source.from = mark.length;
  source.ascii = encoding === 'utf-8' ? mark.length : undefined;
  return encoding;
};

/** Decodes one character and answers its length in bytes; 0 when the piece does not hold all of it. */
const decodeUtf8 = (source: YamlSource): number => {
  const lead = source.bytes[source.from] ?? 0;
  const width = utf8Width(lead);
  if (width === 0) throw new YamlFault('yaml: invalid leading UTF-8 octet');
  if (width > source.to - source.from) {
    if (source.ended) throw new YamlFault('yaml: incomplete UTF-8 octet sequence');
    return 0;
  }
  let code = width === 1 ? lead : lead & (0xff >> (width + 1));
  for (let index = 1; index < width; index++) {
    const octet = source.bytes[source.from + index] ?? 0;
    if ((octet & 0xc0) !== 0x80) throw new YamlFault('yaml: invalid trailing UTF-8 octet');
    code = code * 64 + (octet & 0x3f);
  }
  if (code < (shortest[width] ?? 0)) throw new YamlFault('yaml: invalid length of a UTF-8 sequence');
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw new YamlFault('yaml: invalid Unicode character');
  push(source, code);
  return width;
};
const shortest = [0, 0, 0x80, 0x800, 0x10000];
/** The length of a UTF-8 sequence by its first byte; 0 for a byte that begins none. */
export const utf8Width = (lead: number): number =>
  lead < 0x80 ? 1 : (lead & 0xe0) === 0xc0 ? 2 : (lead & 0xf0) === 0xe0 ? 3 : (lead & 0xf8) === 0xf0 ? 4 : 0;

const decodeUtf16 = (source: YamlSource, encoding: Encoding): number => {
  const left = source.to - source.from;
  if (left < 2) return tooShort(source, 'incomplete UTF-16 character');
  const unit = (offset: number): number => {
    const [first = 0, second = 0] = source.bytes.subarray(source.from + offset, source.from + offset + 2);
    return encoding === 'utf-16le' ? first + second * 256 : first * 256 + second;
  };
  const high = unit(0);
  if ((high & 0xfc00) === 0xdc00) throw new YamlFault('yaml: unexpected low surrogate area');
  if ((high & 0xfc00) !== 0xd800) {
    push(source, high);
    return 2;
  }
  if (left < 4) return tooShort(source, 'incomplete UTF-16 surrogate pair');
  const low = unit(2);
  if ((low & 0xfc00) !== 0xdc00) throw new YamlFault('yaml: expected low surrogate area');
  push(source, 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
  return 4;
};
const tooShort = (source: YamlSource, problem: string): 0 => {
  if (source.ended) throw new YamlFault(`yaml: ${problem}`);
  return 0;
};

const push = (source: YamlSource, code: number): void => {
  if (!isAllowed(code)) throw new YamlFault('yaml: control characters are not allowed');
  if (code > 0x7e) source.ascii = undefined;
  source.codes[source.read++] = code;
};
const isAllowed = (code: number): boolean =>
  (code >= 0x20 && code <= 0x7e) ||
  code === 0x0a ||
  code === 0x0d ||
  code === 0x09 ||
  code === 0x85 ||
  (code >= 0xa0 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  code >= 0x10000;
