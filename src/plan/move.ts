import { UserError, usage } from '../base/errors.ts';
import { lateFault } from '../checks/start.ts';
import { probe } from '../fleet/from-cluster/probe.ts';
import { annotation } from '../kube/annotations.ts';
import type { Connection, Limits } from '../kube/api/connection.ts';
import { configKey } from '../kube/key.ts';
import { apiVersion, type ClientConfig, type KubeObject, kinds, type Secret } from '../kube/kinds.ts';
import { parseStored } from '../kube/kubeconfig/parse.ts';
import { resourceHashAnnotation, secretHashAnnotation } from '../operator/hash.ts';
import { effectiveContext } from '../operator/references.ts';
import { secretDifferences, type Write, writeOf } from './journal.ts';

/** Annotations that must not travel: with the hashes of another cluster the operator takes an object for loaded and never reads it. */
const bound: readonly string[] = [
  resourceHashAnnotation,
  secretHashAnnotation,
  annotation.run,
  annotation.rotation,
  annotation.controlPlane,
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** An object as it can be created elsewhere: no uid, revision, owner, status or annotation that is bound to its old cluster. */
export const portable = <T extends ClientConfig | Secret>(object: T, kind: (typeof kinds)['clientConfig' | 'secret']): T => {
  const { name, namespace, labels, annotations } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !bound.includes(key));
  const { type, data } = object as Secret;
  return {
    apiVersion: apiVersion(kind),
    kind: kind.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
    ...(kind === kinds.secret
      ? { ...(type === undefined ? {} : { type }), ...(data === undefined ? {} : { data }) }
      : { spec: (object as ClientConfig).spec }),
  } as T;
};

/** What a file of an export holds. */
export interface Registrations {
  readonly clientConfigs: readonly ClientConfig[];
  readonly secrets: readonly Secret[];
}

/** Sorts parsed documents into ClientConfigs and Secrets; anything else is refused, so that a wrong file changes nothing. */
export const readRegistrations = (documents: readonly unknown[], file: string, namespace: string | undefined): Registrations => {
  const objects = documents.flatMap(document => {
    const object = document as (KubeObject & { items?: readonly unknown[] }) | null;
    if (object === null || typeof object !== 'object') return [];
    return (object.kind === 'List' ? (object.items ?? []) : [object]) as KubeObject[];
  });
  const clientConfigs: ClientConfig[] = [];
  const secrets: Secret[] = [];
  for (const object of objects) {
    if (typeof object?.metadata?.name !== 'string')
      throw usage(`${file} holds something that is no Kubernetes object`, 'pass the output of clientconfig export');
    const placed = namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
    if (placed.metadata.namespace === undefined)
      throw usage(`${object.kind} ${object.metadata.name} in ${file} has no namespace`, 'name one with --dest-namespace');
    if (object.kind === 'ClientConfig') clientConfigs.push(portable(placed as ClientConfig, kinds.clientConfig));
    else if (object.kind === 'Secret') secrets.push(portable(placed as Secret, kinds.secret));
    else
      throw usage(
        `${file} holds a ${object.kind ?? 'nameless kind'}, which import does not write`,
        'pass the output of clientconfig export',
      );
  }
  if (clientConfigs.length === 0) throw usage(`${file} holds no ClientConfig`, 'pass the output of clientconfig export --with-secrets');
  const keys = [...clientConfigs, ...secrets].map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw usage(`${file} holds ${twice} twice`, 'leave one of them out');
  return { clientConfigs, secrets };
};

/** Each ClientConfig's credential, from the file or from the control plane, dialled and judged as the operator would. */
export const proveRegistrations = async (
  { clientConfigs, secrets }: Registrations,
  existing: (namespace: string, name: string) => Promise<Secret | undefined>,
  watches: readonly string[] | 'all',
  unproven: boolean,
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
          'export with --with-secrets',
        );
      const context = effectiveContext(config);
      const kubeconfig = secret.data?.['kubeconfig'];
      const stored = kubeconfig === undefined ? undefined : parseStored(Buffer.from(kubeconfig, 'base64'), context);
      if (stored?.ok !== true)
        throw new UserError(
          `refused: the Secret ${namespace}/${name} would stop the operator: ${stored?.message ?? 'secret is missing required kubeconfig property'}`,
          'correct it in the file',
        );
      const fault = unproven ? undefined : lateFault(await probe(context, stored, watches, limits));
      if (fault !== undefined)
        throw new UserError(
          `refused: with ClientConfig ${configKey(config)} the operator would stop: ${fault.message}`,
          'mend that data plane first; to go on all the same: --allow unproven',
        );
    }),
  );
};

/** The writes of an import, Secrets first: what exists and differs is an update, which the caller must allow. */
export const planImport = async (connection: Connection, { clientConfigs, secrets }: Registrations): Promise<readonly Write[]> => [
  ...(await Promise.all(secrets.map(secret => writeOf<Secret>(connection, kinds.secret, secret, secretDifferences, 'kubeconfig')))),
  ...(await Promise.all(
    clientConfigs.map(config =>
      writeOf<ClientConfig>(
        connection,
        kinds.clientConfig,
        config,
        (before, wanted) => (JSON.stringify(sorted(before.spec)) === JSON.stringify(sorted(wanted.spec)) ? [] : ['spec changes']),
        `contextName ${effectiveContext(config)}`,
      ),
    ),
  )),
];
const sorted = (spec: ClientConfig['spec']) => [spec?.contextName ?? '', spec?.kubeConfigSecret?.name ?? ''];
