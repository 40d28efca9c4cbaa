import { kubectl, look } from '../../base/advice.ts';
import type { Credential } from '../../base/credential.ts';
import { UserError } from '../../base/errors.ts';
import type { Read } from '../../base/read.ts';
import { probe } from '../../fleet/from-cluster/probe.ts';
import type { ControlPlane, Probe } from '../../fleet/inventory.ts';
import { ownershipIn, ownSecretOf } from '../../fleet/own-secrets.ts';
import { managedByLabel } from '../../kube/annotations.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { RefusedError } from '../../kube/api/objects.ts';
import { keyOf, keyText } from '../../kube/key.ts';
import type { Secret } from '../../kube/kinds.ts';
import { buildStored } from '../../kube/kubeconfig/build.ts';
import { parseStored } from '../../kube/kubeconfig/parse.ts';
import { usernameOf } from '../account.ts';
import { type Account, findToken, freshTokenName, madeSecrets, requestToken, tokenOf } from '../token.ts';
import type { Unknown } from '../unknown.ts';
import type { Candidate } from './candidate.ts';
import type { CreateRun } from './locate.ts';

/** The token that will be stored, where it exists already, and what the operator's first steps show with it or with one of ten minutes. */
export const proveCredential = async (
  { source, controlPlane, options, limits, guard }: CreateRun,
  candidate: Omit<Candidate, 'tokenSecret' | 'proof' | 'unknown' | 'allowed'>,
): Promise<Pick<Candidate, 'tokenSecret' | 'proof' | 'unknown'>> => {
  const { serviceAccount: account, owner, noted, contextName, endpoint } = candidate;
  const candidates = await madeSecrets(source, account.namespace);
  const unknown = refuseRegistered(candidates, source.context, controlPlane, guard);
  const unknowns = unknown === undefined ? {} : { unknown };
  const secret = options.ttl === undefined ? await findToken(source, account, owner, keyOf(noted ?? ''), candidates) : undefined;
  const watches = controlPlane.operator?.watches ?? [options.destNamespace];
  const judge = (proof: Probe): void => {
    judgeIdentity(proof, account, source.context, guard);
    judgeAccess(proof, account, source.context, controlPlane, guard);
  };
  const shown = (token: Credential): Promise<Probe> =>
    probe(contextName, parseStored(buildStored({ ...endpoint, contextName, token }), contextName), watches, limits);
  const storedToken = tokenOf(secret);
  const before = storedToken === undefined ? undefined : await shown(storedToken);
  // A token outlives its Secret's worth where that cluster signs with another key by now.
  if (secret !== undefined && storedToken !== undefined && before !== undefined && !isDead(before)) {
    judge(before);
    return { tokenSecret: { name: secret.metadata.name, token: storedToken }, proof: before, ...unknowns };
  }
  const name = before === undefined ? secret?.metadata.name : undefined;
  const tokenSecret = { name: name ?? freshTokenName(account.name) };
  const token = await shortToken(source, account);
  const unproven = {
    why: `the credential cannot be proven before it is written: the user of ${source.context} may not create tokens of ${account.namespace}/${account.name}`,
    cure: 'use a context that may create serviceaccounts/token',
  };
  guard.refuse('unproven', token === undefined ? unproven : undefined);
  if (token === undefined) return { tokenSecret, proof: undefined, ...unknowns };
  const proof = await shown(token);
  judge(proof);
  return { tokenSecret, proof, ...unknowns };
};
const isDead = ({ identity }: Probe): boolean => identity.status === 'fail' && identity.cause === 'unauthorized';

/** What a data plane says of its other control planes decides nothing but this: anybody who may write Secrets there may have said it. */
const refuseRegistered = (
  made: Read<readonly Secret[]>,
  context: string,
  plane: ControlPlane,
  guard: CreateRun['guard'],
): Unknown | undefined => {
  const ownership = ownershipIn(plane);
  const what = `whether another control plane has registered ${context}`;
  if (!made.ok) {
    const { reason, detail } = made;
    const command = kubectl(context, 'get', 'secrets', '-A', '-l', managedByLabel);
    return { what, context, reason, detail, remedy: look(command) };
  }
  const tokens = made.value.map(ownSecretOf).filter(({ holds, deleting }) => holds === 'token' && !deleting);
  if (!ownership.ok) {
    const { reason, detail } = ownership;
    const command = kubectl(undefined, 'get', 'namespace', 'kube-system', '-o', 'yaml');
    return tokens.length === 0 ? undefined : { what, context: plane.context, reason, detail, remedy: look(command) };
  }
  const other = tokens.find(token => ownership.value(token) === 'another');
  if (other === undefined) return undefined;
  const config = keyOf(other.clientConfig ?? '');
  const by = `its kube-system has the uid ${other.controlPlane}${config === undefined ? '' : `, its ClientConfig is ${keyText(config)}`}`;
  guard.refuse('other-control-plane', { context, by, token: keyText(other) });
  return undefined;
};

/** A token of ten minutes that stores nothing anywhere, to prove the account with before anything is written. */
const shortToken = async (source: Connection, account: Account): Promise<Credential | undefined> => {
  try {
    return (await requestToken(source, account, 600)).token;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 403) return undefined;
    throw error;
  }
};

const judgeIdentity = ({ reach, tls, version, identity }: Probe, account: Account, context: string, guard: CreateRun['guard']): void => {
  for (const step of [reach, tls, version, identity])
    if (step.status === 'fail')
      throw new UserError(
        `refused: ${context} does not accept the new credential: ${step.detail}`,
        'see what kubectl says of that API server, then run this again',
      );
  const username = usernameOf(account);
  const tokenUsername = identity.status === 'pass' ? identity.value.username : undefined;
  guard.refuse(
    'wrong-identity',
    tokenUsername !== undefined && tokenUsername !== username ? { actual: tokenUsername, wanted: username } : undefined,
  );
};
const judgeAccess = (
  { access, crds }: Probe,
  account: Account,
  context: string,
  { operator }: ControlPlane,
  guard: CreateRun['guard'],
): void => {
  const username = usernameOf(account);
  const missingRights = access.status === 'pass' ? access.value.missing : undefined;
  const summary = missingRights
    ?.slice(0, 3)
    .map(({ verb, resource, namespace }) => `${verb} ${resource}${namespace === undefined ? ' in all namespaces' : ` in ${namespace}`}`);
  const namespaces = operator === undefined ? 'unknown' : operator.watches === 'all' ? 'all' : operator.watches.join(', ');
  if (missingRights === undefined)
    guard.refuse('missing-access', { why: `the rights of ${username} in ${context} could not be read`, watched: namespaces });
  else if (missingRights.length > 0) {
    const why = `${username} lacks ${missingRights.length} rights in ${context}: ${summary?.join(', ')}${missingRights.length > 3 ? ', ...' : ''}`;
    guard.refuse('missing-access', { why, watched: namespaces });
  }
  const missingCrds = crds.status === 'pass' ? crds.value.missing : undefined;
  if (missingCrds === undefined) guard.refuse('missing-crds', { why: `the CRDs of ${context} could not be read` });
  else if (missingCrds.length > 0) guard.refuse('missing-crds', { why: `${context} does not serve ${missingCrds.join(', ')}` });
};
