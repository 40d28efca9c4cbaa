import { UserError } from '../base/errors.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { annotation, deletingLabel, managedBy, tokenFinalizer } from '../kube/annotations.ts';
import { type Connection, TransportError } from '../kube/api/connection.ts';
import { listWatched } from '../kube/api/lists.ts';
import { getObject, required } from '../kube/api/objects.ts';
import { configKey, keyOf, secretKey } from '../kube/key.ts';
import { type ClientConfig, type Kind, type KubeObject, kinds, type Secret } from '../kube/kinds.ts';
import { othersWithToken, ownerOf, putSecret } from './registration.ts';
import { remove } from './remove.ts';
import { type Owner, revokeToken } from './token.ts';

/** What one deletion will remove, in this order: the ClientConfig, its Secret, the token Secret in the data plane. */
export interface Deletion {
  /** absent when an earlier run has removed it and was cut short */
  readonly config?: ClientConfig;
  readonly secret?: Secret;
  /** why the Secret stays, when it does */
  readonly secretStays?: string;
  /** `namespace/name` of the token Secret that was recorded when the ClientConfig was created */
  readonly token?: string;
  /** why the token stays, when it does */
  readonly tokenStays?: string;
}

/** The ClientConfig with its Secret as they are now; of a deletion that was cut short, the Secret that is left. */
export const planDeletion = async (
  connection: Connection,
  controlPlane: ControlPlane,
  found: { readonly config: ClientConfig } | { readonly leftover: Secret },
): Promise<Deletion> => {
  if ('leftover' in found) return { secret: found.leftover, ...tokenIn(found.leftover, controlPlane) };
  const { config } = found;
  const { namespace = '' } = config.metadata;
  const name = config.spec?.kubeConfigSecret?.name ?? '';
  const secret =
    name === ''
      ? undefined
      : required(await getObject(connection, kinds.secret, namespace, name), `Secret ${namespace}/${name}`, connection.context);
  if (secret === undefined) return { config };
  const strange = strangeSecret(secret, ownerOf(controlPlane, configKey(config)));
  if (strange !== undefined) return { config, secret, secretStays: strange };
  const sharing = (controlPlane.clientConfigs.ok ? controlPlane.clientConfigs.value : []).filter(
    other => configKey(other) !== configKey(config) && secretKey(other) === secretKey(config),
  );
  if (sharing.length === 0) return { config, secret, ...tokenIn(secret, controlPlane, config) };
  return { config, secret, secretStays: usedBy(sharing) };
};
/** Why a stored Secret is not one that this program has made for the ClientConfig; `undefined` when it is. Anything can be named in a ClientConfig. */
const strangeSecret = (
  { metadata: { labels = {}, annotations = {} } }: Secret,
  { controlPlanes, clientConfig }: Owner,
): string | undefined => {
  const control = annotations[annotation.controlPlane];
  if (labels['app.kubernetes.io/managed-by'] !== managedBy['app.kubernetes.io/managed-by']) return 'it was not made by this program';
  if (control === undefined || !controlPlanes.includes(control)) return 'it was not made for this control plane';
  return annotations[annotation.clientConfig] === clientConfig ? undefined : `it was not made for ClientConfig ${clientConfig}`;
};
const tokenIn = ({ metadata }: Secret, controlPlane: ControlPlane, config?: ClientConfig): Pick<Deletion, 'token' | 'tokenStays'> => {
  const token = metadata.annotations?.[annotation.tokenSecret];
  if (token === undefined) return {};
  const own = config === undefined ? metadata.annotations?.[annotation.clientConfig] : configKey(config);
  const { clientConfigs, secrets, stored } = controlPlane;
  const mine = own === undefined ? undefined : stored.get(own);
  const credential = mine?.ok === true ? mine.value.token : undefined;
  const holders = credential === undefined ? [] : othersWithToken(controlPlane, credential, []);
  const others = (clientConfigs.ok ? clientConfigs.value : []).filter(other => {
    const notes = secrets.get(secretKey(other));
    const namesIt =
      notes?.ok === true &&
      notes.value?.annotations[annotation.tokenSecret] === token &&
      notes.value.annotations[annotation.sourceCluster] === metadata.annotations?.[annotation.sourceCluster];
    return configKey(other) !== own && (namesIt || holders.includes(configKey(other)));
  });
  return others.length === 0 ? { token } : { token, tokenStays: usedBy(others) };
};
const usedBy = (others: readonly ClientConfig[]): string =>
  `${others.map(configKey).join(', ')} use${others.length === 1 ? 's' : ''} it too`;

