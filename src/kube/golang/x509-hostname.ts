import { isIP } from 'node:net';
import type { Names } from './x509-constraints.ts';

/** Whether a certificate is for a host, given as a name or an address; crypto/x509 verify.go VerifyHostname. Its common name is nothing. */
export const isForHost = (host: string, names: Names): boolean => {
  const address = addressOf(host);
  if (address !== undefined) return names.addresses.some(one => Buffer.compare(unmapped(one), address) === 0);
  const hostname = lower(host);
  const parts = lower(hostname.replace(/\.$/, '')).split('.');
  const valid = isHostname(hostname.replace(/\.$/, ''), false);
  return names.dns.some(name => {
    if (valid && isHostname(name, true)) return matches(lower(name).split('.'), parts);
    return name !== '' && name !== '.' && hostname !== '' && hostname !== '.' && lower(name) === hostname;
  });
};
const lower = (text: string): string => text.replace(/[A-Z]/g, letter => letter.toLowerCase());
const matches = (pattern: readonly string[], host: readonly string[]): boolean =>
  pattern.length === host.length && pattern.every((part, index) => (index === 0 && part === '*') || part === host[index]);
/** Letters of hosts, and the underscore that many use; a wildcard stands for the whole first label or for nothing. */
const isHostname = (name: string, isPattern: boolean): boolean =>
  name !== '' &&
  name !== '*' &&
  name.split('.').every((label, index) => (isPattern && index === 0 && label === '*') || /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(label));

/** The bytes of an address, four of an IPv4 one however it is written; `undefined` for a name. */
const addressOf = (host: string): Uint8Array | undefined => {
  const address = /^\[.+\]$/.test(host) ? host.slice(1, -1) : host;
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number));
  if (isIP(address) !== 6 || address.includes('%')) return undefined;
  // Two groups for an IPv4 address at the end.
  const last = address.lastIndexOf(':') + 1;
  const [a = '', b = '', c = '', d] = address.slice(last).split('.');
  const groups = d === undefined ? address : `${address.slice(0, last)}${hex(a, b)}:${hex(c, d)}`;
  const [head = '', tail] = groups.split('::');
  const all = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [all(head), all(tail ?? '')];
  const words = tail === undefined ? before : [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return unmapped(Uint8Array.from(words.flatMap(word => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff])));
};
const hex = (high: string, low: string): string => ((Number(high) << 8) | Number(low)).toString(16);
const mappedPrefix = Buffer.from('00000000000000000000ffff', 'hex');
const unmapped = (address: Uint8Array): Uint8Array =>
  address.length === 16 && Buffer.compare(address.subarray(0, 12), mappedPrefix) === 0 ? address.subarray(12) : address;
