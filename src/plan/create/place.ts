import { ours, sentence } from '../../base/advice.ts';
import type { UserError } from '../../base/errors.ts';
import { withoutEnd } from '../../base/text.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { annotation } from '../../kube/annotations.ts';
import { required } from '../../kube/api/objects.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import type { ClientConfig } from '../../kube/kinds.ts';
import { proxyFault, serverFault } from '../../kube/kubeconfig/address.ts';
import type { StoredKubeconfig } from '../../kube/kubeconfig/stored.ts';
import { shownUrl, unroutable } from '../../kube/kubeconfig/url.ts';
import { effectiveContext, watchedInOrder } from '../../operator/references.ts';
import type { Decided } from '../meanwhile.ts';
import { objectName, shortHash } from '../names.ts';
import { type Override, overridesIn, takenContext } from '../refusals.ts';

/** Where the registration of a context is or will be, and what it holds already. */
export interface RegistrationPlace {
  readonly namespace: string;
  /** of the ClientConfig */
  readonly name: string;
  readonly secretName: string;
  /** what its kubeconfig says, where it has one that loads */
  readonly stored: StoredKubeconfig | undefined;
  /** the notes of its Secret */
  readonly notes: Readonly<Record<string, string>>;
  readonly decided: Decided;
}

/**
 * The ClientConfig that provides a context already, whatever it is called; else one of a name of its own, which is nobody else's. Of two
 * that provide it none is touched.
 */
export const registrationPlaceOf = (controlPlane: ControlPlane, contextName: string, namespace: string): RegistrationPlace => {
  const all = required(controlPlane.clientConfigs, 'ClientConfigs', controlPlane.context);
  const providers = watchedInOrder(all, controlPlane.operator?.watches ?? 'all').filter(config => effectiveContext(config) === contextName);
  const ignoredConfig = all.find(config => effectiveContext(config) === contextName && config.metadata.namespace === namespace);
  const [before = ignoredConfig, rival] = providers;
  if (rival !== undefined || (before !== undefined && before.metadata.namespace !== namespace))
    throw twice(contextName, namespace, providers);
  const name = before?.metadata.name ?? freeName(all, contextName, namespace);
  const secretName = ownSecret(all, before) ?? `${name}-config`;
  const secret = controlPlane.secrets.get(before === undefined ? `${namespace}/${secretName}` : secretKey(before));
  const target = controlPlane.secrets.get(`${namespace}/${secretName}`);
  const kubeconfig = before === undefined ? undefined : controlPlane.stored.get(configKey(before));
  return {
    namespace,
    name,
    secretName,
    stored: kubeconfig?.ok === true ? kubeconfig.value : undefined,
    notes: before !== undefined && isShared(all, before) ? {} : ((secret?.ok === true ? secret.value?.annotations : undefined) ?? {}),
    decided: { config: before, secret: target?.ok === true ? target.value : 'unread' },
  };
};
const twice = (contextName: string, namespace: string, providers: readonly ClientConfig[]): UserError => {
  const [first] = providers;
  return takenContext(
    contextName,
    providers.map(configKey),
    providers.length > 1 || first === undefined
      ? sentence`delete all but one of them first, as with ${ours('clientconfig delete', [first === undefined ? contextName : configKey(first)])}`
      : `pass --dest-namespace ${first.metadata.namespace} to update that one, or give this one another name than ${contextName} in ${namespace}`,
  );
};
/** The context's own name, unless a ClientConfig of that name, or one with the Secret of that name, provides another context. */
const freeName = (all: readonly ClientConfig[], contextName: string, namespace: string): string => {
  const name = objectName(contextName);
  const taken = all.some(one => configKey(one) === `${namespace}/${name}` || secretKey(one) === `${namespace}/${name}-config`);
  return taken ? `${withoutEnd(name.slice(0, 41), '-')}-${shortHash(contextName)}` : name;
};
/** The Secret that it names, unless another ClientConfig names the same. */
const ownSecret = (all: readonly ClientConfig[], before: ClientConfig | undefined): string | undefined => {
  const name = before?.spec?.kubeConfigSecret?.name ?? '';
  return before === undefined || name === '' || isShared(all, before) ? undefined : name;
};
/** What is noted on a Secret of several is true of one of them at most. */
const isShared = (all: readonly ClientConfig[], config: ClientConfig): boolean =>
  all.filter(one => secretKey(one) === secretKey(config)).length > 1;

/** What a registration keeps when it is made anew and no flag says otherwise. */
export interface Kept {
  readonly server?: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly allow: readonly Override[];
}
/** What says only how the operator's pod sees the network, or what somebody left out: nothing that protects a credential. */
const lastingOverrides: readonly Override[] = [
  'loopback',
  'duplicate-cluster',
  'other-control-plane',
  'no-operator',
  'missing-access',
  'missing-crds',
  'system-ca',
];
/**
 * Its address, name and proxy, and what was allowed by name. Nothing of a registration of another cluster, and no address that is of no
 * use: the CA that verifies it is found anew, through the user's own context. Where the kubeconfig does not load, what is noted beside it.
 */
export const keptOf = ({ stored, notes }: RegistrationPlace, clusterUid: string | undefined): Kept => {
  const sourceUid = notes[annotation.sourceCluster];
  if (sourceUid !== undefined && clusterUid !== undefined && sourceUid !== clusterUid) return { allow: [] };
  const allow = overridesIn((notes[annotation.allowed] ?? '').split(',')).filter(override => lastingOverrides.includes(override));
  const { server, tlsServerName, proxyUrl } = stored ?? noted(notes);
  const useful =
    server !== undefined && serverFault(server) === undefined && (unroutable(server) === undefined || allow.includes('loopback'));
  return useful
    ? {
        server,
        ...(tlsServerName === undefined ? {} : { tlsServerName }),
        ...(proxyUrl === undefined ? {} : { proxyUrl }),
        allow,
      }
    : { allow };
};
const noted = (notes: RegistrationPlace['notes']): Omit<Kept, 'allow'> => {
  const { [annotation.server]: server, [annotation.tlsServerName]: tlsServerName, [annotation.proxyUrl]: proxyUrl } = notes;
  return {
    ...(server === undefined ? {} : { server }),
    ...(tlsServerName === undefined || !/^[\w.:-]+$/.test(tlsServerName) ? {} : { tlsServerName }),
    ...(proxyUrl === undefined || proxyFault(proxyUrl) !== undefined ? {} : { proxyUrl }),
  };
};
/** The way to a data plane as it is noted beside its kubeconfig, for when that does not load; never a password. */
export const wayNotes = ({ server, tlsServerName, proxyUrl }: Omit<Kept, 'allow'>): Readonly<Record<string, string | undefined>> => ({
  [annotation.server]: server === undefined || shownUrl(server) !== server ? undefined : server,
  [annotation.tlsServerName]: tlsServerName,
  [annotation.proxyUrl]: proxyUrl === undefined || shownUrl(proxyUrl) !== proxyUrl ? undefined : proxyUrl,
});
