import { known, type Read, unreadable } from '../../base/read.ts';
import type { Connection, Limits } from '../../kube/api/connection.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { getObject } from '../../kube/api/objects.ts';
import { type K8ssandraCluster, kinds } from '../../kube/kinds.ts';
import type { UserKubeconfig } from '../../kube/kubeconfig/user.ts';
import type { Inventory } from '../inventory.ts';
import { objectId } from '../named-objects.ts';
import {
  type Datacenter,
  type DatacenterFacts,
  datacentersOf,
  type FoundDatacenter,
  type PlacementFacts,
  type StorageClassFact,
} from '../placement.ts';
import { readCassOperators, readK8ssandraOperators } from './deployments.ts';
import { dryRun, readNamespace } from './dry-run.ts';
import { readKeys } from './named-objects.ts';
import { either, type Ways, waysInto } from './ways.ts';

/** Everything that the datacenters of these K8ssandraClusters need, read where each is meant to run. Writes nothing. */
export const readPlacements = async (
  connection: Connection,
  config: UserKubeconfig,
  inventory: Inventory,
  clusters: readonly K8ssandraCluster[],
  limits: Limits,
): Promise<readonly PlacementFacts[]> => {
  const connections: Connection[] = [];
  const keep = <T extends Connection>(one: T): T => {
    connections.push(one);
    return one;
  };
  try {
    const localWays: Ways = { stored: known(connection), user: async () => undefined };
    const remoteWays = await Promise.all(
      inventory.contexts.map(async (context): Promise<[string, Ways]> => [context.name, await waysInto(context, config, limits, keep)]),
    );
    const ways = new Map<string, Ways>([['', localWays], ...remoteWays]);
    return await Promise.all(
      clusters.map(async cluster => ({
        cluster,
        accepted: await dryRun(connection, cluster),
        datacenters: await Promise.all(datacentersOf(cluster).map(dc => readDatacenter(dc, ways, inventory))),
      })),
    );
  } finally {
    for (const one of connections) one.close();
  }
};

const readDatacenter = async (
  dc: Datacenter,
  ways: ReadonlyMap<string, Ways>,
  { controlPlane, contexts }: Inventory,
): Promise<DatacenterFacts> => {
  const noWays: Ways = { stored: unreadable('skipped', 'no such context'), user: async () => undefined };
  const here = ways.get(dc.context) ?? noWays;
  const localWays = ways.get('') ?? noWays;
  const kubeconfig = contexts.find(({ name }) => name === dc.context)?.stored;
  const home = kubeconfig?.ok === true ? kubeconfig.value.claims?.namespace : undefined;
  const near = [...new Set([dc.namespace, ...(home === undefined ? [] : [home])])];
  const [namespaceState, operators, cassOperators, classes, namedObjects, foundDatacenters, crd] = await Promise.all([
    either(here, one => readNamespace(one, dc.namespace)),
    dc.context === '' ? controlPlane.operators : readK8ssandraOperators(here, near),
    readCassOperators(here, near),
    dc.storageClasses.length === 0 ? known([]) : either(here, readStorageClasses),
    Promise.all(
      dc.names.map(
        async (wanted): Promise<[string, Read<readonly string[] | undefined>]> => [
          objectId(wanted),
          await either(wanted.onControlPlane ? localWays : here, one => readKeys(one, wanted)),
        ],
      ),
    ),
    readDatacenters(dc, ways),
    dc.context === '' ? either(here, one => readCrd(one, dc.namespace)) : unreadable('skipped', 'the probe of its context tells'),
  ]);
  return { ...dc, namespaceState, operators, cassOperators, classes, found: new Map(namedObjects), foundDatacenters, crd };
};

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
const readCrd = async (connection: Connection, namespace: string): Promise<Read<boolean>> => {
  const read = await listObjects(connection, kinds.cassandraDatacenter, namespace);
  return read.ok ? known(true) : read.reason === 'not-installed' ? known(false) : read;
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
