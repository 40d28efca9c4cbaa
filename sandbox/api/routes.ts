import { discovery, groupDiscovery } from './discovery.ts';
import type { Json } from './json.ts';
import type { User } from './rbac.ts';
import { failure, type Reply } from './reply.ts';
import { type Backend, resources } from './resources.ts';
import { review } from './reviews.ts';

export interface Call {
  readonly method: string;
  readonly url: URL;
  /** whose the token is; `undefined` when it is nobody's */
  readonly user: User | undefined;
  readonly body: Json;
  readonly accept: string;
}

/** Which part of the server answers a path. */
export const answer = (backend: Backend & { readonly version: string }, { method, url, user, body, accept }: Call): Reply => {
  if (user === undefined) return failure(401, 'Unauthorized');
  const path = url.pathname;
  if (path === '/version') return { status: 200, body: { gitVersion: backend.version, major: '1', minor: '31' } };
  if (path === '/readyz') return { status: 200, body: 'ok' };
  if (path === '/apis') return { status: 200, body: discovery(accept, backend.without) };
  const group = groupDiscovery(path, backend.without);
  if (group !== undefined) return group;
  return (method === 'POST' ? review(path, user, body) : undefined) ?? resources(backend, method, url, user, body);
};
