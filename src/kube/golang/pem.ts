import { decodeBase64, isCorrupt } from './base64.ts';

export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
}

const beginning = '-----BEGIN ';
const ending = '\n-----END ';
const dashes = '-----';

export interface Pem {
  readonly blocks: readonly PemBlock[];
  /** whether something that is no block stands behind the last one, be it a blank line */
  readonly hasRest: boolean;
}

/** Every PEM block of a file, as encoding/pem Decode finds them one after the other. Linear. */
export const readPem = (bytes: Uint8Array): Pem => {
  const blocks: PemBlock[] = [];
  let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (let next = nextBlock(rest); next !== undefined; next = nextBlock(rest)) {
    blocks.push(next.block);
    rest = next.rest;
  }
  return { blocks, hasRest: rest !== '' };
};

interface Found {
  readonly block: PemBlock;
  readonly rest: string;
}
const trimmedRight = (text: string): string => {
  let end = text.length;
  while (end > 0 && (text.charAt(end - 1) === ' ' || text.charAt(end - 1) === '\t')) end--;
  return text.slice(0, end);
};

/** A block begins at the last BEGIN line before the first END line; what does not fit is passed over. */
const nextBlock = (data: string): Found | undefined => {
  let from = 0;
  for (;;) {
    const end = data.indexOf(ending, from);
    if (end < 0) return undefined;
    const behindEnd = end + ending.length;
    const segment = data.slice(from, end);
    const begin = from + segment.lastIndexOf(beginning);
    if (begin >= from && (begin === from || data.charAt(begin - 1) === '\n')) {
      const body = blockAt(data, begin + beginning.length, end, behindEnd);
      if (body === 'none') return undefined;
      if (body !== undefined) return body;
    }
    from = behindEnd;
  }
};
const blockAt = (data: string, at: number, end: number, behindEnd: number): Found | 'none' | undefined => {
  const typeLine = lineAt(data, at);
  if (!typeLine.text.endsWith(dashes)) return undefined;
  const type = typeLine.text.slice(0, -dashes.length);
  let content = typeLine.next;
  let hasHeaders = false;
  for (;;) {
    if (content >= data.length) return 'none';
    const line = lineAt(data, content);
    if (!line.text.includes(':')) break;
    hasHeaders = true;
    content = line.next;
  }
  if (hasHeaders && end < content) return behindEnd < content ? 'none' : undefined;
  const trailer = `${type}${dashes}`;
  if (!data.startsWith(trailer, behindEnd) || lineAt(data, behindEnd + trailer.length).text !== '') return undefined;
  const base64 = end > content ? data.slice(content, end).replace(/[ \t]/g, '') : '';
  const bytes = decodeBase64(Buffer.from(base64, 'latin1'));
  if (isCorrupt(bytes)) return undefined;
  return { block: { type, hasHeaders, bytes }, rest: data.slice(lineAt(data, behindEnd - 1).next) };
};
const lineAt = (data: string, at: number): { readonly text: string; readonly next: number } => {
  const end = data.indexOf('\n', at);
  const last = end < 0 ? data.length : end > at && data.charAt(end - 1) === '\r' ? end - 1 : end;
  return { text: trimmedRight(data.slice(at, last)), next: end < 0 ? data.length : end + 1 };
};
