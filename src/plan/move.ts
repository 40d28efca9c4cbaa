import { ours, sentence } from '../base/advice.ts';
import { Malformed } from '../base/codec.ts';
import { UserError, usage } from '../base/errors.ts';
import { fieldsOf } from '../base/fields.ts';
import { looksSecret } from '../base/shown.ts';
import { lateFault } from '../checks/start.ts';
import { probe } from '../fleet/from-cluster/probe.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { accepts, annotation, managedBy } from '../kube/annotations.ts';
import type { Connection, Limits } from '../kube/api/connection.ts';
import { objectOf } from '../kube/api/objects.ts';
import { configKey, keyOf, secretKey } from '../kube/key.ts';
import { apiVersion, type ClientConfig, type Kind, type KubeObject, kinds, type Secret } from '../kube/kinds.ts';
import { proxyFault, serverFault } from '../kube/kubeconfig/address.ts';
import { storedInSecret } from '../kube/kubeconfig/in-secret.ts';
import type { StoredKubeconfig } from '../kube/kubeconfig/stored.ts';
import { shownUrl, unroutable } from '../kube/kubeconfig/url.ts';
import { effectiveContext } from '../operator/references.ts';
import { refuseOtherAccount } from './account.ts';
import { secretDifferences, specDifferences } from './differences.ts';
import { type Write, writeOf } from './journal.ts';
import { isRevoked } from './meanwhile.ts';
import type { Guard } from './refusals.ts';
import { controlPlaneIds, refuseForeign, refuseUnderWay, withAnnotations } from './registration.ts';

/**
 * The annotations that travel: what this program notes of a data plane. No others do: with the hashes of another cluster the operator takes
 * an object for loaded and never reads it, and controllers act on theirs (replicate a Secret, or put a token into it).
 */
const portableAnnotations: readonly string[] = [
  annotation.sourceContext,
  annotation.sourceCluster,
  annotation.serviceAccount,
  annotation.tokenSecret,
  annotation.server,
  annotation.tlsServerName,
  annotation.proxyUrl,
  annotation.allowed,
];
const portableMeta = ({ name, namespace, annotations = {} }: Secret['metadata']): Secret['metadata'] => {
  const annotationEntries = Object.entries(annotations).filter(
    ([name, value]) => portableAnnotations.includes(name) && (value.includes('://') ? shownUrl(value) === value : !looksSecret(value)),
  );
  return {
    name,
    namespace,
    labels: managedBy,
    ...(annotationEntries.length === 0 ? {} : { annotations: Object.fromEntries(annotationEntries) }),
  };
};
/** Objects as they can be created elsewhere: nothing but what this program has made of them, and a Secret with its kubeconfig alone. */
export const portableConfig = ({ metadata, spec }: ClientConfig): ClientConfig => ({
  apiVersion: apiVersion(kinds.clientConfig),
  kind: kinds.clientConfig.kind,
  metadata: portableMeta(metadata),
  ...(spec === undefined ? {} : { spec: portableSpec(spec) }),
});
/** The fields that the CRD has; operator apis/config/v1beta1/clientconfig_types.go. */
const portableSpec = ({ contextName, kubeConfigSecret }: NonNullable<ClientConfig['spec']>): NonNullable<ClientConfig['spec']> => ({
  ...(contextName === undefined ? {} : { contextName }),
  ...(kubeConfigSecret === undefined
    ? {}
    : { kubeConfigSecret: kubeConfigSecret.name === undefined ? {} : { name: kubeConfigSecret.name } }),
});
export const portableSecret = ({ metadata, data }: Secret): Secret => {
  const kubeconfig = data?.['kubeconfig'];
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: portableMeta(metadata),
    type: 'Opaque',
    ...(kubeconfig === undefined ? {} : { data: { kubeconfig } }),
  };
};

/** What a file of an export holds. */
export interface Registrations {
  readonly clientConfigs: readonly ClientConfig[];
  readonly secrets: readonly Secret[];
}

