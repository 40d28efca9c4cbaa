import { ours, type Sentence, sentence, throughAny } from '../base/advice.ts';
import { UserError } from '../base/errors.ts';
import { readOperators, readOperatorsIn } from '../fleet/from-cluster/operators.ts';
import type { Identity, Probe } from '../fleet/inventory.ts';
import { annotation } from '../kube/annotations.ts';
import type { Limits } from '../kube/api/connection.ts';
import { getObject } from '../kube/api/objects.ts';
import { keyOf, keyText } from '../kube/key.ts';
import { kinds } from '../kube/kinds.ts';
import type { Operator } from '../operator/environment.ts';
import { type DataPlaneConnection, identityOf, refuseStranger } from './data-plane.ts';
import type { Owner } from './owner.ts';
import type { LiveRegistration } from './registration.ts';
import { type Account, foreign, tokenOf } from './token.ts';

export const usernameOf = ({ namespace, name }: Account): string => `system:serviceaccount:${namespace}:${name}`;
/** The service account that a user name means; `undefined` for another kind of user. */
const accountOf = ({ username, uid }: Identity): Account | undefined => {
  const key = username.startsWith('system:serviceaccount:') ? keyOf(username.slice(22).replace(':', '/')) : undefined;
  return key === undefined ? undefined : { ...key, ...(uid === undefined ? {} : { uid }) };
};

/**
 * The account that new tokens may be had for. It is never what the stored Secret says, which others may write: it is the account that
 * the data plane's API server names when the stored token is shown to it. And where that is done with the user's own rights, it must be
 * the operator's account there, or one of which a token of ours for this ClientConfig lives there: so whoever wrote the Secret gains
 * nothing that the stored token was not good for.
 */
export const proveAccount = async (
  registration: LiveRegistration,
  source: DataPlaneConnection,
  owner: Owner,
  limits: Limits,
): Promise<Account> => {
  const { contextName, stored } = registration;
  const identity = await identityOf(source, registration.token);
  if (identity.status === 'fail' && identity.cause === 'unauthorized')
    return accountOfOperator(registration, source, identity.detail, limits);
  if (identity.status !== 'pass')
    throw new UserError(
      `refused: whose the stored token of ${contextName} is could not be proven: ${identity.detail}`,
      'run this again; no token was asked for',
    );
  const account = accountOf(identity.value);
  if (account === undefined)
    throw new UserError(
      `refused: the stored token of ${contextName} is one of ${identity.value.username}, which is no service account`,
      createAgain(registration, source),
    );
  if (source.by === 'stored') return account;
  const operators = await readOperatorsIn(source, account.namespace);
  if (operators.ok && operators.value.some(({ serviceAccount }) => serviceAccount === account.name)) return account;
  const { secretName } = stored.claims ?? {};
  const secret = secretName === undefined ? undefined : await getObject(source, kinds.secret, account.namespace, secretName);
  const tokenSecret = secret?.ok === true ? secret.value : undefined;
  if (
    tokenSecret !== undefined &&
    foreign(tokenSecret, owner) === undefined &&
    tokenOf(tokenSecret)?.fingerprint === registration.token.fingerprint
  )
    return account;
  throw new UserError(
    `refused: the stored token of ${contextName} is one of ${keyText(account)}, which is no operator's account in ${source.context}${operators.ok ? '' : ` as far as could be read (${operators.detail})`}`,
    // Only the stored token names that account, so no command to paste does.
    [
      createAgain(registration, source),
      `, which takes the operator's; where ${keyText(account)} is meant, add --service-account and --source-namespace`,
    ].flat(),
  );
};

/** Of a token that is not accepted nobody can tell whose it was: then the user names the data plane, as for a create. */
const accountOfOperator = async (
  registration: LiveRegistration,
  source: DataPlaneConnection,
  detail: string,
  limits: Limits,
): Promise<Account> => {
  const { contextName, config } = registration;
  if (source.named === undefined)
    throw new UserError(
      `refused: the stored token of ${contextName} is not accepted, so it does not show whose it was: ${detail}`,
      source.by === 'stored'
        ? 'name your own context of that data plane with --from-context'
        : sentence`run ${ours('clientconfig rotate', [config.metadata.name], '--from-context', source.context)} if ${source.context} is its data plane`,
    );
  await refuseStranger(registration, source, source.named, limits);
  const operators = await readOperators(source);
  const candidates = operators.ok ? dataPlaneOperators(operators.value) : [];
  const [only, ...others] = candidates;
  const account =
    only === undefined || others.length > 0
      ? undefined
      : await getObject(source, kinds.serviceAccount, only.namespace, only.serviceAccount);
  const uid = account?.ok === true ? account.value?.metadata.uid : undefined;
  if (only !== undefined && uid !== undefined) return { namespace: only.namespace, name: only.serviceAccount, uid };
  throw new UserError(
    `refused: the stored token of ${contextName} is not accepted, and ${
      operators.ok
        ? `${source.context} has ${candidates.length === 1 ? 'no account of its operator that could be read' : `${candidates.length} operators`}`
        : `the operators of ${source.context} could not be read: ${operators.detail}`
    }`,
    createAgain(registration, source),
  );
};
/** Those that are no control planes, where there are any. */
export const dataPlaneOperators = (operators: readonly Operator[]): readonly Operator[] => {
  const planes = operators.filter(({ controlPlane }) => !controlPlane);
  return planes.length > 0 ? planes : operators;
};
const createAgain = ({ contextName }: LiveRegistration, { context, by }: DataPlaneConnection, ...flags: readonly string[]): Sentence =>
  by === 'user'
    ? sentence`create it again with ${ours('clientconfig create', [contextName], '--from-context', context, ...flags)}`
    : sentence`create it again with ${throughAny('clientconfig create', [contextName], ...flags)}`;

/** A credential that is stored is one of the account that is noted beside it. */
export const refuseOtherAccount = (
  contextName: string,
  { identity }: Probe,
  annotations: Readonly<Record<string, string>> | undefined,
): void => {
  const notedAccount = keyOf(annotations?.[annotation.serviceAccount] ?? '');
  if (notedAccount === undefined || identity.status !== 'pass' || identity.value.username === usernameOf(notedAccount)) return;
  throw new UserError(
    `refused: the token of ${contextName} is one of ${identity.value.username}, and not of the account ${keyText(notedAccount)} that is noted beside it`,
    sentence`create it again with ${throughAny('clientconfig create', [contextName])}`,
  );
};
