import { quoted } from './format.ts';
import { addressFault, isV4 } from './ip-address.ts';
import { escapeFor, isLegalEscape, quotedBytes, unescapeFor } from './url-escapes.ts';

/** A URL as Go's net/url holds it. Each part is a string of bytes: one character a byte of its UTF-8. */
export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: { readonly name: string; readonly password: string | undefined } | undefined;
  /** with the port */
  readonly host: string;
  readonly path: string;
  readonly rawPath: string;
  readonly query: string;
  readonly hasQuery: boolean;
  readonly fragment: string;
  readonly rawFragment: string;
  /** the scheme is followed by a path at once */
  readonly hasNoAuthority: boolean;
}
/** Differences between the Go releases that operators were built with. */
export interface UrlRules {
  /** from Go 1.26 on a host of http and https has one colon at most, unless in brackets; GODEBUG urlstrictcolons */
  readonly strictColons: boolean;
}
export type ParsedUrl = { readonly ok: true; readonly url: GoUrl } | { readonly ok: false; readonly message: string };

class UrlFault extends Error {}
const fail = (message: string): never => {
  throw new UrlFault(message);
};
const parsed = (shown: string, parse: () => GoUrl): ParsedUrl => {
  try {
    return { ok: true, url: parse() };
  } catch (error) {
    if (error instanceof UrlFault) return { ok: false, message: `parse ${quoted(shown)}: ${error.message}` };
    throw error;
  }
};
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');
const textOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
/** What stands before and behind the first of a sign. */
const cut = (text: string, sign: string): readonly [string, string] => {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + sign.length)];
};

/** net/url Parse: the URL, or its fault in Go's words. Linear, and never throws. */
export const parseUrl = (text: string, rules: UrlRules): ParsedUrl => {
  const [before, fragment] = cut(text, '#');
  const main = parsed(before, () => parse(bytesOf(before), false, rules));
  if (!main.ok || fragment === '') return main;
  return parsed(text, () => ({ ...main.url, ...withFragment(bytesOf(fragment)) }));
};
/** net/url ParseRequestURI: an absolute URL or path, in which `#` is no fragment. */
export const parseRequestUri = (text: string, rules: UrlRules): ParsedUrl => parsed(text, () => parse(bytesOf(text), true, rules));

const withFragment = (raw: string) => {
  const fragment = unescaped(raw, 'fragment');
  return { fragment, rawFragment: escapeFor('fragment', fragment) === raw ? '' : raw };
};
const unescaped = (text: string, part: Parameters<typeof unescapeFor>[0]): string => {
  const result = unescapeFor(part, text);
  return result.ok ? result.text : fail(result.message);
};

const emptyUrl: GoUrl = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawPath: '',
  query: '',
  hasQuery: false,
  fragment: '',
  rawFragment: '',
  hasNoAuthority: false,
};
const parse = (text: string, isRequest: boolean, rules: UrlRules): GoUrl => {
  if (/[\x00-\x1f\x7f]/.test(text)) fail('net/url: invalid control character in URL');
  if (text === '' && isRequest) fail('empty url');
  if (text === '*') return { ...emptyUrl, path: '*' };
  const [scheme, behind] = splitScheme(text);
  const hasQuery = behind.endsWith('?') && behind.indexOf('?') === behind.length - 1;
  const [rest, query] = cut(behind, '?');
  const base = { ...emptyUrl, scheme, query, hasQuery };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...base, opaque: rest };
    if (isRequest) fail('invalid URI for request');
    if (cut(rest, '/')[0].includes(':')) fail('first path segment in URL cannot contain colon');
  }
  if (rest.startsWith('//') && (scheme !== '' || (!isRequest && !rest.startsWith('///')))) {
    const slash = rest.indexOf('/', 2);
    const [authority, path] = slash < 0 ? [rest.slice(2), ''] : [rest.slice(2, slash), rest.slice(slash)];
    return { ...base, ...parseAuthority(scheme, authority, rules), ...withPath(path) };
  }
  return { ...base, ...withPath(rest), hasNoAuthority: scheme !== '' && rest.startsWith('/') };
};
const splitScheme = (text: string): readonly [string, string] => {
  if (text.startsWith(':')) fail('missing protocol scheme');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1];
  return scheme === undefined ? ['', text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
};
const withPath = (raw: string) => {
  const path = unescaped(raw, 'path');
  return { path, rawPath: escapeFor('path', path) === raw ? '' : raw };
};

