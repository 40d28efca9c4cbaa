import { isIP } from 'node:net';
import { withoutEnd } from '../../base/text.ts';
import { type GoUrl, parseUrl, urlText } from '../golang/url.ts';
import { serverUrl } from './client-config.ts';
import { urlFault } from './url.ts';

/** The strictest of the Go releases that operators are built with: what it takes, all take. */
const rules = { strictColons: true };

/** Why an address is not to be stored as a server: the operator would refuse it, or call another host than is meant. Go's words where it has some. */
export const serverFault = (server: string): string | undefined => {
  const address = serverUrl(server, false, rules);
  if (!address.ok) return address.message;
  const { url } = address;
  if (!/^https:\/\//i.test(server) || url.scheme !== 'https') return 'it is no https address, and no credential goes to any other';
  if (url.user !== undefined) return 'a user name in it takes the place of the token';
  if (url.query !== '' || url.hasQuery || url.fragment !== '' || server.includes('#')) return 'a query or fragment in it is lost';
  return hostFault(url) ?? pathFault(url);
};

const schemes = ['http', 'https', 'socks5'];
/** Why an address is not to be stored as a proxy. */
export const proxyFault = (proxy: string): string | undefined => {
  const address = parseUrl(proxy, rules);
  if (!address.ok) return urlFault(address.message, proxy);
  const { url } = address;
  return schemes.includes(url.scheme) ? hostFault(url) : 'a proxy is http, https or socks5';
};

/** Node completes and corrects hosts that Go takes as they are written. */
const hostFault = ({ host: hostText }: GoUrl): string | undefined => {
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(.*))?$/s.exec(hostText) ?? [];
  if (host === '') return 'it has no host';
  if (/[^\x00-\x7f]/.test(host)) return 'its host is not in ASCII: write it as DNS has it, with xn--';
  if (port !== undefined && (!/^[0-9]+$/.test(port) || Number(port) === 0 || Number(port) > 65_535)) return `"${port}" is no port`;
  if (!URL.canParse(`http://${host}`)) return `its host ${host} is none`;
  const hostname = new URL(`http://${host}`).hostname;
  if (hostname === host.toLowerCase() || isIP(hostname) === 0) return undefined;
  return `the operator takes ${host} for a name: write the whole IP address`;
};
const pathFault = (url: GoUrl): string | undefined => {
  if (!URL.canParse(urlText(url))) return 'it is longer than an address may be';
  const path = new URL(urlText(url)).pathname;
  return withoutEnd(path, '/') === withoutEnd(urlText({ ...url, scheme: '', host: '' }), '/')
    ? undefined
    : 'its path is not read alike by all: write it without . and ..';
};
