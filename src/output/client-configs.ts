import { X509Certificate } from 'node:crypto';
import { documentVersion } from '../base/domain.ts';
import { printable } from '../base/errors.ts';
import { shortList } from '../base/text.ts';
import type { Registration } from '../fleet/registrations.ts';
import type { Stored, StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { writeYaml } from '../kube/yaml/write.ts';
import { listed, span } from './layout.ts';
import { readState } from './read-state.ts';
import type { Style } from './style.ts';

/** In the place of a server: why the stored kubeconfig has none that the operator could use. */
export const brokenWords: Readonly<Record<Extract<Stored, { ok: false }>['problem'], string>> = {
  'key-missing': 'broken: no kubeconfig',
  unparsable: 'broken: not YAML',
  'context-missing': 'broken: lacks the context',
  file: 'broken: names a file',
  invalid: 'broken: not valid',
};

export const storedOf = ({ stored }: Registration): StoredKubeconfig | undefined => (stored?.ok === true ? stored.value : undefined);
/** How the operator presents itself there: the token's account, or the way it authenticates. */
const identityOf = (registered: Registration): string | undefined => {
  const kubeconfig = storedOf(registered);
  const { namespace, serviceAccount } = kubeconfig?.claims ?? {};
  if (kubeconfig === undefined) return undefined;
  return serviceAccount === undefined ? kubeconfig.auth.join(',') || 'anonymous' : `${namespace}/${serviceAccount}`;
};
/** Milliseconds since the epoch; `never` for a token without an end; absent when it is not known. */
export const expiryOfStored = (stored: StoredKubeconfig | undefined): number | 'never' | undefined => {
  if (stored === undefined) return undefined;
  const certificate = stored.clientCertificatePem === undefined ? undefined : certificateEnd(stored.clientCertificatePem);
  const token = stored.claims === undefined ? undefined : (stored.claims.expiresAt ?? 'never');
  return certificate === undefined ? token : typeof token === 'number' ? Math.min(token, certificate) : certificate;
};
const certificateEnd = (pem: string): number | undefined => {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return undefined;
  }
};
const usersOf = ({ references }: Registration): readonly string[] | undefined =>
  references === undefined
    ? undefined
    : [...new Set(references.map(({ name, datacenter }) => (datacenter === undefined ? name : `${name}/${datacenter}`)))].sort();
const nameOf = ({ config }: Registration): string => `${config.metadata.namespace}/${config.metadata.name}`;

/** The table of `clientconfig list`; `?` where something could not be read, which is not the same as `-`. */
export const clientConfigTable = (all: readonly Registration[], now: number, style: Style, wide: boolean): string => {
  if (all.length === 0) return 'no ClientConfigs\n';
  const head = ['NAME', 'CONTEXT', 'SERVER', 'IDENTITY', 'READ', 'EXPIRES', 'USED-BY', 'AGE', ...(wide ? ['SECRET', 'TOKEN'] : [])];
  const rows = all.map(registered => {
    const { config, context, secret, loaded } = registered;
    const kubeconfig = storedOf(registered);
    const expires = expiryOfStored(kubeconfig);
    const users = usersOf(registered);
    const creationTime = Date.parse(config.metadata.creationTimestamp ?? '');
    const unread = !secret.ok;
    const placeholder = unread ? '?' : '-';
    return [
      nameOf(registered),
      context,
      (kubeconfig === undefined ? undefined : shownUrl(kubeconfig.server)) ??
        (registered.stored?.ok === false ? brokenWords[registered.stored.problem] : placeholder),
      identityOf(registered) ?? placeholder,
      readState(loaded),
      expires === undefined ? placeholder : expires === 'never' ? 'never' : expires < now ? 'EXPIRED' : span(expires - now),
      users === undefined ? '?' : users.length === 0 ? '-' : wide ? users.join(',') : shortList(users, 2),
      Number.isNaN(creationTime) ? '-' : span(now - creationTime),
      ...(wide ? [config.spec?.kubeConfigSecret?.name ?? '-', kubeconfig?.token?.fingerprint ?? placeholder] : []),
    ].map(cell => printable(cell));
  });
  return `${listed([head, ...rows], wide ? undefined : style.columns, ['IDENTITY', 'AGE', 'SERVER', 'USED-BY', 'EXPIRES']).join('\n')}\n`;
};

/** The same as a versioned list in the shape of a Kubernetes list, without any credential. */
export const clientConfigList = (all: readonly Registration[]): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'ClientConfigList',
  items: all.map(registered => {
    const { config, context, secret, stored, loaded, references } = registered;
    const { name, namespace, uid, creationTimestamp } = config.metadata;
    const kubeconfig = storedOf(registered);
    const expires = expiryOfStored(kubeconfig);
    return {
      metadata: { namespace: namespace ?? '', name, uid: uid ?? null, creationTimestamp: creationTimestamp ?? null },
      spec: { contextName: config.spec?.contextName ?? '', kubeConfigSecret: { name: config.spec?.kubeConfigSecret?.name ?? '' } },
      status: {
        context,
        server: kubeconfig === undefined ? null : shownUrl(kubeconfig.server),
        identity: identityOf(registered) ?? null,
        token: kubeconfig?.token?.fingerprint ?? null,
        loaded: loaded ?? null,
        expiresAt: typeof expires === 'number' ? new Date(expires).toISOString() : (expires ?? null),
        usedBy:
          references?.map(({ kind, namespace: where, name: object, field }) => ({ kind, namespace: where, name: object, field })) ?? null,
        problem: !secret.ok
          ? `${secret.reason}: ${secret.detail}`
          : stored?.ok === false
            ? stored.message
            : secret.value === undefined
              ? 'its Secret does not exist'
              : null,
      },
    };
  }),
});
export const clientConfigNames = (all: readonly Registration[]): string =>
  all.map(({ config }) => `clientconfig.config.k8ssandra.io/${printable(config.metadata.name)}\n`).join('');
export const yamlOf = (document: unknown): string => writeYaml(document);