/** Sorts parsed documents into ClientConfigs and Secrets; anything else is refused, so that a wrong file changes nothing. */
export const readRegistrations = (documents: readonly unknown[], file: string, namespace: string | undefined): Registrations => {
  const clientConfigs: ClientConfig[] = [];
  const secrets: Secret[] = [];
  for (const document of documents.flatMap(itemsOf)) {
    const object = placed(document, file, namespace);
    if (object.kind === 'ClientConfig') clientConfigs.push(portableConfig(decoded(kinds.clientConfig, object, file)));
    else if (object.kind === 'Secret') secrets.push(portableSecret(plainSecret(decoded(kinds.secret, object, file), file)));
    else throw usage(`${file} holds a ${object.kind || 'nameless kind'}, which import does not write`, output);
  }
  if (clientConfigs.length === 0)
    throw usage(`${file} holds no ClientConfig`, sentence`pass what ${ours('clientconfig export', [], '--with-secrets')} prints`);
  const keys = [...clientConfigs, ...secrets].map(one => `${one.kind} ${configKey(one)}`);
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined) throw usage(`${file} holds ${duplicate} twice`, 'leave one of them out');
  const straySecret = secrets.find(one => !clientConfigs.some(config => secretKey(config) === configKey(one)));
  if (straySecret !== undefined)
    throw usage(
      `${file} holds Secret ${configKey(straySecret)}, which no ClientConfig in it names`,
      'leave it out: import writes the Secrets of ClientConfigs alone',
    );
  return { clientConfigs, secrets };
};
const output = sentence`pass what ${ours('clientconfig export')} prints`;
const itemsOf = (document: unknown): readonly unknown[] => {
  const { kind, items } = fieldsOf(document);
  if (kind === 'List' && Array.isArray(items)) return items;
  return document === null || typeof document !== 'object' ? [] : [document];
};
/** A document with its kind and name as texts, and in the namespace that it goes to. */
const placed = (document: unknown, file: string, wanted: string | undefined): { readonly kind: string; readonly name: string } => {
  const { kind: kindField, metadata, ...rest } = fieldsOf(document);
  const { name, namespace: own, ...meta } = fieldsOf(metadata);
  const kind = typeof kindField === 'string' ? kindField : '';
  if (typeof name !== 'string') throw usage(`${file} holds something that is no Kubernetes object`, output);
  const namespace = wanted ?? own;
  if (typeof namespace !== 'string') throw usage(`${kind} ${name} in ${file} has no namespace`, 'name one with --dest-namespace');
  if (keyOf(`${namespace}/${name}`) === undefined)
    throw usage(`${file} holds a ${kind} with a name that none can have: ${namespace}/${name}`, 'correct it in the file');
  return { ...rest, kind, name, ...{ metadata: { ...meta, name, namespace } } };
};
const decoded = <T extends KubeObject>(kind: Kind<T>, object: { readonly kind: string; readonly name: string }, file: string): T => {
  try {
    return objectOf(object, kind);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw usage(`${file}: ${object.kind} ${object.name}: ${error.message}`, output);
  }
};
/** A Secret of another type is not a kubeconfig: of one type Kubernetes would put a token into it. */
const plainSecret = (object: Secret, file: string): Secret => {
  if (object.type !== undefined && object.type !== 'Opaque')
    throw usage(
      `${file}: Secret ${object.metadata.name} is of the type ${object.type}`,
      'leave it out: import writes Secrets of the type Opaque alone',
    );
  const text = object.stringData?.['kubeconfig'];
  return text === undefined ? object : { ...object, data: { kubeconfig: Buffer.from(text, 'utf8').toString('base64') } };
};

