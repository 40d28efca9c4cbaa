import { invisible } from '../../base/invisible.ts';
import { once } from '../../base/once.ts';

/** So many letters of a credential in a row are no chance; fewer are of no use. */
const piece = 16;
/** Longer texts are pages and logs, of which no more is shown. */
const longest = 64 * 1024;
/** What somebody puts between the letters of a text without changing what it says: line breaks, quotes, tags of HTML, what is not seen. */
const between = new RegExp(`<[^<>]{0,40}>|[\\s"'\`\\\\]|${invisible.source}`, 'gu');

/** Takes out of a text whatever pieces of the credentials are in it, also where they were broken up. */
export const withoutPieces = (credentials: () => readonly string[], shown: string): ((text: string) => string) => {
  const secretPieces = once(() => new Set(credentials().flatMap(piecesOf)));
  return text => {
    if (text.length < piece || text.length > longest) return text;
    const pieces = secretPieces();
    if (pieces.size === 0) return text;
    const { letters, places } = lettersOf(text);
    let result = '';
    let end = 0;
    for (let at = 0; at + piece <= letters.length; at++) {
      if (!pieces.has(letters.slice(at, at + piece))) continue;
      const [from = 0, to = 0] = [places[at], places[at + piece - 1]];
      result += from > end || result === '' ? text.slice(end, from) + shown : '';
      end = to + 1;
    }
    return result + text.slice(end);
  };
};
const piecesOf = (credential: string): readonly string[] => {
  const { letters } = lettersOf(credential);
  return Array.from({ length: Math.max(0, letters.length - piece + 1) }, (_, at) => letters.slice(at, at + piece));
};
/** A text without what stands between its letters, and where each of them stood. */
const lettersOf = (text: string): { readonly letters: string; readonly places: readonly number[] } => {
  const places: number[] = [];
  let letters = '';
  let from = 0;
  const take = (to: number): void => {
    for (let at = from; at < to; at++) places.push(at);
    letters += text.slice(from, to);
  };
  for (const { 0: gap, index } of text.matchAll(between)) {
    take(index);
    from = index + gap.length;
  }
  take(text.length);
  return { letters, places };
};
