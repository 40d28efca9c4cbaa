import type { Unreadable } from '../../base/cause.ts';
import { usage } from '../../base/errors.ts';
import { known, notRun, pass, type Read, unreadable } from '../../base/read.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import { type ClientConfig, type Deployment, isLive, type Secret } from '../../kube/kinds.ts';
import { controlPlaneOperator } from '../../operator/control-plane.ts';
import type { Operator } from '../../operator/environment.ts';
import { operatorOf, operatorPodOf } from '../../operator/environment.ts';
import { resourceHashAnnotation, secretHashAnnotation, specHash } from '../../operator/hash.ts';
import { assembleContexts, judgeStored, unprobed } from '../assemble.ts';
import type { ContextState, ControlPlane, Inventory } from '../inventory.ts';
import { type NamedFound, objectId } from '../named-objects.ts';
import { namedByContext } from '../placement.ts';
import { type StoredSecret, storedSecretOf } from '../stored-secret.ts';
import { manifestsIn, told } from './documents.ts';
import type { Sources } from './files.ts';
import { type Objects, objectsOf } from './objects.ts';

export interface ManifestScope {
  /** `-n`: of the operator, and of what names none */
  readonly namespace?: string | undefined;
  readonly names?: readonly string[] | undefined;
  readonly warnBeforeDays: number;
  /** what the manifests are called in a report */
  readonly title: string;
}

/**
 * Manifests as an inventory: the same as that of a cluster which holds just them, except that what manifests cannot tell is skipped,
 * and what usually stands elsewhere (the Secrets, the operator, the users of a context) is unknown when they hold none of it.
 */
export const inventoryOf = ({ sources, unread }: Sources, scope: ManifestScope, now: number): Inventory => {
  const files = sources.map(manifestsIn);
  const objects = objectsOf(
    files.flatMap(({ manifests }) => manifests),
    scope.namespace ?? 'default',
  );
  const faults = [...files.flatMap(({ faults: fileFaults }) => fileFaults), ...objects.faults];
  const fileFault = faults.find(({ named }) => named);
  if (fileFault !== undefined) throw usage(told(fileFault), 'correct it there, or render the template first');
  if (faults.length + unread.length === 0 && objects.places.size === 0)
    throw usage(
      `${scope.title === '-' ? 'standard input' : scope.title} holds no ClientConfig, K8ssandraCluster, ReplicatedSecret, K8ssandraTask, Secret or operator Deployment`,
      'pass the manifests of a control plane with -f',
    );
  const controlPlane = controlPlaneOf(objects, scope);
  const contexts = assembleContexts({ controlPlane, names: scope.names, probes: new Map(), dataPlanes: new Map() });
  return Object.freeze({
    now,
    source: 'manifests',
    warnBeforeDays: scope.warnBeforeDays,
    controlPlane,
    contexts: contexts.map(undialled),
    places: objects.places,
    named: new Map([['', namedIn(objects)]]),
    fields: objects.fields,
    unread: [...unread, ...faults.map(told)],
  });
};

const skipped = (detail: string): Read<never> => unreadable('skipped', detail);
const some = <T>(all: readonly T[], what: string): Read<readonly T[]> =>
  all.length > 0 ? known(all) : skipped(`no ${what} is among the manifests`);

const controlPlaneOf = (objects: Objects, { namespace, title }: ManifestScope): ControlPlane => {
  const { clientConfigs, clusters, replicatedSecrets, tasks, deployments, configMaps, pods } = objects;
  const reads = deployments.map(deployment => operatorIn(deployment, configMaps));
  const operators = reads.flatMap(read => (read.ok ? [read.value] : []));
  const planes = operators.filter(({ controlPlane }) => controlPlane);
  const failure = reads.find(read => !read.ok);
  const operator = failure === undefined ? controlPlaneOperator(operators, namespace) : undefined;
  const secrets = secretsOf(objects);
  const nobodyElse = clusters.length + replicatedSecrets.length > 0;
  return {
    context: title,
    server: '',
    version: skipped('manifests have no server'),
    clusterUid: skipped('manifests have no server'),
    operators:
      operator !== undefined
        ? known(operators)
        : failure !== undefined
          ? skipped(failure.detail)
          : planes.length > 1
            ? skipped(`${planes.length} control planes are among the manifests: choose one with --namespace`)
            : skipped('no control plane operator is among the manifests'),
    ...(operator === undefined ? {} : { operator }),
    pods: some(pods.map(operatorPodOf), 'pod of the operator'),
    imageConfig: skipped('manifests do not show whether the ImageConfig is installed'),
    clientConfigCrd: skipped('manifests do not show what is served'),
    clientConfigs: some(clientConfigs, 'ClientConfig'),
    secrets,
    stored: judgeStored(clientConfigs, secrets, operator),
    clusters: nobodyElse ? known(clusters) : skipped('no K8ssandraCluster is among the manifests'),
    replicatedSecrets: nobodyElse ? known(replicatedSecrets) : skipped('no ReplicatedSecret is among the manifests'),
    tasks: known(tasks),
    operatorView: skipped('manifests have no server'),
    webhook: new Map(),
  };
};

