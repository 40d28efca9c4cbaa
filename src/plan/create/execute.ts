import type { Credential } from '../../base/credential.ts';
import { UserError } from '../../base/errors.ts';
import { probe } from '../../fleet/from-cluster/probe.ts';
import { annotation } from '../../kube/annotations.ts';
import type { Connection, Limits } from '../../kube/api/connection.ts';
import { getObject } from '../../kube/api/objects.ts';
import { type ClientConfig, kinds, type Secret } from '../../kube/kinds.ts';
import { parseStored } from '../../kube/kubeconfig/parse.ts';
import type { Journal, StillNeeded, Write } from '../journal.ts';
import { lookAgain, namedBy, refuseChanged } from '../meanwhile.ts';
import { refuseUnderWay } from '../registration.ts';
import type { Candidate } from './candidate.ts';
import { controlPlaneWrites, kubeconfigOf, newToken, tokenSecretWrite } from './writes.ts';

/** All token Secrets, then all Secrets, then all ClientConfigs; everything is taken back when one write fails. */
export const execute = async (
  candidates: readonly Candidate[],
  control: { connection: Connection; namespace: string },
  journal: Journal,
  limits: Limits,
  patience: number,
  did: (write: Write) => void,
): Promise<void> => {
  const completedWrites: Write[] = [];
  const write = async (one: Write): Promise<void> => {
    await journal.write(one);
    completedWrites.push(one);
    did(one);
  };
  const writes: { secret: Write<Secret>; clientConfig: Write<ClientConfig> }[] = [];
  for (const candidate of candidates) {
    if (candidate.ttl === undefined && candidate.tokenSecret.token === undefined) await write(await tokenSecretWrite(candidate));
    const token = candidate.tokenSecret.token ?? (await newToken(candidate, limits, patience));
    await proveFinal(candidate, token, limits);
    const pair = await controlPlaneWrites(control.connection, candidate, token, control.namespace);
    refuseUnderWay(pair.secret.before);
    refuseRival(candidate, pair.secret);
    refuseChanged(candidate.decided, pair);
    writes.push(pair);
  }
  for (const { secret } of writes) await write(secret);
  for (const { clientConfig } of writes) await write(clientConfig);
  if (completedWrites.some(({ action }) => action !== 'unchanged'))
    await Promise.all(
      writes.map(({ secret, clientConfig }, index) =>
        lookAgain(control.connection, clientConfig.object, secret.object.data?.['kubeconfig'], () => isRevoked(candidates[index])),
      ),
    );
};
const isRevoked = async (candidate: Candidate | undefined): Promise<boolean> => {
  // A token with an end lives in no Secret.
  if (candidate === undefined || candidate.ttl !== undefined) return false;
  const { source, serviceAccount, tokenSecret } = candidate;
  const secret = await getObject(source, kinds.secret, serviceAccount.namespace, tokenSecret.name);
  return secret.ok && (secret.value === undefined || secret.value.metadata.deletionTimestamp !== undefined);
};
/** Of two runs at once the later one must not put its token over that of the other, which would be left behind, alive. */
const refuseRival = ({ noted, serviceAccount, tokenSecret }: Candidate, { before }: Write): void => {
  const now = before?.metadata.annotations?.[annotation.tokenSecret];
  if (now === undefined || now === noted || now === `${serviceAccount.namespace}/${tokenSecret.name}`) return;
  throw new UserError(
    `refused: another run has stored Secret ${before?.metadata.namespace}/${before?.metadata.name} meanwhile`,
    'run this again; if it comes again, delete that Secret when no ClientConfig names it',
  );
};
/** Why a Secret of ours must stay on a roll-back: another run has stored its token meanwhile, or goes by it. */
export const tokenInUse =
  (candidates: readonly Candidate[], control: { connection: Connection; namespace: string }): StillNeeded =>
  async (write, all) => {
    const { object } = write;
    const of = candidates.find(
      ({ tokenSecret, serviceAccount }) =>
        object.metadata.name === tokenSecret.name && object.metadata.namespace === serviceAccount.namespace,
    );
    if (of === undefined || write.connection !== of.source) return namedBy(control.connection)(write, all);
    const secret = await getObject(control.connection, kinds.secret, control.namespace, of.secretName, true);
    if (!secret.ok) return `whether its token is stored could not be read: ${secret.detail}`;
    return secret.value?.metadata.annotations?.[annotation.tokenSecret] === `${of.serviceAccount.namespace}/${of.tokenSecret.name}`
      ? 'its token is stored'
      : false;
  };
/** The stored token itself, not only the account, must be accepted before it is stored. */
const proveFinal = async (candidate: Candidate, token: Credential, limits: Limits): Promise<void> => {
  if (candidate.tokenSecret.token !== undefined && candidate.proof !== undefined) return;
  const { identity, reach, tls } = await probe(
    candidate.contextName,
    parseStored(kubeconfigOf(candidate, token), candidate.contextName),
    [],
    limits,
  );
  const failure = [reach, tls, identity].find(step => step.status === 'fail');
  if (failure?.status === 'fail')
    throw new UserError(
      `${candidate.source.context} does not accept the token of Secret ${candidate.tokenSecret.name}: ${failure.detail}`,
      'run this again in a moment',
    );
  // A data plane that told it of the first token can tell it of this one.
  if (identity.status !== 'pass' && candidate.proof?.identity.status === 'pass')
    throw new UserError(
      `${candidate.source.context} does not say whose the token of Secret ${candidate.tokenSecret.name} is: ${identity.detail}`,
      'run this again in a moment',
    );
};
