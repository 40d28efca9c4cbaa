import { randomUUID } from 'node:crypto';
import { byHand, kubectl, look } from '../base/advice.ts';
import { open, secretText, text } from '../base/codec.ts';
import { type Credential, credential, reveal } from '../base/credential.ts';
import { UserError } from '../base/errors.ts';
import { type Read, whole } from '../base/read.ts';
import { annotation, managedBy, managedByLabel, tokenType } from '../kube/annotations.ts';
import type { Connection, Limits } from '../kube/api/connection.ts';
import { listObjects } from '../kube/api/lists.ts';
import { demand, demandDecoded, getObject, required } from '../kube/api/objects.ts';
import type { Request } from '../kube/api/request.ts';
import { type Key, keyText } from '../kube/key.ts';
import { apiPath, kinds, type Secret } from '../kube/kinds.ts';
import { tokenClaims } from '../kube/token-claims.ts';
import { askUntil, seconds } from './backoff.ts';
import type { Change } from './changes.ts';
import { shortHash } from './names.ts';
import { type Owner, strange } from './owner.ts';
import { type Removal, remove } from './remove.ts';
import type { Unknown } from './unknown.ts';

/** A service account of a data plane. */
export interface Account extends Key {
  /** of an account that was deleted and made anew the old tokens are worth nothing, so it is compared wherever it is known */
  readonly uid?: string;
}

const accountName = 'kubernetes.io/service-account.name';
const accountUid = 'kubernetes.io/service-account.uid';
const invalidSince = 'kubernetes.io/legacy-token-invalid-since';

/**
 * A name that nobody can foresee and no two ClientConfigs share: the token of a Secret follows from its name and the account's uid alone,
 * so one that was revoked would come to life again under the same name; kubernetes pkg/serviceaccount/legacy.go.
 */
export const freshTokenName = (account: string): string =>
  `${/^.*[a-z0-9]/s.exec(account.slice(0, 40))?.[0] ?? ''}-clientconfig-${shortHash(randomUUID())}`;

/** The Secret that asks for a token. It is not listed in the account's `secrets`, so that nothing collects it as garbage. */
export const tokenSecretManifest = (account: Account, name: string, { controlPlanes, clientConfig }: Owner): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    namespace: account.namespace,
    name,
    labels: managedBy,
    annotations: {
      [accountName]: account.name,
      [annotation.controlPlane]: controlPlanes[0],
      [annotation.clientConfig]: clientConfig,
    },
  },
  type: tokenType,
});

/** Why a Secret of a data plane is no token of ours for this ClientConfig, in words; `undefined` when it is. */
export const foreign = (secret: Secret, owner: Owner): string | undefined =>
  strange(secret, owner) ?? (secret.type === tokenType ? undefined : 'it holds no token of a service account');
export const tokenOf = (secret: Secret | undefined): Credential | undefined => {
  const token = secret?.data?.['token'];
  return token === undefined || token === '' ? undefined : credential(Buffer.from(token, 'base64').toString('utf8'));
};

/** The Secrets of ours in a data plane, whichever control plane they are of: in all its namespaces, or in this one where no more may be listed. */
export const madeSecrets = async (source: Connection, namespace: string): Promise<Read<readonly Secret[]>> => {
  const all = await listObjects(source, kinds.secret, undefined, managedByLabel);
  return all.ok ? all : await listObjects(source, kinds.secret, namespace, managedByLabel);
};
/** The token Secrets of ours for this ClientConfig, whoever of us has left them there, and what keeps it unknown whether these are all. */
export const leftTokens = async (
  source: DataPlane,
  namespace: string,
  owner: Owner,
): Promise<{ readonly secrets: readonly Secret[]; readonly unknown?: Unknown }> => {
  const read = await listObjects(source, kinds.secret, namespace, managedByLabel);
  const all = whole(read);
  // Another time nothing may stand in the way but for these two.
  if (!all.ok && all.reason !== 'forbidden' && all.reason !== 'malformed') required(all, `the Secrets of ${namespace}`, source.context);
  const secrets = (read.ok ? read.value : []).filter(secret => foreign(secret, owner) === undefined);
  if (all.ok) return { secrets };
  const { context } = source;
  const { reason, detail } = all;
  const what = `whether other tokens of ClientConfig ${owner.clientConfig} are left in namespace ${namespace} of ${context}`;
  const remedy =
    source.by === 'user'
      ? look(kubectl(context, '-n', namespace, 'get', 'secrets', '-l', managedByLabel))
      : byHand(`look there, with a context of your own, for Secrets of namespace ${namespace} with the label ${managedByLabel}`);
  return { secrets, unknown: { what, context, reason, detail, remedy } };
};
/** A data plane as it is reached for a change, with whose credential. */
type DataPlane = Connection & { readonly by: 'user' | 'stored' };
/** One of them that is still good for the account, the noted one first. Who may not list them gets a new one. */
export const findToken = async (
  source: Connection,
  account: Account,
  owner: Owner,
  noted: Key | undefined,
  made: Read<readonly Secret[]>,
): Promise<Secret | undefined> => {
  const notedSecret =
    noted?.namespace === account.namespace
      ? required(await getObject(source, kinds.secret, noted.namespace, noted.name), `Secret ${keyText(noted)}`, source.context)
      : undefined;
  const left = made.ok ? made.value.filter(({ metadata }) => metadata.namespace === account.namespace) : [];
  return [...(notedSecret === undefined ? [] : [notedSecret]), ...left].find(
    secret => foreign(secret, owner) === undefined && isGood(secret, account),
  );
};
/** The token of an account that was deleted outlives it for a moment, until its controller notices. */
const isGood = ({ metadata: { labels = {}, annotations = {}, deletionTimestamp } }: Secret, account: Account): boolean =>
  annotations[accountName] === account.name &&
  labels[invalidSince] === undefined &&
  deletionTimestamp === undefined &&
  (annotations[accountUid] === undefined || account.uid === undefined || annotations[accountUid] === account.uid);

