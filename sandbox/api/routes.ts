import { discovery } from './discovery.ts';
import { record } from './json.ts';
import type { User } from './rbac.ts';
import { failure, pageNotFound, type Reply } from './reply.ts';
import { type Backend, resourcePath, resources } from './resources.ts';
import { review } from './reviews.ts';

export interface Call {
  readonly method: string;
  readonly url: URL;
  /** whose the token is; `undefined` when it is nobody's */
  readonly user: User | undefined;
  readonly body: unknown;
  readonly accept: string;
  readonly contentType: string;
}
/** Which release it answers as. */
export interface Release {
  /** `v1.36.3` */
  readonly version: string;
  readonly minor: number;
}
const forEverybody = /^\/(version|healthz|readyz|livez)\/?$/;

/** Which part of the server answers a path. */
export const answer = (backend: Backend & Release, call: Call): Reply => {
  const { method, url, user, body, accept } = call;
  const path = url.pathname.replace(/(.)\/+$/, '$1');
  if (user === undefined) return failure(401, 'Unauthorized');
  if (forEverybody.test(path)) return path === '/version' ? { status: 200, body: versionInfo(backend) } : { status: 200, body: 'ok' };
  const review_ = method === 'POST' ? review(backend.store, path, user, record(body), backend.minor) : undefined;
  if (review_ !== undefined) return review_;
  const target = resourcePath(path);
  if (target !== undefined) return resources(backend, target, { ...call, user });
  if (user.username === 'system:anonymous')
    return failure(403, `forbidden: User "system:anonymous" cannot ${method.toLowerCase()} path "${path}"`, { details: {} });
  return discovery(path, accept, backend.minor, backend.without) ?? pageNotFound;
};
const versionInfo = ({ version, minor }: Release) => ({
  major: '1',
  minor: String(minor),
  gitVersion: version,
  buildDate: '1970-01-01T00:00:00Z',
  compiler: 'gc',
  platform: 'linux/amd64',
});
