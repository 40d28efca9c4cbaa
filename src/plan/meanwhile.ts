import { UserError } from '../base/errors.ts';
import type { StoredSecret } from '../fleet/stored-secret.ts';
import { annotation, isBeingDeleted } from '../kube/annotations.ts';
import { type Connection, connectStored, type Limits, TransportError, toTheEnd } from '../kube/api/connection.ts';
import { listObjects } from '../kube/api/lists.ts';
import { getObject, required } from '../kube/api/objects.ts';
import { configKey, keyOf, secretKey } from '../kube/key.ts';
import { type ClientConfig, type KubeObject, kinds, type Secret } from '../kube/kinds.ts';
import { storedInSecret } from '../kube/kubeconfig/in-secret.ts';
import { secretHash, specHash } from '../operator/hash.ts';
import { effectiveContext } from '../operator/references.ts';
import { isAsWritten, nameOf, type StillNeeded, type Write } from './journal.ts';

/** Two runs at once: the one that finds the other's work in what it has decided on, or in what it has written, gives way. */
export const meanwhile = (what: string): UserError =>
  new UserError(`refused: meanwhile ${what} by another run`, 'see what the other one has done, then run this again');

/** What a run goes by when it decides what to write; a Secret that was not looked at is judged when it is written. */
export interface Decided {
  readonly config: ClientConfig | undefined;
  readonly secret: StoredSecret | undefined | 'unread';
}
/** What is to be changed is still what was decided on. */
export const refuseChanged = (
  { config, secret }: Decided,
  writes: { readonly secret: Write<Secret>; readonly clientConfig: Write<ClientConfig> },
): void => {
  const { before } = writes.clientConfig;
  const other = before?.metadata.uid !== config?.metadata.uid || specHash(before?.spec) !== specHash(config?.spec);
  if (writes.clientConfig.action !== 'unchanged' && other) throw meanwhile(`${nameOf(writes.clientConfig)} was changed`);
  if (writes.secret.action === 'unchanged' || secret === 'unread') return;
  const now = writes.secret.before;
  if (now?.metadata.uid !== secret?.uid || (now !== undefined && secretHash(now.data) !== secret?.hash))
    throw meanwhile(`${nameOf(writes.secret)} was changed`);
};

/** What was written is there together: a deletion at the same time may have taken one of them, which a conflict does not always show. */
export const lookAgain = async (
  connection: Connection,
  clientConfig: ClientConfig,
  /** in base64, as it was written; absent when its Secret was there before */
  kubeconfig: string | undefined,
  revoked: (stored: Secret) => Promise<boolean>,
): Promise<void> => {
  const { metadata, spec } = clientConfig;
  const name = `Secret ${secretKey(clientConfig)}`;
  const config = required(
    await getObject(connection, kinds.clientConfig, metadata.namespace, metadata.name),
    `ClientConfig ${configKey(clientConfig)}`,
    connection.context,
  );
  const liveSecret = required(
    await getObject(connection, kinds.secret, metadata.namespace, spec?.kubeConfigSecret?.name ?? ''),
    name,
    connection.context,
  );
  if (config === undefined || config.metadata.deletionTimestamp !== undefined)
    throw meanwhile(`ClientConfig ${configKey(clientConfig)} was deleted`);
  if (specHash(config.spec) !== specHash(spec)) throw meanwhile(`ClientConfig ${configKey(clientConfig)} was changed`);
  if (liveSecret === undefined || isBeingDeleted(liveSecret)) throw meanwhile(`${name} was deleted`);
  if (kubeconfig !== undefined && liveSecret.data?.['kubeconfig'] !== kubeconfig) throw meanwhile(`${name} was changed`);
  if (await revoked(liveSecret)) throw meanwhile('its token was revoked');
};
/** Whether the data plane still has the token, asked with that very token: an API server goes on taking a revoked one for some seconds. */
export const isRevoked = async (secret: Secret, contextName: string, limits: Limits): Promise<boolean> => {
  const kubeconfig = storedInSecret(secret, contextName);
  const token = keyOf(secret.metadata.annotations?.[annotation.tokenSecret] ?? '');
  if (kubeconfig?.ok !== true || kubeconfig.value.token === undefined || token === undefined) return false;
  try {
    const connection = await connectStored(contextName, kubeconfig.value, limits);
    try {
      const tokenSecret = await getObject(connection, kinds.secret, token.namespace, token.name);
      return tokenSecret.ok
        ? tokenSecret.value === undefined || tokenSecret.value.metadata.deletionTimestamp !== undefined
        : tokenSecret.reason === 'unauthorized';
    } finally {
      connection.close();
    }
  } catch (error) {
    // Nobody answers: that it could be proven before is all there is.
    if (error instanceof TransportError) return false;
    throw error;
  }
};

/** What was imported is there together, and its tokens are good: a deletion at the same time may have taken some of it. */
export const lookAtImported = async (
  connection: Connection,
  { clientConfigs, secrets }: { readonly clientConfigs: readonly ClientConfig[]; readonly secrets: readonly Secret[] },
  limits: Limits,
): Promise<void> => {
  await Promise.all(
    clientConfigs.map(config => {
      const kubeconfig = secrets.find(one => configKey(one) === secretKey(config))?.data?.['kubeconfig'];
      return lookAgain(connection, config, kubeconfig, stored => isRevoked(stored, effectiveContext(config), limits));
    }),
  );
};
/**
 * Why a write in the control plane stays on a roll-back: another run has meanwhile made a ClientConfig that names the Secret, or has gone on
 * from the Secret that the ClientConfig names.
 */
export const namedBy =
  (connection: Connection): StillNeeded =>
  async ({ kind, object, before, connection: target }, all) => {
    if (target !== connection) return undefined;
    if (kind.kind === kinds.clientConfig.kind) return changedUnder(connection, object, all);
    if (kind.kind !== kinds.secret.kind || before !== undefined) return undefined;
    const { namespace, name } = object.metadata;
    const configs = await listObjects(toTheEnd(connection), kinds.clientConfig, namespace);
    if (!configs.ok) return `whether a ClientConfig names it could not be read: ${configs.detail}`;
    const config = configs.value.find(({ spec }) => spec?.kubeConfigSecret?.name === name);
    return config === undefined ? false : `ClientConfig ${namespace}/${config.metadata.name} names it`;
  };
const changedUnder = async (control: Connection, { metadata }: KubeObject, all: readonly Write[]): Promise<string | undefined> => {
  const key = `${metadata.namespace}/${metadata.name}`;
  const secret = all.find(
    ({ connection, object }) => connection === control && object.metadata.annotations?.[annotation.clientConfig] === key,
  );
  if (secret === undefined) return undefined;
  const { namespace, name } = secret.object.metadata;
  const now = await getObject(control, kinds.secret, namespace, name, true);
  return now.ok && now.value !== undefined && !isBeingDeleted(now.value) && !isAsWritten(now.value, secret.object)
    ? 'another run has gone on from its Secret'
    : undefined;
};
