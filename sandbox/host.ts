import { lookup } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import type { Host } from './api/tls.ts';

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
/**
 * What this machine calls itself, by a name or address that is no loopback address to look at: `clientconfig create` refuses those,
 * rightly, since an operator that runs in a pod would reach itself there. The operator stand-in runs here and reaches it. A name that
 * leads to a loopback address is preferred, so that nobody else does. `undefined` where there is none.
 */
export const ownHost = async (): Promise<Host | undefined> => {
  const own = Object.values(networkInterfaces())
    .flatMap(all => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  const name = hostname().toLowerCase();
  const found = await lookup(name, { family: 4 }).catch(() => undefined);
  const named = /^[a-z0-9.-]+$/.test(name) && name !== 'localhost' && !name.endsWith('.localhost') && !/^[\d.]+$/.test(name);
  if (named && found !== undefined && (isLoopback(found.address) || own.includes(found.address))) return { name, address: found.address };
  const [address] = own;
  return address === undefined ? undefined : { name: address, address };
};