const parseAuthority = (scheme: string, authority: string, rules: UrlRules): Pick<GoUrl, 'user' | 'host'> => {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1), rules);
  if (at < 0) return { user: undefined, host };
  const user = authority.slice(0, at);
  if (!/^[\w.:~!$&'()*+,;=%@-]*$/.test(user)) fail('net/url: invalid userinfo');
  const [name, password] = cut(user, ':');
  return {
    host,
    user: { name: unescaped(name, 'user'), password: user.includes(':') ? unescaped(password, 'user') : undefined },
  };
};
const parseHost = (scheme: string, host: string, { strictColons }: UrlRules): string => {
  const open = host.lastIndexOf('[');
  if (open > 0) return fail('invalid IP-literal');
  if (open === 0) return parseIpLiteral(host);
  const isHttp = scheme === 'http' || scheme === 'https';
  const colon = isHttp && strictColons ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  return unescaped(host, 'host');
};
const checkPort = (port: string): void => {
  if (!/^(:[0-9]*)?$/.test(port)) fail(`invalid port ${quotedBytes(port)} after host`);
};
const parseIpLiteral = (host: string): string => {
  const close = host.lastIndexOf(']');
  if (close < 0) fail("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const inner = host.slice(1, close);
  const zone = inner.indexOf('%25');
  const address = zone < 0 ? unescaped(inner, 'host') : unescaped(inner.slice(0, zone), 'host') + unescaped(inner.slice(zone), 'zone');
  const fault = addressFault(address);
  if (fault !== '') fail(`invalid host: ${fault}`);
  if (isV4(address)) fail('invalid IP-literal');
  return `[${address}]${port}`;
};

/** A URL as text; net/url String. */
export const urlText = (url: GoUrl): string => {
  const head = url.scheme === '' ? '' : `${url.scheme}:`;
  const query = url.hasQuery || url.query !== '' ? `?${url.query}` : '';
  const tail = query + (url.fragment === '' ? '' : `#${rawOr('fragment', url.rawFragment, url.fragment)}`);
  if (url.opaque !== '') return textOf(head + url.opaque + tail);
  const authority = authorityText(url);
  const path = url.path === '*' && url.rawPath === '' ? '*' : rawOr('path', url.rawPath, url.path);
  const slash = path !== '' && !path.startsWith('/') && url.host !== '' ? '/' : '';
  const dot = head + authority + slash === '' && cut(path, '/')[0].includes(':') ? './' : '';
  return textOf(head + authority + slash + dot + path + tail);
};
const authorityText = ({ scheme, host, user, path, hasNoAuthority }: GoUrl): string => {
  if (scheme === '' && host === '' && user === undefined) return '';
  if (hasNoAuthority && host === '' && user === undefined) return '';
  const slashes = host !== '' || path !== '' || user !== undefined ? '//' : '';
  const password = user?.password === undefined ? '' : `:${escapeFor('user', user.password)}`;
  const login = user === undefined ? '' : `${escapeFor('user', user.name)}${password}@`;
  return slashes + login + escapeFor('host', host);
};
/** The spelling that was read, where it is a right one, else Go's own. */
const rawOr = (part: 'path' | 'fragment', raw: string, value: string): string => {
  if (raw !== '' && isLegalEscape(part, raw)) {
    const again = unescapeFor(part, raw);
    if (again.ok && again.text === value) return raw;
  }
  return escapeFor(part, value);
};
