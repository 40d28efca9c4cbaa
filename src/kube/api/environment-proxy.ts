import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { IO } from '../../base/io.ts';

/** A proxy that the environment names. */
export interface EnvironmentProxy {
  readonly url: string;
  /** the variable that names it */
  readonly variable: string;
}
/** The first of the names that is set and not empty. */
const firstSet = (env: IO['env'], names: readonly string[]): EnvironmentProxy | undefined =>
  names.flatMap(variable => {
    const url = env[variable] ?? '';
    return url === '' ? [] : [{ variable, url }];
  })[0];

/** Through which proxy the environment leads to a server; golang.org/x/net/http/httpproxy, as net/http and client-go use it. */
export const environmentProxy = (server: URL, env: IO['env']): EnvironmentProxy | undefined => {
  const proxy = firstSet(env, server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']);
  if (proxy === undefined || isExempt(server, firstSet(env, ['NO_PROXY', 'no_proxy'])?.url ?? '')) return undefined;
  // Without a scheme it is a host, and perhaps a port.
  const url = URL.canParse(proxy.url) && new URL(proxy.url).host !== '' ? proxy.url : `http://${proxy.url}`;
  return { ...proxy, url };
};

const isExempt = (server: URL, exempt: string): boolean => {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isLoopback(host)) return true;
  return exempt
    .split(',')
    .map(part => part.trim().toLowerCase())
    .some(part => part === '*' || (part !== '' && matches(part, host, port)));
};
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
const within = (network: string, bits: number, address: string): boolean => {
  const list = new BlockList();
  list.addSubnet(network, bits, familyOf(network));
  return list.check(address, familyOf(address));
};
const isLoopback = (host: string): boolean => isIP(host) !== 0 && (within('127.0.0.0', 8, host) || within('::1', 128, host));
/** One entry of NO_PROXY: an address, a network, or a domain, which stands for its subdomains too; with a leading dot for those alone. */
const matches = (entry: string, host: string, port: string): boolean => {
  const [, network = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? [];
  if (isIP(network) !== 0)
    return isIP(host) !== 0 && Number(bits) <= (isIP(network) === 6 ? 128 : 32) && within(network, Number(bits), host);
  const [name, only] = hostAndPort(entry);
  if (only !== '' && only !== port) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && within(name, isIP(name) === 6 ? 128 : 32, host);
  if (isIP(host) !== 0 || name === '') return false;
  const domain = name.replace(/^\*\./, '.');
  const suffix = domainToASCII(domain.replace(/^\./, '')) || domain.replace(/^\./, '');
  return host.endsWith(`.${suffix}`) || (!domain.startsWith('.') && host === suffix);
};
const hostAndPort = (entry: string): readonly [host: string, port: string] => {
  const [, ipv6, host, port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(entry) ?? [];
  return [ipv6 ?? host ?? entry, port];
};
