import { randomUUID } from 'node:crypto';
import { type Json, record } from './json.ts';
import { operatorRules, type Rule, type User } from './rbac.ts';
import type { Store, Stored } from './store.ts';

export interface Tokens {
  /** whose it is; `undefined` when it is nobody's */
  readonly userOf: (token: string) => User | undefined;
  readonly add: (token: string, user: User) => void;
  readonly revoke: (token: string) => void;
  /** the rights of a service account's tokens */
  readonly grant: (namespace: string, name: string, rules: readonly Rule[]) => void;
  /** what TokenRequest hands out */
  readonly request: (account: Stored, seconds: number) => { readonly token: string; readonly expires: number };
  /** Keeps whose token is whose; the returned function brings it back, and fills no Secret that waits for it. */
  readonly snapshot: () => () => void;
  readonly stop: () => void;
}

const accountAnnotation = 'kubernetes.io/service-account.name';
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: Json): string =>
  `${base64url({ alg: 'none', kid: randomUUID() })}.${base64url(claims)}.${Buffer.from(randomUUID()).toString('base64url')}`;
const usernameOf = (namespace: string, account: string): string => `system:serviceaccount:${namespace}:${account}`;
const textIn = (secret: Stored): string | undefined => {
  const { token } = record(secret['data']);
  return typeof token === 'string' ? Buffer.from(token, 'base64').toString() : undefined;
};

/** Whose a token is, and what the controller manager does with Secrets that ask for one and with those of accounts that are gone. */
export const makeTokens = (store: Store, caPem: string, delayMs: number): Tokens => {
  const users = new Map<string, User>();
  const grants = new Map<string, readonly Rule[]>();
  const timers = new Set<NodeJS.Timeout>();
  const register = (token: string, namespace: string, account: string): void => {
    const rules = grants.get(`${namespace}/${account}`) ?? operatorRules.map(rule => ({ ...rule, namespaces: [namespace] }));
    users.set(token, {
      username: usernameOf(namespace, account),
      groups: ['system:serviceaccounts', 'system:authenticated'],
      rules,
    });
  };
  const fill = (secret: Stored): void => {
    const { namespace = '', name, annotations = {} } = secret.metadata;
    const account = annotations[accountAnnotation] ?? '';
    const live = store.get('', 'serviceaccounts', namespace, account);
    if (live === undefined || store.get('', 'secrets', namespace, name) === undefined) return;
    const claim = (key: string): string => `kubernetes.io/serviceaccount/${key}`;
    const token = jwt({
      sub: usernameOf(namespace, account),
      [claim('namespace')]: namespace,
      [claim('service-account.name')]: account,
      [claim('service-account.uid')]: live.metadata.uid,
      [claim('secret.name')]: name,
    });
    register(token, namespace, account);
    store.put('', 'secrets', {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, 'kubernetes.io/service-account.uid': live.metadata.uid ?? '' } },
      data: { token: Buffer.from(token).toString('base64'), 'ca.crt': Buffer.from(caPem).toString('base64') },
    });
  };
  const accountGone = ({ metadata: { namespace = '', name } }: Stored): void => {
    for (const [token, { username }] of users) if (username === usernameOf(namespace, name)) users.delete(token);
    for (const secret of store.list('', 'secrets'))
      if (secret.metadata.namespace === namespace && secret.metadata.annotations?.[accountAnnotation] === name)
        store.remove('', 'secrets', namespace, secret.metadata.name);
  };
  store.onChange((group, plural, object, gone) => {
    if (group !== '') return;
    if (plural === 'serviceaccounts' && gone) accountGone(object);
    if (plural !== 'secrets') return;
    const token = textIn(object);
    if (gone) users.delete(token ?? '');
    else if (object['type'] === 'kubernetes.io/service-account-token' && token === undefined)
      timers.add(setTimeout(() => fill(object), delayMs));
  });
  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };
  return {
    userOf: token => users.get(token),
    add: (token, user) => void users.set(token, user),
    revoke: token => void users.delete(token),
    grant: (namespace, name, rules) => void grants.set(`${namespace}/${name}`, rules),
    request: ({ metadata: { namespace = '', name, uid } }, seconds) => {
      const expires = Math.floor(Date.now() / 1000) + seconds;
      const token = jwt({
        sub: usernameOf(namespace, name),
        exp: expires,
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      });
      register(token, namespace, name);
      return { token, expires };
    },
    snapshot: () => {
      const kept = new Map(users);
      return () => {
        stop();
        users.clear();
        for (const [token, user] of kept) users.set(token, user);
      };
    },
    stop,
  };
};
