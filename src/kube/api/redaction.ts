import { once } from '../../base/once.ts';
import { withoutEnd } from '../../base/text.ts';
import { withoutPieces } from './pieces.ts';

/** Shorter texts are words that stand in many answers by chance. */
const shortest = 5;
/** From this length on its encoded forms are told from other text, and even a key that has it is no chance. */
const leastUnmistakable = 12;
const placeholder = 'REDACTED';

/** What a server may have got from us and must not bring onto a screen. */
export interface Redaction {
  /** the text without any of the credentials, in whatever form */
  readonly text: (text: string) => string;
  /** whether one of them is in a text */
  readonly concerns: (text: string) => boolean;
  /** the same for every text in a JSON value, and for its keys */
  readonly value: (value: unknown) => unknown;
  /** the same for what refuses or is no JSON, which is shown to people: without pieces of them either */
  readonly refusal: (value: unknown) => unknown;
}

const isUnmistakable = (text: string): boolean => text.length >= leastUnmistakable;
const isLong = (secret: string): boolean => secret.length >= 24;

/** For the credentials of one connection: plain, and as they look in base64 (three alignments), hex, a URL or JSON. */
export const redactionOf = (credentials: readonly string[]): Redaction => {
  // One may begin with another.
  const longestFirst = (all: Iterable<string>): readonly string[] => [...new Set(all)].sort((a, b) => b.length - a.length);
  const secrets = longestFirst(credentials.filter(one => one.length >= shortest));
  const forms = longestFirst(secrets.flatMap(formsOf));
  const formsInEitherCase = (bytes?: number): readonly string[] => [
    ...new Set(secrets.filter(isUnmistakable).flatMap(secret => caselessForms(secret, bytes))),
  ];
  // Whole they are long and hardly ever needed: an answer without the beginning of one does not hold it.
  const beginnings = formsInEitherCase(8);
  const wholeForms = once(() => formsInEitherCase());
  const long = forms.some(isUnmistakable);
  const concerns = (text: string): boolean => {
    if (forms.some(form => text.includes(form))) return true;
    if (beginnings.length === 0) return false;
    const lower = text.toLowerCase();
    return beginnings.some(form => lower.includes(form)) && wholeForms().some(form => lower.includes(form));
  };
  const text = (from: string): string => {
    if (!concerns(from)) return from;
    let result = from;
    for (const form of forms) result = result.replaceAll(form, placeholder);
    for (const form of wholeForms()) result = withoutCaseless(result, form);
    return result;
  };
  const through = (show: (text: string) => string): ((from: unknown) => unknown) => {
    const value = (from: unknown): unknown => {
      if (typeof from === 'string') return show(from);
      if (Array.isArray(from)) return from.map(value);
      if (typeof from !== 'object' || from === null) return from;
      return Object.fromEntries(Object.entries(from).map(([key, one]) => [long && isUnmistakable(key) ? show(key) : key, value(one)]));
    };
    return value;
  };
  const pieces = withoutPieces(() => secrets.filter(isLong).flatMap(secret => [secret, ...base64Forms(secret)]), placeholder);
  return { text, concerns, value: through(text), refusal: through(from => pieces(text(from))) };
};

const formsOf = (secret: string): readonly string[] => {
  const jsonForm = JSON.stringify(secret).slice(1, -1);
  // Go's encoder writes these three as escapes.
  const forGo = jsonForm.replace(/[<>&]/g, char => `\\u00${char.charCodeAt(0).toString(16)}`);
  const forms = [secret, jsonForm, forGo, encodeURIComponent(secret), encodeURI(secret)];
  return isUnmistakable(secret) ? [...forms, ...base64Forms(secret)] : forms;
};
/** What stands in base64 of any text that holds it: at each of the three alignments, without the characters that its neighbours share. */
const base64Forms = (secret: string): readonly string[] =>
  [0, 1, 2].flatMap(offset => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const encoding = withoutEnd(bytes.toString('base64'), '=');
    const inner = encoding.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
/** What is written in both cases, here in the lower one: hex of as many of its bytes as asked for, and the whole of it in a URL. */
const caselessForms = (secret: string, bytes = Number.POSITIVE_INFINITY): readonly string[] => {
  const hex = [...Buffer.from(secret).subarray(0, bytes)].map(byte => byte.toString(16).padStart(2, '0'));
  const url = encodeURIComponent(secret).toLowerCase();
  return [hex.join(''), hex.join(':'), hex.join(' '), `\\x${hex.join('\\x')}`, `%${hex.join('%')}`, ...(url.includes('%') ? [url] : [])];
};
const withoutCaseless = (text: string, form: string): string => {
  const lower = text.toLowerCase();
  // A letter whose lower case is longer would shift the places.
  if (lower.length !== text.length) return lower.replaceAll(form, placeholder);
  let result = '';
  let from = 0;
  for (let at = lower.indexOf(form); at !== -1; at = lower.indexOf(form, from)) {
    result += text.slice(from, at) + placeholder;
    from = at + form.length;
  }
  return result + text.slice(from);
};

/** The credentials that request headers carry: the whole value, the token, and the parts of a Basic one. */
export const credentialsIn = (headers: Readonly<Record<string, string | readonly string[]>>): readonly string[] =>
  Object.entries(headers).flatMap(([name, value]) => (/^(proxy-)?authorization$/i.test(name) ? [value].flat().flatMap(partsOf) : []));
const partsOf = (value: string): readonly string[] => {
  const [, scheme = '', rest = value] = /^(\S+)\s+(.*)$/s.exec(value) ?? [];
  if (scheme.toLowerCase() !== 'basic') return [rest, rest.trim()];
  const userInfo = Buffer.from(rest, 'base64').toString('utf8');
  return [rest, userInfo, userInfo.slice(userInfo.indexOf(':') + 1)];
};
