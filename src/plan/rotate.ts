import { ours, type Sentence, sentence } from '../base/advice.ts';
import { type Credential, credential } from '../base/credential.ts';
import { UserError } from '../base/errors.ts';
import { lateFault } from '../checks/start.ts';
import { probe } from '../fleet/from-cluster/probe.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { annotation, managedBy } from '../kube/annotations.ts';
import { type Connection, connectStored, type Limits, pauseFor, TransportError } from '../kube/api/connection.ts';
import { demand, getObject, required } from '../kube/api/objects.ts';
import { configKey } from '../kube/key.ts';
import { apiPath, kinds, type Secret } from '../kube/kinds.ts';
import { buildStored } from '../kube/kubeconfig/build.ts';
import { parseStored } from '../kube/kubeconfig/parse.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { awaitLoaded } from './await-loaded.ts';
import { tokenSecretName } from './create.ts';
import type { DataPlaneConnection } from './data-plane.ts';
import {
  isOurs,
  operatorToLoad,
  othersWithToken,
  ownerOf,
  putSecret,
  type Registration,
  tokenOf,
  withAnnotations,
  withKubeconfig,
} from './registration.ts';

/** Where a rotation stands, kept on the stored Secret in an annotation that the operator does not hash. */
interface Claim {
  /** the run that holds it: of two runs, the one whose claim was written goes on */
  readonly run: string;
  readonly startedAt: string;
  /** `claimed`: the old token is stored; `written`: the new one is */
  readonly phase: 'claimed' | 'written';
  /** `namespace/name` of the Secret of the old token in the data plane, when it lives in one */
  readonly from?: string;
  /** `namespace/name` of the Secret of the new token; absent for a token with an end, which lives in no Secret */
  readonly to?: string;
  /** seconds that the new token shall live, when it has an end */
  readonly ttl?: number;
}
const claimOf = ({ metadata }: Secret): Claim | undefined => {
  const text = metadata.annotations?.[annotation.rotation];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Claim;
  } catch {
    throw new UserError(
      `the annotation ${annotation.rotation} of Secret ${metadata.namespace}/${metadata.name} is not readable`,
      'remove it by hand if no rotation is under way, then run this again',
    );
  }
};
export const rotationUnderWay = (secret: Secret): boolean => claimOf(secret) !== undefined;

/** One credential on its way from the old token to the new one. */
export interface Rotation {
  readonly registration: Registration;
  readonly source: DataPlaneConnection;
  readonly account: { readonly namespace: string; readonly name: string };
  readonly claim: Claim;
  readonly resumed: boolean;
}

/** Finishes every rotation whose process has died. */
const resume = ours('clientconfig rotate', [], '--resume');
/** What will be rotated; nothing is written. Refuses what another run is at, unless this one resumes it. */
export const planRotation = (
  registration: Registration,
  source: DataPlaneConnection,
  run: string,
  now: number,
  resumes: boolean,
  ttl?: number,
): Rotation => {
  const { key, contextName, stored, secret } = registration;
  const { claims } = stored;
  if (claims?.namespace === undefined || claims.serviceAccount === undefined)
    throw new UserError(
      `the token of ${key} is not one of a service account, so no new one can be had for it`,
      sentence`make it anew with ${ours('clientconfig create', [contextName])} and --from-context`,
    );
  const account = { namespace: claims.namespace, name: claims.serviceAccount };
  const before = claimOf(secret);
  if (before !== undefined && !resumes)
    throw new UserError(
      `refused: a rotation of ${key} is under way since ${before.startedAt}`,
      sentence`wait for it; if its process is gone, finish it with ${resume}`,
    );
  const claim: Claim =
    before !== undefined
      ? { ...before, run }
      : {
          run,
          startedAt: new Date(now).toISOString(),
          phase: 'claimed',
          ...(claims.secretName === undefined ? {} : { from: `${account.namespace}/${claims.secretName}` }),
          ...(ttl === undefined
            ? {
                to: `${account.namespace}/${tokenSecretName(account.name, `${key}/${run}`)}`,
              }
            : { ttl }),
        };
  return { registration, source, account, claim, resumed: before !== undefined };
};

