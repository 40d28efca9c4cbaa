import { isIP } from 'node:net';
import { looksSecret, shownName, unshown } from '../../base/shown.ts';
import { withoutEnd } from '../../base/text.ts';
import { quoted } from '../golang/format.ts';
import { parseUrl } from '../golang/url.ts';

/** What all URLs of one server have in common; `undefined` of what is no URL. A default port, a trailing slash and letters of the host make no difference. */
export const serverKey = (server: string): string | undefined => (URL.canParse(server) ? withoutEnd(new URL(server).href, '/') : undefined);
/** The same of a host with or without a port. */
export const hostKey = (host: string): string => {
  const url = `https://${host}`;
  if (!URL.canParse(url)) return host.toLowerCase();
  const port = /:([0-9]+)$/.exec(host)?.[1];
  return `${new URL(url).hostname}${port === undefined ? '' : `:${Number(port)}`}`;
};
/** Whether two URLs lead to one server. */
export const sameServer = (one: string, other: string): boolean => {
  const key = serverKey(one);
  return key !== undefined && key === serverKey(other);
};
/** The host that Go dials for a URL, in small letters and without brackets; '' when it takes the text for no URL. */
const hostOf = (server: string): string => {
  const address = parseUrl(server, { strictColons: false });
  const host = address.ok ? address.url.host : '';
  return (/^\[(.*)\](?::[0-9]*)?$/.exec(host)?.[1] ?? host.replace(/:[0-9]*$/, '')).toLowerCase();
};
/** Addresses that mean something else inside the operator's pod than on the machine that wrote them. */
export const unroutable = (server: string): string | undefined => {
  const host = hostOf(server);
  if (/^127(\.\d+){3}$/.test(host) || host === '::1' || host === 'localhost' || host.endsWith('.localhost'))
    return "a loopback address, which in the operator's pod is the pod itself";
  if (host === '0.0.0.0' || host === '::') return 'the unspecified address, which reaches nothing';
  if (host === 'host.docker.internal' || host === 'kubernetes.docker.internal' || host.endsWith('.minikube.internal'))
    return 'a name that only this machine knows';
  if (/^169\.254(\.\d+){2}$/.test(host) || host.startsWith('fe80:')) return 'a link-local address, which no other network reaches';
  return undefined;
};

/**
 * A URL as it may be shown: scheme, host, port and path, without user and query, and of the path nothing that looks like a credential. Of what
 * is no URL, any text before its last @ may be a password, and so it may where a ? or # of a password ends what Go takes for the host.
 */
export const shownUrl = (text: string): string => {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const isUrl = scheme !== '' && !/^[^/?#]*[?#].*@/s.test(rest) && parseUrl(text, { strictColons: false }).ok;
  const place = withoutQuery(isUrl ? withoutQuery(rest).replace(/^[^/]*@/, '') : rest.slice(rest.lastIndexOf('@') + 1));
  const [host = '', ...path] = place.split('/');
  return [scheme + shownHost(host), ...path.map(shownName)].join('/');
};
const withoutQuery = (text: string): string => text.replace(/[?#].*$/s, '');
/** Hosts in small letters may be named by hex. */
const shownHost = (host: string): string =>
  host.length <= 260 && (host === host.toLowerCase() || !looksSecret(host)) ? host : unshown(host);

/** net/url's message about a text, without what may be a password in it: the message quotes the text and pieces of it. */
export const urlFault = (message: string, text: string): string => {
  if (shownUrl(text) === text) return message;
  const urlInQuotes = quoted(shownUrl(text));
  const pieces = /^parse "(?:\\.|[^"\\])*": (.*)$/s.exec(message)?.[1] ?? '';
  return `parse ${urlInQuotes}: ${pieces.replace(/"(?:\\.|[^"\\])*\\?"?/gs, piece => (urlInQuotes.includes(piece.slice(1, -1)) ? piece : '"..."'))}`;
};

/** Why a server that the operator loads is not dialled from here; `certain` when the operator does not get through to it either. */
export const undialledFrom = (server: string): { readonly certain: boolean; readonly why: string } | undefined => {
  const port = Number(/:([0-9]+)(?:\/|$)/.exec(server.replace(/^[a-z]+:\/\//, ''))?.[1] ?? 0);
  if (port > 65_535) return { certain: true, why: `there is no port ${port}` };
  if (!URL.canParse(server)) return { certain: false, why: 'it is no address that can be dialled from here' };
  // Node completes 127.1 and 0x7f.1 to an address; Go looks them up as names.
  const host = hostOf(server);
  const node = new URL(server).hostname;
  if (isIP(node) !== 4 || host === node) return undefined;
  return { certain: true, why: `Go looks up ${host} as a name, and it is none` };
};