/** Makes the Secret; true when this call has made it, false when one of ours of that name is there already. */
export const mintToken = async (source: Connection, account: Account, where: Key, owner: Owner): Promise<boolean> => {
  const secret = required(await getObject(source, kinds.secret, where.namespace, where.name), `Secret ${keyText(where)}`, source.context);
  if (secret !== undefined && foreign(secret, owner) === undefined && isGood(secret, account)) return false;
  await demand(source, `create Secret ${keyText(where)}`, {
    method: 'POST',
    path: apiPath(kinds.secret, where.namespace),
    body: tokenSecretManifest(account, where.name, owner),
    mustFinish: true,
  });
  return true;
};

/** Waits until the token controller has put token AND ca.crt into the Secret, and the token is one of this very account. */
export const awaitToken = (source: Connection, account: Account, where: Key, patience: number, limits: Limits): Promise<Credential> =>
  askUntil(
    async () => {
      const secret = required(
        await getObject(source, kinds.secret, where.namespace, where.name),
        `Secret ${keyText(where)}`,
        source.context,
      );
      const token = tokenOf(secret);
      const ca = secret?.data?.['ca.crt'];
      if (token === undefined || ca === undefined || ca === '') return undefined;
      refuseOther(token, account, where, source);
      return token;
    },
    { patience },
    limits,
    () =>
      new UserError(
        `no token came into Secret ${keyText(where)} in ${source.context} within ${seconds(patience)}`,
        'see that kube-controller-manager runs there, then run this again',
      ),
  );
const refuseOther = (token: Credential, account: Account, where: Key, source: Connection): void => {
  const claims = tokenClaims(reveal(token));
  if (claims?.serviceAccountUid === undefined || account.uid === undefined || claims.serviceAccountUid === account.uid) return;
  throw new UserError(
    `the token of Secret ${keyText(where)} belongs to an earlier ServiceAccount of the same name`,
    `delete that Secret in ${source.context}, then run this again`,
  );
};

const tokenRequest = open({ status: open({ token: secretText, expirationTimestamp: text }) });
/** A token with an end, which is stored nowhere in the data plane; `lives` (seconds) is what the API server has granted. */
export const requestToken = async (
  source: Connection,
  { namespace, name }: Account,
  ttl: number,
): Promise<{ readonly token: Credential; readonly lives: number }> => {
  const request: Request = {
    method: 'POST',
    path: `${apiPath(kinds.serviceAccount, namespace, name)}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: ttl } },
  };
  const { status } = await demandDecoded(source, `ask for a token of ${namespace}/${name}`, request, tokenRequest);
  const lives = (Date.parse(status.expirationTimestamp) - Date.now()) / 1000;
  if (status.token === '' || Number.isNaN(lives)) throw new UserError(`${source.context} gave no token`, 'run this again');
  return { token: credential(status.token), lives };
};

/** An API server may make a token shorter than asked; one that is too short is renewed too late. Both in seconds. */
export const refuseShortLife = (dataPlane: string, ttl: number, lives: number): void => {
  if (lives < ttl / 2)
    throw new UserError(
      `refused: the data plane of ${dataPlane} makes tokens of ${Math.round(lives / 60)} minutes at most, not of ${Math.round(ttl / 60)}`,
      'pass a --token-ttl that it grants (kube-apiserver --service-account-max-token-expiration)',
    );
};

/** Takes away a token Secret of ours; any other is left, with the reason. */
export const revokeToken = (
  source: Connection,
  where: Key,
  owner: Owner,
  stays: (token: Credential | undefined) => string | undefined = () => undefined,
): Promise<Removal> => remove(source, kinds.secret, where, secret => foreign(secret, owner) ?? stays(tokenOf(secret)));
/** The same as what was done. */
export const tokenChange = (where: Key, context: string, removal: Removal): Change => {
  const base = { object: `Secret ${keyText(where)}`, context, token: true } as const;
  return typeof removal === 'object'
    ? { ...base, did: 'left', why: removal.left }
    : { ...base, did: removal === 'gone' ? 'gone' : 'revoked' };
};