const parts = (where: string): [namespace: string, name: string] => {
  const [namespace = '', name = ''] = where.split('/');
  return [namespace, name];
};
/** The stored kubeconfig again, of the facts that the operator uses, with another token. */
const rebuilt = ({ contextName, stored }: Registration, token: Credential): string => buildStored({ ...stored, contextName, token });

interface Control {
  readonly connection: Connection;
  readonly plane: ControlPlane;
}
interface Patience {
  readonly tokens: number;
  readonly operator: number;
  readonly revocation: number;
}

/**
 * Claim, mint, prove, write all in one burst, wait for the operator, revoke the old tokens, prove them dead, let the claim go.
 * Before the burst is whole everything is taken back on a failure or Ctrl-C; after it the rotation can be resumed from any machine,
 * and when the operator does not come back the old credentials are restored.
 */
export const rotate = async (
  rotations: readonly Rotation[],
  control: Control,
  limits: Limits,
  patience: Patience,
  say: (line: string) => void,
  warn: (line: Sentence) => void,
): Promise<void> => {
  const { connection, plane } = control;
  const operator = operatorToLoad(plane);
  const count = rotations.length;
  const held = new Map<string, Secret>();
  const minted = new Set<string>();
  const stop = (): void => {
    if (limits.signal.aborted) throw limits.signal.reason;
  };
  const fresh = rotations.filter(({ claim }) => claim.phase === 'claimed');
  try {
    for (const rotation of rotations) {
      stop();
      held.set(rotation.registration.key, await claimIt(connection, rotation));
    }
    const ready: { rotation: Rotation; token: Credential }[] = [];
    for (const rotation of fresh) {
      stop();
      // Noted before it is sent: a write whose answer is lost may still have landed.
      minted.add(rotation.registration.key);
      if (!(await mint(rotation, plane))) minted.delete(rotation.registration.key);
      ready.push({ rotation, token: await newToken(rotation, limits, patience.tokens) });
    }
    say(`[1/5] minted ${fresh.length === count ? '' : `the missing ${fresh.length} of `}${count} token${count === 1 ? '' : 's'}`);
    await Promise.all(ready.map(({ rotation, token }) => prove(rotation, token, operator.watches, limits)));
    say(`[2/5] proven ${ready.length}/${ready.length}`);
    stop();
    await burst(connection, ready, held);
    say(`[3/5] written ${ready.length}/${ready.length} in one burst`);
  } catch (error) {
    for (const rotation of fresh)
      warn(await takeBack(connection, rotation, held.get(rotation.registration.key), minted.has(rotation.registration.key)));
    throw error;
  }
  try {
    await awaitLoaded(
      connection,
      rotations.map(({ registration: { config } }) => ({ namespace: config.metadata.namespace ?? '', name: config.metadata.name })),
      plane,
      limits,
      patience.operator,
      line => say(`[4/5] ${line}`),
    );
  } catch (error) {
    if (limits.signal.aborted || !(error instanceof UserError)) throw resumable(error, warn);
    for (const rotation of rotations) warn(await restore(connection, rotation));
    throw new UserError(`${error.message.replace(/; what was written stays$/, '')}; the old credentials were restored`, error.fix);
  }
  try {
    let dead = 0;
    for (const rotation of rotations) {
      const kept = await revoke(rotation, rotations, plane, limits, patience.revocation);
      if (kept === undefined) dead++;
      else warn(kept);
      await letGo(connection, rotation);
    }
    say(`[5/5] revoked ${dead}/${count}${dead === 0 ? '' : `, ${dead === 1 ? 'the old token answers' : 'old tokens answer'} 401`}`);
  } catch (error) {
    throw resumable(error, warn);
  }
};

