/** A control plane and two data planes of the sandbox that no network leads to: what the code cache is trained with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asUser } from '../../sandbox/api/impersonation.ts';
import { makeLists } from '../../sandbox/api/lists.ts';
import type { Reply } from '../../sandbox/api/reply.ts';
import { answer } from '../../sandbox/api/routes.ts';
import { makeStore } from '../../sandbox/api/store.ts';
import { makeTokens } from '../../sandbox/api/tokens.ts';
import { cluster, equip } from '../../sandbox/sandbox.ts';
import { installOperatorIn } from '../../sandbox/world.ts';

const pem = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
/** RSA as kubeadm makes them, without their keys: good from 1970 to 9999, for each host below. */
const caPem = pem('ca.pem');
export const serverPem = pem('server.pem');

interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
/** What answers as an API server does, at once. */
export type Server = (question: Question) => Reply;
const serverOf = (name: string): Server => {
  const store = makeStore();
  const { put } = store;
  const tokens = makeTokens(store, caPem, 0);
  tokens.add('admin', { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'], rules: 'all' });
  put('', 'namespaces', { metadata: { name: 'kube-system' } });
  installOperatorIn({ put, caPem }, name === 'cp');
  equip({ put });
  if (name === 'cp') put('k8ssandra.io', 'k8ssandraclusters', { ...cluster('demo', ['east', 'west']), status: { error: 'None' } });
  const backend = {
    store,
    tokens,
    lists: makeLists(store),
    without: new Set<string>(),
    webhook: () => undefined,
    version: 'v1.36.3',
    minor: 36,
  };
  return ({ method, path, headers, body }) => {
    const caller = tokens.userOf(headers['authorization']?.replace(/^Bearer /, '') ?? '');
    const user = caller === undefined ? undefined : asUser(store, caller, headers);
    if (user !== undefined && 'body' in user) return user;
    const { accept = '', 'content-type': contentType = '' } = headers;
    const sent = body === '' ? {} : JSON.parse(body);
    return answer(backend, { method, url: new URL(path, 'https://server'), user, body: sent, accept, contentType });
  };
};
/** By host, as kubeconfig.yaml has them. */
export const fleet: Readonly<Record<string, Server>> = {
  '192.0.2.1': serverOf('cp'),
  'east.example.com': serverOf('east'),
  '192.0.2.3': serverOf('west'),
};
