import { quoted } from './format.ts';
import { utf8Text } from './text.ts';

/** The parts of a URL, each with its own rule for `%`. */
export type UrlPart = 'path' | 'host' | 'zone' | 'user' | 'fragment';
export type Unescaped = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** What stands for itself beside letters, digits and `-_.~`; net/url gen_encoding_table.go shouldEscape. */
const plainSigns: Readonly<Record<UrlPart, string>> = {
  path: '$&+,/:;=@',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  user: '$&+,;=',
  fragment: '$&+,/:;=?@!()*',
};
const isPlain = (part: UrlPart, byte: string): boolean => /[A-Za-z0-9\-_.~]/.test(byte) || plainSigns[part].includes(byte);

export const escapeFor = (part: UrlPart, bytes: string): string =>
  bytes.replace(/[^A-Za-z0-9\-_.~]/g, byte =>
    isPlain(part, byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
/** Whether a spelling escapes no less than it has to; net/url validEncoded. */
export const isLegalEscape = (part: UrlPart, raw: string): boolean =>
  [...raw].every(byte => "!$&'()*+,;=:@[]%".includes(byte) || isPlain(part, byte));

/** Takes `%xx` for the byte that it means; net/url unescape. In a host only bytes beyond ASCII may be escaped. */
export const unescapeFor = (part: UrlPart, bytes: string): Unescaped => {
  const isHost = part === 'host' || part === 'zone';
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charAt(at);
    if (byte !== '%') {
      if (isHost && byte < '\x80' && !isPlain(part, byte)) return { ok: false, message: `invalid character ${quoted(byte)} in host name` };
      text += byte;
      continue;
    }
    const percentEscape = bytes.slice(at, at + 3);
    const isRight = /^%[0-9a-fA-F]{2}$/.test(percentEscape);
    const character = isRight ? String.fromCharCode(Number.parseInt(percentEscape.slice(1), 16)) : '';
    if (!isRight || (percentEscape !== '%25' && !mayEscape(part, character)))
      return { ok: false, message: `invalid URL escape ${quotedBytes(percentEscape)}` };
    text += character;
    at += 2;
  }
  return { ok: true, text };
};
const mayEscape = (part: UrlPart, meant: string): boolean =>
  part === 'host' ? meant >= '\x80' : part === 'zone' ? meant === ' ' || isPlain('host', meant) : true;

/** Bytes as %q prints them: what is no UTF-8 as \x. */
export const quotedBytes = (bytes: string): string => {
  const buffer = Buffer.from(bytes, 'latin1');
  const text = utf8Text(buffer);
  if (!text.includes('\ufffd')) return quoted(text);
  return `"${bytes.replace(/[^ -~]|["\\]/g, byte => (byte < '\x80' ? quoted(byte).slice(1, -1) : `\\x${byte.charCodeAt(0).toString(16)}`))}"`;
};