const resumable = (error: unknown, warn: (line: Sentence) => void): unknown => {
  warn(sentence`the new credentials are stored and the old tokens still work: finish with ${resume}`);
  return error;
};

/** The claim is the lock: it is written onto the Secret as it was read, so of two runs one gets a conflict. */
const claimIt = async (connection: Connection, { registration: { secret }, claim }: Rotation): Promise<Secret> =>
  putSecret(connection, withAnnotations(secret, { [annotation.rotation]: JSON.stringify(claim) }));

/** True when this run has made the Secret; false when an earlier run of the same rotation did, or the API refused it. */
const mint = async ({ registration, source, account, claim }: Rotation, plane: ControlPlane): Promise<boolean> => {
  if (claim.to === undefined) return false;
  const [namespace, name] = parts(claim.to);
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace,
      name,
      labels: managedBy,
      annotations: {
        'kubernetes.io/service-account.name': account.name,
        [annotation.controlPlane]: ownerOf(registration.secret, plane),
        [annotation.clientConfig]: registration.key,
      },
    },
    type: 'kubernetes.io/service-account-token',
  };
  const found = required(await getObject<Secret>(source, kinds.secret, namespace, name), `Secret ${claim.to}`, source.context);
  if (found !== undefined && isOurs(found, ownerOf(registration.secret, plane))) return false;
  await demand(source, `create Secret ${claim.to}`, {
    method: 'POST',
    path: apiPath(kinds.secret, namespace),
    body: secret,
    mustFinish: true,
  });
  return true;
};
const newToken = async (rotation: Rotation, limits: Limits, patience: number): Promise<Credential> => {
  const { source, claim, registration } = rotation;
  if (claim.to === undefined) return requestToken(rotation);
  const [namespace, name] = parts(claim.to);
  const started = performance.now();
  for (let pause = 50; ; pause = Math.min(pause * 2, 2000)) {
    const secret = required(await getObject<Secret>(source, kinds.secret, namespace, name), `Secret ${claim.to}`, source.context);
    const token = tokenOf(secret);
    const ca = secret?.data?.['ca.crt'];
    if (token !== undefined && ca !== undefined && ca !== '') return token;
    if (performance.now() - started > patience)
      throw new UserError(
        `no token came into Secret ${claim.to} of the data plane of ${registration.contextName} within ${Math.round(patience / 1000)}s`,
        'see that kube-controller-manager runs there, then run this again',
      );
    await pauseFor(pause, limits.signal);
  }
};

/** A token with an end, which is stored nowhere in the data plane. The API server may make it shorter than asked. */
const requestToken = async ({
  source,
  account: { namespace, name },
  claim: { ttl = 3600 },
  registration,
}: Rotation): Promise<Credential> => {
  const { status } = await demand<{ status?: { token?: string; expirationTimestamp?: string } }>(
    source,
    `ask for a token of ${namespace}/${name}`,
    {
      method: 'POST',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: ttl } },
    },
  );
  const seconds = (Date.parse(status?.expirationTimestamp ?? '') - Date.now()) / 1000;
  if (status?.token === undefined || Number.isNaN(seconds))
    throw new UserError(`the data plane of ${registration.contextName} gave no token`, 'run this again');
  if (seconds < ttl / 2)
    throw new UserError(
      `refused: the data plane of ${registration.contextName} makes tokens of ${Math.round(seconds / 60)} minutes at most, not of ${Math.round(ttl / 60)}`,
      'pass a --token-ttl that it grants (kube-apiserver --service-account-max-token-expiration)',
    );
  return credential(status.token);
};

/** The new credential must carry the operator over its next start, which it is about to cause. */
const prove = async (
  { registration, account }: Rotation,
  token: Credential,
  watches: readonly string[] | 'all',
  limits: Limits,
): Promise<void> => {
  const { contextName } = registration;
  const shown = await probe(contextName, parseStored(rebuilt(registration, token), contextName), watches, limits);
  const wanted = `system:serviceaccount:${account.namespace}:${account.name}`;
  const fault = lateFault(shown)?.message;
  const other =
    shown.identity.status === 'pass' && shown.identity.value.username !== wanted ? `it is ${shown.identity.value.username}` : undefined;
  if (fault === undefined && other === undefined) return;
  throw new UserError(
    `refused: the new token of ${contextName} would not carry the operator: ${fault ?? other}`,
    sentence`run ${ours('contexts check', [contextName])} to see why; the stored credential was not touched`,
  );
};

