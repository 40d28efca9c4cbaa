import { UserError } from '../../base/errors.ts';
import { known, type Read, unreadable } from '../../base/read.ts';
import { isAbsent, refusalOf, statusIn, statusMessage, unreadOf } from '../../kube/api/answer.ts';
import { refusalIn, send } from '../../kube/api/ask.ts';
import { type Answer, type Connection, connectStored, type Limits, type Request } from '../../kube/api/connection.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { getObject } from '../../kube/api/objects.ts';
import { apiPath, apiVersion, type Deployment, type K8ssandraCluster, kinds } from '../../kube/kinds.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import type { Operator } from '../../operator/environment.ts';
import { operatorOf } from '../../operator/environment.ts';
import type { ContextState, Inventory } from '../inventory.ts';
import {
  clusterKey,
  type Datacenter,
  type DatacenterFacts,
  datacentersOf,
  type FoundDatacenter,
  type PlacementFacts,
  type StorageClassFact,
  secretId,
  type WantedSecret,
} from '../placement.ts';
import { operatorLabel } from './collect.ts';
import { openUserContext } from './user-context.ts';

/** The ways into one cluster: the stored credential first, as the operator has it, then the user's own context of the same server. */
interface Ways {
  readonly stored: Read<Connection>;
  readonly user: () => Promise<Connection | undefined>;
}
type Ask<T> = (connection: Connection) => Promise<Read<T>>;
const either = async <T>({ stored, user }: Ways, ask: Ask<T>): Promise<Read<T>> => {
  const first = stored.ok ? await ask(stored.value) : stored;
  if (first.ok || (!stored.ok && stored.reason === 'skipped')) return first;
  const mine = await user();
  const second = mine === undefined ? first : await ask(mine);
  return second.ok ? second : first;
};

/** Everything that the datacenters of these K8ssandraClusters need, read where each is meant to run. Writes nothing. */
export const readPlacements = async (
  connection: Connection,
  config: UserKubeconfig,
  inventory: Inventory,
  clusters: readonly K8ssandraCluster[],
  limits: Limits,
): Promise<readonly PlacementFacts[]> => {
  const opened: Connection[] = [];
  const keep = <T extends Connection>(one: T): T => {
    opened.push(one);
    return one;
  };
  try {
    const local: Ways = { stored: known(connection), user: async () => undefined };
    const remote = await Promise.all(
      inventory.contexts.map(async (context): Promise<[string, Ways]> => [context.name, await waysInto(context, config, limits, keep)]),
    );
    const ways = new Map<string, Ways>([['', local], ...remote]);
    return await Promise.all(
      clusters.map(async cluster => ({
        cluster,
        accepted: await dryRun(connection, cluster),
        datacenters: await Promise.all(datacentersOf(cluster).map(dc => readDatacenter(dc, ways, inventory))),
      })),
    );
  } finally {
    for (const one of opened) one.close();
  }
};

const waysInto = async (
  { name, stored, secret, probe }: ContextState,
  config: UserKubeconfig,
  limits: Limits,
  keep: <T extends Connection>(one: T) => T,
): Promise<Ways> => {
  const nobody = async (): Promise<undefined> => undefined;
  if (stored?.ok !== true || probe.reach.status !== 'pass' || probe.tls.status === 'fail')
    return { stored: unreadable('skipped', 'this cluster is not reached with what is stored'), user: nobody };
  const { server } = stored.value;
  const annotations = (secret.ok ? secret.value?.annotations : undefined) ?? {};
  let mine: Promise<Connection | undefined> | undefined;
  return {
    stored: await attempt(async () => keep(await connectStored(name, stored.value, limits))),
    user: () => {
      mine ??= attempt(async () => {
        const mine = await openUserContext(config, server, annotations, limits);
        return mine?.connection === undefined ? undefined : keep(mine.connection);
      }).then(read => (read.ok ? read.value : undefined));
      return mine;
    },
  };
};
/** A connection that cannot be had makes facts unknown; it ends nothing. */
const attempt = async <T>(work: () => Promise<T>): Promise<Read<T>> => {
  try {
    return known(await work());
  } catch (error) {
    return error instanceof UserError ? unreadable('failed', error.message) : unreadOf(refusalIn(error));
  }
};

