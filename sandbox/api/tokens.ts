import { randomUUID } from 'node:crypto';
import { type Json, record } from './json.ts';
import type { Rule, User } from './rbac.ts';
import type { Store, Stored } from './store.ts';

export interface Tokens {
  /** whose it is; `undefined` when it is nobody's, no longer, or has ended */
  readonly userOf: (token: string) => User | undefined;
  readonly add: (token: string, user: User) => void;
  readonly revoke: (token: string) => void;
  /** the rights of a service account's tokens, instead of what is bound to it */
  readonly grant: (namespace: string, name: string, rules: readonly Rule[]) => void;
  /** what TokenRequest hands out */
  readonly request: (account: Stored, seconds: number, bound: Json | undefined) => { readonly token: string; readonly expires: number };
  /** Keeps whose token is whose and what was granted; the returned function brings it back, and fills no Secret that waits for it. */
  readonly snapshot: () => () => void;
  readonly stop: () => void;
}
interface Entry {
  readonly user: User;
  /** seconds since 1970 */
  readonly expires?: number;
  /** the account that it dies with, and the object that it was bound to */
  readonly lives?: () => boolean;
}

/** Of tokens that are asked for; those of Secrets have another one. */
export const issuer = 'https://kubernetes.default.svc.cluster.local';
const accountAnnotation = 'kubernetes.io/service-account.name';
const keyId = randomUUID();
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Signed by nobody: who holds the text is who it names, as long as the server knows it. */
const jwt = (claims: Json): string =>
  `${base64url({ alg: 'RS256', kid: keyId })}.${base64url(claims)}.${Buffer.from(randomUUID()).toString('base64url')}`;
const usernameOf = (namespace: string, account: string): string => `system:serviceaccount:${namespace}:${account}`;
const tokenIn = (secret: Stored): string | undefined => {
  const { token } = record(secret['data']);
  return typeof token === 'string' ? Buffer.from(token, 'base64').toString() : undefined;
};

/** Whose a token is, and what the controller manager does with Secrets that ask for one and with those of accounts that are gone. */
export const makeTokens = (store: Store, caPem: string, delayMs: number): Tokens => {
  const entries = new Map<string, Entry>();
  const grants = new Map<string, readonly Rule[]>();
  const timers = new Set<NodeJS.Timeout>();
  const userFor = ({ metadata: { namespace = '', name, uid = '' } }: Stored, extra?: User['extra']): User => ({
    username: usernameOf(namespace, name),
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...(extra === undefined ? {} : { extra }),
    get rules() {
      return grants.get(`${namespace}/${name}`) ?? 'bound';
    },
  });
  const accountOf = ({ metadata: { namespace = '', annotations = {} } }: Stored): Stored | undefined =>
    store.get('', 'serviceaccounts', namespace, annotations[accountAnnotation] ?? '');
  /** Fills a Secret that asks for a token, or takes it away when its account is not there. */
  const fill = ({ metadata: { namespace = '', name } }: Stored): void => {
    const secret = store.get('', 'secrets', namespace, name);
    if (secret === undefined || tokenIn(secret) !== undefined) return;
    const account = accountOf(secret);
    if (account === undefined) return store.remove('', 'secrets', namespace, name);
    const token = jwt(legacyClaims(account, name));
    entries.set(token, { user: userFor(account) });
    const annotations = { ...secret.metadata.annotations, 'kubernetes.io/service-account.uid': account.metadata.uid ?? '' };
    const encoded = (value: string): string => Buffer.from(value).toString('base64');
    store.put('', 'secrets', {
      ...secret,
      metadata: { ...secret.metadata, annotations },
      data: { ...record(secret['data']), 'ca.crt': encoded(caPem), namespace: encoded(namespace), token: encoded(token) },
    });
  };
  const accountGone = ({ metadata: { namespace = '', name, uid } }: Stored): void => {
    for (const [token, { user }] of entries) if (user.username === usernameOf(namespace, name) && user.uid === uid) entries.delete(token);
    for (const secret of store.list('', 'secrets'))
      if (secret.metadata.namespace === namespace && secret.metadata.annotations?.[accountAnnotation] === name)
        store.remove('', 'secrets', namespace, secret.metadata.name);
  };
  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };
  store.onChange((group, plural, object, gone) => {
    if (group !== '') return;
    if (plural === 'serviceaccounts' && gone) accountGone(object);
    if (plural !== 'secrets') return;
    const token = tokenIn(object);
    if (gone) entries.delete(token ?? '');
    else if (object['type'] === 'kubernetes.io/service-account-token' && token === undefined)
      timers.add(setTimeout(() => fill(object), delayMs));
  });
  return {
    userOf: token => {
      const { user, expires = Number.POSITIVE_INFINITY, lives = () => true } = entries.get(token) ?? {};
      return expires * 1000 > Date.now() && lives() ? user : undefined;
    },
    add: (token, user) => void entries.set(token, { user }),
    revoke: token => void entries.delete(token),
    grant: (namespace, name, rules) => void grants.set(`${namespace}/${name}`, rules),
    request: (account, seconds, bound) => {
      const expires = Math.floor(Date.now() / 1000) + seconds;
      const id = randomUUID();
      const token = jwt(requestedClaims(account, expires, seconds, id, bound));
      const { namespace = '' } = account.metadata;
      const lives = (): boolean =>
        bound === undefined || store.get('', 'secrets', namespace, String(bound['name']))?.metadata.uid === bound['uid'];
      entries.set(token, { user: userFor(account, { 'authentication.kubernetes.io/credential-id': [`JTI=${id}`] }), expires, lives });
      return { token, expires };
    },
    snapshot: () => {
      const kept = new Map(entries);
      const granted = new Map(grants);
      return () => {
        stop();
        entries.clear();
        for (const [token, entry] of kept) entries.set(token, entry);
        grants.clear();
        for (const [account, rules] of granted) grants.set(account, rules);
      };
    },
    stop,
  };
};

const legacyClaims = ({ metadata: { namespace = '', name, uid } }: Stored, secret: string): Json => {
  const claim = (key: string): string => `kubernetes.io/serviceaccount/${key}`;
  return {
    iss: 'kubernetes/serviceaccount',
    [claim('namespace')]: namespace,
    [claim('secret.name')]: secret,
    [claim('service-account.name')]: name,
    [claim('service-account.uid')]: uid,
    sub: usernameOf(namespace, name),
  };
};
const requestedClaims = ({ metadata }: Stored, expires: number, seconds: number, id: string, bound: Json | undefined): Json => {
  const { namespace = '', name, uid } = metadata;
  return {
    aud: [issuer],
    exp: expires,
    iat: expires - seconds,
    iss: issuer,
    jti: id,
    'kubernetes.io': {
      namespace,
      ...(bound === undefined ? {} : { secret: { name: bound['name'], uid: bound['uid'] } }),
      serviceaccount: { name, uid },
    },
    nbf: expires - seconds,
    sub: usernameOf(namespace, name),
  };
};