/** All Secrets at once, so that the operator restarts once. */
const burst = async (
  connection: Connection,
  ready: readonly { readonly rotation: Rotation; readonly token: Credential }[],
  held: Map<string, Secret>,
): Promise<void> => {
  const written = await Promise.allSettled(
    ready.map(async ({ rotation, token }) => {
      const { registration, claim } = rotation;
      const secret = held.get(registration.key) ?? registration.secret;
      const done = await putSecret(
        connection,
        withAnnotations(withKubeconfig(secret, rebuilt(registration, token)), {
          [annotation.rotation]: JSON.stringify({ ...claim, phase: 'written' }),
          [annotation.tokenSecret]: claim.to,
        }),
      );
      held.set(registration.key, done);
    }),
  );
  const failed = written.find(one => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Undoes what one rotation has done so far, as long as it is still this run that holds it. */
const takeBack = async (
  connection: Connection,
  rotation: Rotation,
  claimed: Secret | undefined,
  mintedHere: boolean,
): Promise<Sentence> => {
  const { registration, source, claim } = rotation;
  const what = `Secret ${registration.secret.metadata.namespace}/${registration.secret.metadata.name}`;
  try {
    const current = await freshSecret(connection, registration.secret);
    const holder = current === undefined ? undefined : claimOf(current);
    if (holder?.run !== claim.run)
      return claimed === undefined ? `nothing to undo for ${what}` : `left ${what}: another run has taken over`;
    if (current === undefined) return `left ${what}: it is gone`;
    // The old token and the old data; annotations of others that came meanwhile stay.
    await putSecret(connection, {
      ...withAnnotations(current, {
        [annotation.rotation]: undefined,
        [annotation.tokenSecret]: registration.secret.metadata.annotations?.[annotation.tokenSecret],
      }),
      ...(registration.secret.data === undefined ? {} : { data: registration.secret.data }),
    });
    if ((mintedHere || rotation.resumed) && claim.to !== undefined) await removeToken(source, claim.to);
    return `restored ${what}${mintedHere ? ' and removed the new token' : ''}`;
  } catch (error) {
    if (error instanceof TransportError || error instanceof UserError)
      return sentence`left ${what}: ${error.message}; finish with ${resume}`;
    throw error;
  }
};
const freshSecret = async (connection: Connection, { metadata }: Secret): Promise<Secret | undefined> => {
  const answer = await connection.request({ path: apiPath(kinds.secret, metadata.namespace, metadata.name), mustFinish: true });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200)
    throw new UserError(`Secret ${metadata.namespace}/${metadata.name} cannot be read: HTTP ${answer.status}`, 'run this again');
  return answer.body as Secret;
};
const removeToken = async (source: Connection, where: string): Promise<void> => {
  const [namespace, name] = parts(where);
  await demand(
    source,
    `delete Secret ${where}`,
    { method: 'DELETE', path: apiPath(kinds.secret, namespace, name), mustFinish: true },
    [200, 202, 404],
  );
};

/** The old credential again, out of the Secret of the old token where this run has not read it itself. */
const restore = async (connection: Connection, rotation: Rotation): Promise<Sentence> => {
  const { registration, source, claim } = rotation;
  const what = `Secret ${registration.secret.metadata.namespace}/${registration.secret.metadata.name}`;
  try {
    if (claim.phase === 'claimed') return await takeBack(connection, rotation, registration.secret, true);
    if (claim.from === undefined) return `left ${what}: its old token is in no Secret, so it cannot be restored`;
    const [namespace, name] = parts(claim.from);
    const old = tokenOf(required(await getObject<Secret>(source, kinds.secret, namespace, name), `Secret ${claim.from}`, source.context));
    if (old === undefined) return `left ${what}: its old token is gone`;
    const current = await freshSecret(connection, registration.secret);
    if (current === undefined || claimOf(current)?.run !== claim.run) return `left ${what}: another run has taken over`;
    await putSecret(
      connection,
      withAnnotations(withKubeconfig(current, rebuilt(registration, old)), {
        [annotation.rotation]: undefined,
        [annotation.tokenSecret]: claim.from,
      }),
    );
    if (claim.to !== undefined) await removeToken(source, claim.to);
    return `restored ${what} and removed the new token`;
  } catch (error) {
    if (error instanceof UserError || error instanceof TransportError) return `left ${what}: ${error.message}`;
    throw error;
  }
};

/** Revokes the old token and waits until the API refuses it. The reason in words when it stays. */
const revoke = async (
  { registration, source, claim }: Rotation,
  rotations: readonly Rotation[],
  plane: ControlPlane,
  limits: Limits,
  patience: number,
): Promise<string | undefined> => {
  const { contextName, stored } = registration;
  if (claim.from === undefined) return `the old token of ${contextName} stays until it expires: it lives in no Secret`;
  const [namespace, name] = parts(claim.from);
  const old = required(await getObject<Secret>(source, kinds.secret, namespace, name), `Secret ${claim.from}`, source.context);
  // A Secret that is gone is no proof: the old token of this very run is tried all the same.
  const token = old === undefined && claim.phase === 'claimed' ? registration.token : tokenOf(old);
  if (old !== undefined) {
    if (!isOurs(old, ownerOf(registration.secret, plane)))
      return `left the old token of ${contextName}: Secret ${claim.from} of the data plane was not made for this control plane; delete it if nothing else uses it`;
    const rotated = rotations.map(({ registration: { config } }) => configKey(config));
    const others = token === undefined ? [] : othersWithToken(plane, token, rotated);
    if (others.length > 0)
      return `left the old token of ${contextName}: ${others.join(', ')} still use${others.length === 1 ? 's' : ''} it`;
    await demand(
      source,
      `delete Secret ${claim.from}`,
      {
        method: 'DELETE',
        path: apiPath(kinds.secret, namespace, name),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: old.metadata.uid } },
        mustFinish: true,
      },
      [200, 202, 404],
    );
  }
  if (token === undefined) return undefined;
  // An API server goes on taking a revoked token for some ten seconds out of its cache.
  const started = performance.now();
  for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
    if (!(await accepted(contextName, { ...stored, token }, limits))) return undefined;
    if (performance.now() - started > patience)
      throw new UserError(
        `the old token of ${contextName} is still accepted ${Math.round(patience / 1000)}s after its Secret ${claim.from} went`,
        sentence`run ${resume} to look again`,
      );
    await pauseFor(pause, limits.signal);
  }
};
const accepted = async (contextName: string, stored: StoredKubeconfig, limits: Limits): Promise<boolean> => {
  const connection = await connectStored(contextName, stored, limits);
  try {
    const answer = await connection.request({ path: '/version' });
    const review = await connection.request({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    return answer.status !== 401 && review.status !== 401;
  } finally {
    connection.close();
  }
};

const letGo = async (connection: Connection, { registration: { secret }, claim }: Rotation): Promise<void> => {
  const current = await freshSecret(connection, secret);
  if (current === undefined || claimOf(current)?.run !== claim.run) return;
  await putSecret(connection, withAnnotations(current, { [annotation.rotation]: undefined }));
};

/** Which service account a token speaks for, for the plan that is printed. */
export const accountOf = ({ stored }: Registration): string => {
  const { namespace, serviceAccount } = stored.claims ?? {};
  return namespace === undefined || serviceAccount === undefined ? 'unknown account' : `${namespace}/${serviceAccount}`;
};