const readDatacenter = async (
  dc: Datacenter,
  ways: ReadonlyMap<string, Ways>,
  { controlPlane, contexts }: Inventory,
): Promise<DatacenterFacts> => {
  const absent: Ways = { stored: unreadable('skipped', 'no such context'), user: async () => undefined };
  const here = ways.get(dc.context) ?? absent;
  const local = ways.get('') ?? absent;
  const stored = contexts.find(({ name }) => name === dc.context)?.stored;
  const home = stored?.ok === true ? stored.value.claims?.namespace : undefined;
  const near = [...new Set([dc.namespace, ...(home === undefined ? [] : [home])])];
  const [namespaceState, operators, cassOperators, classes, foundSecrets, foundDatacenters, crd] = await Promise.all([
    either(here, one => readNamespace(one, dc.namespace)),
    dc.context === '' ? controlPlane.operators : readDeployments(here, near, isK8ssandraOperator, [operatorLabel]),
    readDeployments(here, near, isCassOperator, ['app.kubernetes.io/name=cass-operator', 'control-plane=controller-manager']),
    dc.storageClasses.length === 0 ? known([]) : either(here, readStorageClasses),
    Promise.all(
      dc.secrets.map(
        async (wanted): Promise<[string, Read<readonly string[] | undefined>]> => [
          secretId(wanted),
          await either(wanted.onControlPlane ? local : here, one => readKeys(one, wanted)),
        ],
      ),
    ),
    readDatacenters(dc, ways),
    either(here, async one => {
      const read = await listObjects(one, kinds.cassandraDatacenter, dc.namespace);
      return read.ok ? known(true) : read.reason === 'not-installed' ? known(false) : read;
    }),
  ]);
  return { ...dc, namespaceState, operators, cassOperators, classes, foundSecrets: new Map(foundSecrets), foundDatacenters, crd };
};

const answerTo = async (connection: Connection, request: Request): Promise<Read<Answer>> => {
  const sent = await send(connection, request);
  return sent.ok ? known(sent.value) : unreadOf(sent);
};

/** A dry run of a ConfigMap tells whether a namespace exists to an account that may not read namespaces. */
const readNamespace = async (connection: Connection, namespace: string): Promise<Read<'present' | 'absent' | 'terminating'>> => {
  const read = await answerTo(connection, {
    method: 'POST',
    path: `${apiPath(kinds.configMap, namespace)}?dryRun=All`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubectl-k8ssandra-placement', namespace } },
  });
  if (!read.ok) return read;
  const { status } = read.value;
  if (status === 201 || status === 409) return known('present');
  if (isAbsent(read.value)) return known('absent');
  if (status === 403 && /being terminated/.test(statusMessage(read.value))) return known('terminating');
  const got = await getObject(connection, kinds.namespace, undefined, namespace);
  if (!got.ok) return unreadOf(refusalOf(read.value));
  return known(got.value === undefined ? 'absent' : got.value.metadata.deletionTimestamp === undefined ? 'present' : 'terminating');
};

const images = ({ spec }: Deployment): readonly string[] => (spec?.template?.spec?.containers ?? []).map(({ image }) => image ?? '');
const isK8ssandraOperator = ({ metadata }: Deployment): boolean => metadata.labels?.['control-plane'] === 'k8ssandra-operator';
/** By its image or its label: its name and its other labels differ between Helm, kustomize and OLM. */
const isCassOperator = (deployment: Deployment): boolean =>
  deployment.metadata.labels?.['app.kubernetes.io/name'] === 'cass-operator' ||
  images(deployment).some(image => /(^|\/)cass-operator([:@]|$)/.test(image));
/** Its environment is in the container that knows WATCH_NAMESPACE; a proxy may stand before it. */
const asOperator = (deployment: Deployment): Operator => {
  const { spec } = deployment;
  const main = spec?.template?.spec?.containers?.filter(({ env }) => env?.some(({ name }) => name === 'WATCH_NAMESPACE') === true) ?? [];
  if (main.length === 0) return operatorOf(deployment);
  return operatorOf({
    ...deployment,
    spec: { ...spec, template: { ...spec?.template, spec: { ...spec?.template?.spec, containers: main } } },
  });
};

/**
 * Deployments of an operator: in the whole cluster where someone may list them, else in the namespaces where it is likely to be. There
 * it may be found, but its absence proves nothing.
 */
