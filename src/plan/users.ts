import { byHand, ours, sentence } from '../base/advice.ts';
import { unreads, unreadWords } from '../base/cause.ts';
import type { Credential } from '../base/credential.ts';
import { UserError } from '../base/errors.ts';
import { type Unread, whole } from '../base/read.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { configKey, secretKey } from '../kube/key.ts';
import { references } from '../operator/references.ts';
import { type Owner, usedBy } from './owner.ts';
import type { Unknown } from './unknown.ts';

/** Who uses a context, as sorted lines of object and field; throws when that could not be read, for then nothing is proven. */
export const usersOf = (
  { context, clusters, replicatedSecrets, tasks }: ControlPlane,
  name: string,
  override: string,
): readonly string[] => {
  for (const [what, read] of [
    ['K8ssandraClusters', whole<unknown>(clusters)],
    ['ReplicatedSecrets', whole<unknown>(replicatedSecrets)],
    ['K8ssandraTasks', whole<unknown>(tasks)],
  ] as const)
    if (!read.ok)
      throw new UserError(
        `refused: the ${what} of ${context} could not be read (${unreadWords(read.reason)}${read.reason === 'malformed' ? `: ${read.detail}` : ''}), so it is not known whether ${name} is in use`,
        'use a context whose user may list them',
        4,
        override,
      );
  return references(clusters.ok ? clusters.value : [], replicatedSecrets.ok ? replicatedSecrets.value : [], tasks.ok ? tasks.value : [])
    .filter(reference => reference.context === name)
    .map(({ kind, namespace, name: object, field }) => `${kind} ${namespace}/${object} (${field})`)
    .sort();
};

/** Why a token must stay good, in words; with what was not read, where that is all there is to it. */
export interface Held {
  readonly why: string;
  readonly unread?: Unread;
}
/** Other ClientConfigs hold this very token, or hold nobody knows what. */
export const heldByOthers = (
  { clientConfigs, secrets, stored: all }: ControlPlane,
  token: Credential,
  except: readonly string[],
): Held | undefined => {
  const configs = whole(clientConfigs);
  if (!configs.ok) return unreadHolder('another ClientConfig', configs);
  const others = configs.value.filter(config => !except.includes(configKey(config)));
  const users = others.filter(config => {
    const kubeconfig = all.get(configKey(config));
    return kubeconfig?.ok === true && kubeconfig.value.token?.fingerprint === token.fingerprint;
  });
  const why = usedBy(users.map(configKey), 'too');
  if (why !== undefined) return { why };
  for (const config of others) {
    const secret = secrets.get(secretKey(config));
    if (secret?.ok === false) return unreadHolder(configKey(config), secret);
  }
  return undefined;
};
const unreadHolder = (who: string, unread: Unread): Held => ({
  why: `whether ${who} uses it too could not be read: ${unread.detail}`,
  unread,
});
/** That a token stays good for want of knowing who else holds it. */
export const unknownHolder = ({ context }: ControlPlane, { clientConfig }: Owner, { reason, detail }: Unread): Unknown => ({
  what: `whether the token of ClientConfig ${clientConfig} is in use elsewhere`,
  context,
  reason,
  detail,
  remedy: byHand(sentence`${unreads[reason].cure(context)}; what was left is found by ${ours('contexts check')}`),
});
