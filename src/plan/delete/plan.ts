import { known, type Read, whole } from '../../base/read.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation, managedByLabel } from '../../kube/annotations.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { listWatched } from '../../kube/api/lists.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { configKey, type Key, keyOf, secretKey } from '../../kube/key.ts';
import { type ClientConfig, kinds, type Secret } from '../../kube/kinds.ts';
import { currentContextOf, parseStored } from '../../kube/kubeconfig/parse.ts';
import type { Stored } from '../../kube/kubeconfig/stored.ts';
import { effectiveContext } from '../../operator/references.ts';
import { type Owner, strange, usedBy } from '../owner.ts';
import { ownerOf, refuseUnknownMark } from '../registration.ts';

/** What one deletion will remove, in this order: the ClientConfig, its Secret, its tokens in the data plane. */
export interface Deletion {
  /** `namespace/name` of the ClientConfig */
  readonly key: string;
  readonly owner: Owner;
  /** absent when an earlier run has removed it and was cut short */
  readonly config?: ClientConfig;
  readonly secret?: Secret;
  /** why the Secret stays, and its token with it, when it does */
  readonly secretStays?: string;
  /** the token Secret that was noted when the credential was stored; what else of ours is in the data plane shows there */
  readonly token?: Key;
}

/** The ClientConfig with its Secret as they are now; of a deletion that was cut short, the Secret that is left. */
export const planDeletion = async (
  connection: Connection,
  controlPlane: ControlPlane,
  found: { readonly config: ClientConfig } | { readonly leftover: Secret },
): Promise<Deletion> => {
  if ('leftover' in found) {
    refuseUnknownMark(controlPlane, found.leftover.metadata);
    const key = found.leftover.metadata.annotations?.[annotation.clientConfig] ?? '';
    return { key, owner: ownerOf(controlPlane, key), secret: found.leftover, ...notedToken(found.leftover) };
  }
  const { config } = found;
  const key = configKey(config);
  const base = { key, owner: ownerOf(controlPlane, key), config };
  const { namespace } = config.metadata;
  const name = config.spec?.kubeConfigSecret?.name ?? '';
  const what = `Secret ${namespace}/${name}`;
  const secret = name === '' ? undefined : required(await getObject(connection, kinds.secret, namespace, name), what, connection.context);
  if (secret === undefined) return base;
  refuseUnknownMark(controlPlane, secret.metadata);
  // A ClientConfig can name any Secret.
  const secretStays = strange(secret, base.owner) ?? sharedWith(controlPlane, config);
  return secretStays === undefined ? { ...base, secret, ...notedToken(secret) } : { ...base, secret, secretStays };
};
const notedToken = ({ metadata }: Secret): Pick<Deletion, 'token'> => {
  const token = keyOf(metadata.annotations?.[annotation.tokenSecret] ?? '');
  return token === undefined ? {} : { token };
};
/** Which other ClientConfigs name the same Secret, in words. */
export const sharedWith = (plane: ControlPlane, config: ClientConfig): string | undefined => {
  const others = allConfigs(plane).filter(other => configKey(other) !== configKey(config) && secretKey(other) === secretKey(config));
  return usedBy(others.map(configKey), 'too');
};

/** There is a ClientConfig of that `namespace/name`. */
export const isNamed = (plane: ControlPlane, key: string): boolean => allConfigs(plane).some(config => configKey(config) === key);
/** That somebody has made a ClientConfig for a Secret that had none, in words. */
export const namedAgain = (plane: ControlPlane, secret: Secret): string | undefined => {
  const users = allConfigs(plane).filter(config => secretKey(config) === configKey(secret));
  return usedBy(users.map(configKey), 'again');
};
/** Every one of them, or nothing is proven. */
const allConfigs = ({ clientConfigs, context }: ControlPlane): readonly ClientConfig[] =>
  required(whole(clientConfigs), 'ClientConfigs', context);
/** The Secret of a ClientConfig that is gone: a deletion was cut short, or somebody deleted the ClientConfig alone. */
export const leftoverSecret = async (
  connection: Connection,
  controlPlane: ControlPlane,
  name: string,
): Promise<Read<Secret | undefined>> => {
  const read = await listWatched(connection, kinds.secret, controlPlane.operator?.watches ?? 'all', managedByLabel);
  if (!read.ok) return read;
  const configs = allConfigs(controlPlane).map(configKey);
  const match = read.value.find(secret => {
    const key = secret.metadata.annotations?.[annotation.clientConfig] ?? '';
    return (
      secret.data?.['kubeconfig'] !== undefined &&
      (key === name || key.split('/')[1] === name) &&
      !configs.includes(key) &&
      strange(secret, ownerOf(controlPlane, key)) === undefined
    );
  });
  const all = whole(read);
  return match === undefined && !all.ok ? all : known(match);
};

/** What is stored of it. A leftover Secret was written by this program, which names the context as the current one. */
export const storedIn = ({ config, secret }: Deletion): { readonly contextName: string; readonly stored: Stored } => {
  const kubeconfig = Buffer.from(secret?.data?.['kubeconfig'] ?? '', 'base64');
  const contextName = config === undefined ? currentContextOf(kubeconfig) : effectiveContext(config);
  return { contextName, stored: parseStored(kubeconfig, contextName) };
};