/** The Secret that a deletion of this ClientConfig has left behind because it was cut short. */
export const leftoverSecret = async (connection: Connection, controlPlane: ControlPlane, name: string): Promise<Secret | undefined> => {
  const read = await listWatched(connection, kinds.secret, controlPlane.operator?.watches ?? 'all', `${deletingLabel}=true`);
  if (!read.ok) return undefined;
  return read.value.find(secret => {
    const key = secret.metadata.annotations?.[annotation.clientConfig] ?? '';
    return (key === name || key.split('/')[1] === name) && strangeSecret(secret, ownerOf(controlPlane, key)) === undefined;
  });
};

/**
 * ClientConfig, then Secret, then the remote token. The Secret is held by a finalizer until the token is revoked, so that a run which
 * is cut short at any point can be finished by the same command.
 */
export const executeDeletion = async (
  { config, secret, secretStays, token, tokenStays }: Deletion,
  connection: Connection,
  controlPlane: ControlPlane,
  openSource: () => Promise<Connection>,
  interrupted: AbortSignal,
  say: (line: string) => void,
): Promise<void> => {
  const stop = (): void => {
    if (interrupted.aborted) throw interrupted.reason;
  };
  stop();
  const held = secret === undefined || secretStays !== undefined || config === undefined ? secret : await hold(connection, secret, config);
  stop();
  if (config !== undefined) {
    await removeAs(connection, kinds.clientConfig, config);
    say(`deleted ClientConfig ${configKey(config)} in ${connection.context}`);
  }
  if (held === undefined) return;
  const what = `Secret ${held.metadata.namespace}/${held.metadata.name}`;
  if (secretStays !== undefined) return say(`left ${what} in ${connection.context}: ${secretStays}`);
  stop();
  if (held.metadata.deletionTimestamp === undefined) await removeAs(connection, kinds.secret, held);
  stop();
  if (tokenStays !== undefined) say(`left the token Secret ${token} in the data plane: ${tokenStays}`);
  else if (token !== undefined)
    say(await revoke(token, openSource, ownerOf(controlPlane, held.metadata.annotations?.[annotation.clientConfig] ?? '')));
  stop();
  await release(connection, held);
  say(`deleted ${what} in ${connection.context}`);
};

const finalizersOf = ({ metadata }: KubeObject): readonly string[] => metadata.finalizers ?? [];
const withFinalizers = (secret: Secret, finalizers: readonly string[]): Secret => ({
  ...secret,
  metadata: { ...secret.metadata, finalizers },
});
const hold = (connection: Connection, secret: Secret, config: ClientConfig): Promise<Secret> =>
  putSecret(
    connection,
    withFinalizers(
      {
        ...secret,
        metadata: {
          ...secret.metadata,
          labels: { ...secret.metadata.labels, [deletingLabel]: 'true' },
          annotations: { ...secret.metadata.annotations, [annotation.clientConfig]: configKey(config) },
        },
      },
      [...new Set([...finalizersOf(secret), tokenFinalizer])],
    ),
  );
const release = async (connection: Connection, { metadata }: Secret): Promise<void> => {
  const current = required(
    await getObject(connection, kinds.secret, metadata.namespace, metadata.name),
    `Secret ${metadata.namespace}/${metadata.name}`,
    connection.context,
  );
  if (current === undefined || current.metadata.uid !== metadata.uid) return;
  await putSecret(
    connection,
    withFinalizers(
      current,
      finalizersOf(current).filter(one => one !== tokenFinalizer),
    ),
  );
};
/** The object that was read and no other of the same name; one that is gone already is as wanted. */
const removeAs = async (connection: Connection, kind: Kind, { metadata: { namespace, name, uid } }: KubeObject): Promise<void> => {
  const removal = await remove(connection, kind, { ...(namespace === undefined ? {} : { namespace }), name }, current =>
    current.metadata.uid === uid ? undefined : 'another one of the same name has taken its place',
  );
  if (typeof removal === 'object')
    throw new UserError(
      `left ${kind.kind} ${namespace}/${name} in ${connection.context}: ${removal.left}`,
      'look at it, then run this again',
    );
};

/** What became of the token Secret in the data plane, in one line. A data plane that is gone takes its token with it. */
const revoke = async (noted: string, openSource: () => Promise<Connection>, owner: Owner): Promise<string> => {
  const where = keyOf(noted);
  if (where === undefined) return `left the token Secret ${noted}: nothing can have this name`;
  try {
    const source = await openSource();
    try {
      const removal = await revokeToken(source, where, owner);
      if (removal === 'gone') return `the token Secret ${noted} in ${source.context} is gone already`;
      return removal === 'deleted'
        ? `revoked the token: deleted Secret ${noted} in ${source.context}`
        : `left the token Secret ${noted} in ${source.context}: ${removal.left}`;
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof TransportError)) throw error;
    return `left the token Secret ${noted} of the data plane: ${error.message}`;
  }
};