/** A manifest without a status does not tell whether it is ready. */
const operatorIn = (deployment: Deployment, configMaps: Objects['configMaps']): Read<Operator> => {
  const neighbours = configMaps.filter(({ metadata }) => metadata.namespace === deployment.metadata.namespace);
  const read = operatorOf(deployment, new Map(neighbours.map(({ metadata, data }) => [metadata.name, known(data ?? {})])));
  if (!read.ok || deployment.status !== undefined) return read;
  const { ready: _, ...rest } = read.value;
  return known(rest);
};

const secretsOf = ({ clientConfigs, secrets, hidden, places }: Objects): ReadonlyMap<string, Read<StoredSecret | undefined>> => {
  const clear = new Map(secrets.map(one => [configKey(one), one]));
  return new Map(
    clientConfigs.map((config): [string, Read<StoredSecret | undefined>] => {
      const where = secretKey(config);
      const place = places.get(`Secret/${where}`);
      const clearSecret = clear.get(where);
      if ((config.spec?.kubeConfigSecret?.name ?? '') === '') return [where, known(undefined)];
      if (clearSecret !== undefined) return [where, known(storedSecretOf(withStringData(clearSecret), place))];
      if (hidden.get(where) === 'external') return [where, skipped('an ExternalSecret fetches its Secret from elsewhere')];
      if (hidden.get(where) === undefined) return [where, skipped('its Secret is not among the manifests')];
      const [namespace = '', name = ''] = where.split('/');
      const sealedSecret: StoredSecret = { namespace, name, keys: [], hash: '', labels: {}, annotations: {}, encrypted: true };
      return [where, known(place === undefined ? sealedSecret : { ...sealedSecret, place })];
    }),
  );
};
/** Of what K8ssandraClusters name on the control plane: the Secrets that are among the manifests. What is not may lie elsewhere. */
const namedIn = ({ secrets, clusters }: Objects): NamedFound => {
  const clear = new Map(secrets.map(one => [configKey(one), one]));
  return new Map(
    (namedByContext(clusters).get('') ?? []).flatMap((object): [string, Read<readonly string[]>][] => {
      const secret = object.kind === 'Secret' ? clear.get(`${object.namespace}/${object.name}`) : undefined;
      return secret === undefined ? [] : [[objectId(object), known(Object.keys(withStringData(secret).data ?? {}).sort())]];
    }),
  );
};
/** The API server writes stringData over data. */
const withStringData = ({ stringData, ...secret }: Secret): Secret => ({
  ...secret,
  data: {
    ...secret.data,
    ...Object.fromEntries(Object.entries(stringData ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
  },
});

const undialled = (context: ContextState): ContextState => {
  const { providers, secret, stored } = context;
  const [reason, detail]: readonly [Unreadable | 'earlier-failure', string] =
    providers.length === 0
      ? ['earlier-failure', 'no ClientConfig provides it']
      : secret.ok && secret.value === undefined
        ? ['earlier-failure', 'its Secret does not exist']
        : stored?.ok === false
          ? ['earlier-failure', 'the stored kubeconfig is not usable']
          : ['skipped', 'nothing is dialled when manifests are checked'];
  return { ...context, probe: unprobed(reason, detail), loaded: loadedOf(context) };
};
/** The hashes in a dump of live objects are the operator's; in a manifest they mean nothing. */
const loadedOf = ({ providers, secret, loaded }: ContextState): ContextState['loaded'] => {
  const winner = providers.at(-1);
  if (winner === undefined) return loaded;
  if (!isLive(winner)) return notRun('skipped', 'a manifest does not show what the operator has read');
  if (secret.ok) return loaded;
  return hashOf(winner, resourceHashAnnotation) === undefined && hashOf(winner, secretHashAnnotation) === undefined
    ? pass('never')
    : hashOf(winner, resourceHashAnnotation) === specHash(winner.spec)
      ? notRun('skipped', secret.detail)
      : pass('stale');
};
const hashOf = ({ metadata }: ClientConfig, name: string): string | undefined => metadata.annotations?.[name];