/** Each ClientConfig's credential, from the file or from the control plane, dialled and judged as the operator would. */
export const proveRegistrations = async (
  { clientConfigs, secrets }: Registrations,
  existing: (namespace: string, name: string) => Promise<Secret | undefined>,
  watches: readonly string[] | 'all',
  guard: Guard,
  limits: Limits,
): Promise<void> => {
  await Promise.all(
    clientConfigs.map(async config => {
      const namespace = config.metadata.namespace ?? '';
      const name = config.spec?.kubeConfigSecret?.name ?? '';
      const secret =
        secrets.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) ?? (await existing(namespace, name));
      if (secret === undefined)
        throw new UserError(
          `refused: ClientConfig ${configKey(config)} names the Secret ${namespace}/${name}, which is neither in the file nor in the control plane: the operator would not start`,
          sentence`pass what ${ours('clientconfig export', [], '--with-secrets')} prints there`,
        );
      const context = effectiveContext(config);
      const kubeconfig = storedInSecret(secret, context);
      if (kubeconfig?.ok !== true)
        throw usage(
          `refused: the Secret ${namespace}/${name} would stop the operator: ${kubeconfig?.message ?? 'secret is missing required kubeconfig property'}`,
          'correct it in the file',
        );
      const { server, proxyUrl } = kubeconfig.value;
      const serverProblem = /^https:/i.test(server)
        ? (serverFault(server) ?? (proxyUrl === undefined ? undefined : proxyFault(proxyUrl)))
        : undefined;
      if (serverProblem !== undefined)
        throw usage(
          `refused: with the Secret ${namespace}/${name} the operator would not reach ${shownUrl(server)}: ${serverProblem}`,
          'correct it in the file',
        );
      refuseAddress(kubeconfig.value, configKey(config), secret, guard);
      if (guard.allows('unproven')) return;
      const result = await probe(context, kubeconfig, watches, limits);
      refuseOtherAccount(context, result, secret.metadata.annotations);
      // An API server goes on taking a revoked token for some seconds.
      const fault = lateFault(result)?.message ?? ((await isRevoked(secret, context, limits)) ? 'its token was revoked' : undefined);
      guard.refuse(
        'unproven',
        fault === undefined
          ? undefined
          : { why: `with ClientConfig ${configKey(config)} the operator would stop: ${fault}`, cure: 'fix that data plane first' },
      );
    }),
  );
};

/** What `create` refuses to store is not stored by way of a file either, unless it was allowed by name when it was made, or is now. */
const refuseAddress = ({ server, caPem, caFile, insecure }: StoredKubeconfig, of: string, { metadata }: Secret, guard: Guard): void => {
  const notes = metadata.annotations ?? {};
  const why = unroutable(server);
  if (why !== undefined && !accepts(notes, 'loopback')) guard.refuse('loopback', { server: shownUrl(server), of, why });
  if (caPem === undefined && caFile === undefined && !insecure && !accepts(notes, 'system-ca'))
    guard.refuse('system-ca', { server: shownUrl(server), named: true });
};

/** The writes of an import, Secrets first: what exists and differs is an update, which the caller must allow. */
export const planImport = async (
  connection: Connection,
  controlPlane: ControlPlane,
  { clientConfigs, secrets }: Registrations,
): Promise<readonly Write[]> => [
  ...(await Promise.all(
    secrets.map(async object => {
      const config = clientConfigs.find(one => secretKey(one) === configKey(object));
      const write = await writeOf<Secret>(
        connection,
        kinds.secret,
        marked(object, controlPlane, config),
        secretDifferences(config === undefined ? '' : effectiveContext(config)),
        'kubeconfig',
      );
      refuseUnderWay(write.before);
      refuseForeign(write.before, 'give the Secret another name in the file, and in its ClientConfig');
      return write;
    }),
  )),
  ...(await Promise.all(
    clientConfigs.map(config =>
      writeOf<ClientConfig>(connection, kinds.clientConfig, config, specDifferences, `contextName ${effectiveContext(config)}`),
    ),
  )),
];
/** From here on it is this control plane's, so that its deletion here takes it away again. */
const marked = (object: Secret, controlPlane: ControlPlane, config: ClientConfig | undefined): Secret =>
  withAnnotations(object, {
    [annotation.controlPlane]: controlPlaneIds(controlPlane)[0],
    ...(config === undefined ? {} : { [annotation.clientConfig]: configKey(config) }),
  });
