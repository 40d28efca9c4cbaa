import { flag, object, oneOf, optional, type TypeOf, text } from '../base/codec.ts';
import { known, type Read, unreadable } from '../base/read.ts';
import { annotation, isBeingDeleted, tokenType } from '../kube/annotations.ts';
import { configKey, keyText, secretKey } from '../kube/key.ts';
import type { ClientConfig, Secret } from '../kube/kinds.ts';
import type { Stored } from '../kube/kubeconfig/stored.ts';
import { sameServer } from '../kube/kubeconfig/url.ts';
import { readRotationNote } from '../kube/rotation-note.ts';

/** A Secret that this program says it has made: for whom, and nothing of what it holds. */
export const ownSecret = object({
  namespace: text,
  name: text,
  holds: oneOf({ token: true, kubeconfig: true, 'something-else': true }),
  /** the mark of the control plane that it was made for: the uid of its kube-system, or its address */
  controlPlane: optional(text),
  /** `namespace/name` of the ClientConfig that it was made for */
  clientConfig: optional(text),
  /** a deletion of it has begun */
  deleting: flag,
});
export type OwnSecret = TypeOf<typeof ownSecret>;
export const ownSecretOf = (secret: Secret): OwnSecret => {
  const { metadata, type, data } = secret;
  const { namespace, name, annotations = {} } = metadata;
  const controlPlane = annotations[annotation.controlPlane];
  const clientConfig = annotations[annotation.clientConfig];
  return {
    namespace,
    name,
    holds: type === tokenType ? 'token' : data?.['kubeconfig'] === undefined ? 'something-else' : 'kubeconfig',
    ...(controlPlane === undefined ? {} : { controlPlane }),
    ...(clientConfig === undefined ? {} : { clientConfig }),
    deleting: isBeingDeleted(secret),
  };
};

/** Whose a Secret of ours is, by the mark on it. An address is no proof of another control plane: one has several. */
export type Ownership = 'ours' | 'another' | 'unknown';
/** Tells the marks of this control plane from those of others; unread where its own is not known. */
export const ownershipIn = ({
  clusterUid,
  server,
}: {
  readonly clusterUid: Read<string | undefined>;
  readonly server: string;
}): Read<(secret: Pick<OwnSecret, 'controlPlane'>) => Ownership> => {
  if (!clusterUid.ok) return clusterUid;
  const uid = clusterUid.value;
  if (uid === undefined) return unreadable('failed', 'Namespace kube-system is not found, and every cluster has it');
  return known(({ controlPlane }) =>
    controlPlane !== undefined && (controlPlane === uid || (server !== '' && sameServer(controlPlane, server)))
      ? 'ours'
      : controlPlane !== undefined && uidShape.test(controlPlane)
        ? 'another'
        : 'unknown',
  );
};
/** What is neither a uid nor an address is nobody's mark. */
const uidShape = /^[0-9a-z][0-9a-z-]{0,62}$/i;

/** What the ClientConfigs of a control plane hold on to, each as `namespace/name`. */
export interface Holdings {
  readonly configs: ReadonlySet<string>;
  /** the kubeconfig Secrets that they name */
  readonly secrets: ReadonlySet<string>;
  /** the token Secrets that are stored, noted, or part of a rotation that is under way */
  readonly tokens: ReadonlySet<string>;
  /** the ClientConfigs of which nobody knows what they hold on to */
  readonly unknown: ReadonlySet<string>;
}
export const holdingsOf = (
  clientConfigs: readonly ClientConfig[],
  {
    secrets,
    stored: all,
  }: {
    readonly secrets: ReadonlyMap<string, Read<{ readonly annotations: Readonly<Record<string, string>> } | undefined>>;
    readonly stored: ReadonlyMap<string, Stored>;
  },
): Holdings => {
  const tokens = new Set<string>();
  const unknown = new Set<string>();
  for (const config of clientConfigs) {
    const secret = secrets.get(secretKey(config));
    const kubeconfig = all.get(configKey(config));
    if (secret?.ok !== true || (secret.value !== undefined && kubeconfig?.ok !== true)) unknown.add(configKey(config));
    const { annotations = {} } = (secret?.ok === true ? secret.value : undefined) ?? {};
    const rotationNote = annotations[annotation.rotation];
    const rotation = rotationNote === undefined ? undefined : readRotationNote(rotationNote);
    const { namespace, secretName } = (kubeconfig?.ok === true ? kubeconfig.value.claims : undefined) ?? {};
    const held = [
      annotations[annotation.tokenSecret],
      namespace === undefined || secretName === undefined ? undefined : `${namespace}/${secretName}`,
      ...(rotation?.ok === true ? [rotation.value.from, rotation.value.to].map(key => (key === undefined ? undefined : keyText(key))) : []),
    ];
    for (const one of held) if (one !== undefined) tokens.add(one);
  }
  return { configs: new Set(clientConfigs.map(configKey)), secrets: new Set(clientConfigs.map(secretKey)), tokens, unknown };
};