const readDeployments = async (
  ways: Ways,
  near: readonly string[],
  is: (deployment: Deployment) => boolean,
  labels: readonly string[],
): Promise<Read<readonly Operator[]>> => {
  const wide = await either(ways, async one => {
    const reads = await Promise.all(labels.map(label => listObjects(one, kinds.deployment, undefined, label)));
    const broken = reads.find(read => !read.ok);
    return broken ?? known(reads.flatMap(read => (read.ok ? read.value : [])));
  });
  const found = wide.ok ? wide.value.filter(is) : [];
  if (found.length > 0) return known(unique(found).map(asOperator));
  const reads = await Promise.all(near.map(namespace => either(ways, one => listObjects(one, kinds.deployment, namespace))));
  const beside = reads.flatMap(read => (read.ok ? read.value.filter(is) : []));
  return beside.length > 0 || wide.ok ? known(unique(beside).map(asOperator)) : wide;
};
const unique = (deployments: readonly Deployment[]): readonly Deployment[] => [
  ...new Map(deployments.map(one => [`${one.metadata.namespace}/${one.metadata.name}`, one])).values(),
];

const readStorageClasses = async (connection: Connection): Promise<Read<readonly StorageClassFact[]>> => {
  const read = await listObjects(connection, kinds.storageClass);
  if (!read.ok) return read;
  return known(
    read.value.map(({ metadata: { name, annotations = {} } }) => ({
      name,
      isDefault: ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
        key => annotations[key] === 'true',
      ),
    })),
  );
};
/** Its keys alone: no value of these Secrets goes any further. */
const readKeys = async (connection: Connection, { namespace, name }: WantedSecret): Promise<Read<readonly string[] | undefined>> => {
  const read = await getObject(connection, kinds.secret, namespace, name);
  return read.ok ? known(read.value === undefined ? undefined : Object.keys(read.value.data ?? {}).sort()) : read;
};

/** CassandraDatacenters of that name in every cluster that this run reaches. */
const readDatacenters = async (dc: Datacenter, ways: ReadonlyMap<string, Ways>): Promise<Read<readonly FoundDatacenter[]>> => {
  const reads = await Promise.all(
    [...ways]
      // A cluster that is not reached tells nothing of others; that it is not reached is a finding of its own.
      .filter(([context, { stored }]) => context === dc.context || stored.ok)
      .map(async ([context, one]): Promise<Read<readonly FoundDatacenter[]>> => {
        const read = await either(one, connection => getObject(connection, kinds.cassandraDatacenter, dc.namespace, dc.name));
        if (!read.ok) return read;
        if (read.value === undefined) return known([]);
        const labels = read.value.metadata.labels ?? {};
        const name = labels['k8ssandra.io/cluster-name'];
        const owner = name === undefined ? undefined : `${labels['k8ssandra.io/cluster-namespace'] ?? dc.namespace}/${name}`;
        return known([{ context, ...(owner === undefined ? {} : { owner }) }]);
      }),
  );
  return reads.find(read => !read.ok) ?? known(reads.flatMap(read => (read.ok ? read.value : [])));
};

/** The manifest as it would be applied, with dryRun=All: schema, admission and webhook answer, and nothing is stored. */
const dryRun = async (connection: Connection, cluster: K8ssandraCluster): Promise<PlacementFacts['accepted']> => {
  const { namespace = '', name, labels = {}, annotations = {} } = cluster.metadata;
  const live = await getObject(connection, kinds.k8ssandraCluster, namespace, name);
  if (!live.ok) return live;
  const exists = live.value;
  const object = {
    apiVersion: apiVersion(kinds.k8ssandraCluster),
    kind: kinds.k8ssandraCluster.kind,
    metadata:
      exists === undefined
        ? { name, namespace, labels, annotations }
        : {
            ...exists.metadata,
            labels: { ...exists.metadata.labels, ...labels },
            annotations: { ...exists.metadata.annotations, ...annotations },
          },
    spec: cluster.spec,
  };
  const read = await answerTo(connection, {
    method: exists === undefined ? 'POST' : 'PUT',
    path: `${apiPath(kinds.k8ssandraCluster, namespace, exists === undefined ? undefined : name)}?dryRun=All&fieldValidation=Strict`,
    body: object,
  });
  if (!read.ok) return read;
  const { status } = read.value;
  const message = statusMessage(read.value);
  if (status === 200 || status === 201) return known({ accepted: true, message: '' });
  // A webhook denies with 403 too, so only its words tell it from a missing right. A conflict is someone else's write in between.
  const judged = (status === 403 && message.startsWith('admission webhook')) || (status >= 500 && /failed calling webhook/.test(message));
  if (!judged && (![400, 404, 422].includes(status) || statusIn(read.value) === undefined)) return unreadOf(refusalOf(read.value));
  if (status === 404 && !/namespaces? "/.test(message))
    return known({ accepted: false, message: 'k8ssandraclusters.k8ssandra.io is not served' });
  return known({ accepted: false, message: `${clusterKey(cluster)}: ${message}` });
};
