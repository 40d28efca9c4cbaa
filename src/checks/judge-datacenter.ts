import type { Read } from '../base/read.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import { type NamedObject, objectId } from '../fleet/named-objects.ts';
import { clusterKey, type DatacenterFacts } from '../fleet/placement.ts';
import type { K8ssandraCluster } from '../kube/kinds.ts';
import type { Operator } from '../operator/environment.ts';

/** What one fact comes to: nothing wrong and nothing unknown is ok. */
export interface Judgement {
  readonly problems: readonly string[];
  readonly unknown?: string;
}
export const facts = ['namespace', 'watched', 'storage', 'cassOperator', 'secrets', 'operator', 'datacenter'] as const;
export type DatacenterFact = (typeof facts)[number];
/** The code under which a fact that does not hold is found. */
export const factCodes: Readonly<Record<DatacenterFact, string>> = {
  namespace: 'KC503',
  watched: 'KC506',
  storage: 'KC507',
  cassOperator: 'KC508',
  secrets: 'KC509',
  operator: 'KC510',
  datacenter: 'KC511',
};

const watching = (operators: readonly Operator[], namespace: string): readonly Operator[] =>
  operators.filter(({ watches }) => watches === 'all' || watches.includes(namespace));
const watched = ({ watches }: Operator): string => (watches === 'all' ? 'all namespaces' : watches.join(', '));
/** Reads that failed: unknown, each with its reason. */
const unread = (...reads: readonly Read<unknown>[]): Pick<Judgement, 'unknown'> => {
  const reasons = [...new Set(reads.flatMap(read => (read.ok ? [] : [`${read.reason}: ${read.detail}`])))];
  return reasons.length === 0 ? {} : { unknown: reasons.join('; ') };
};

/** Every fact of one datacenter, judged. A fact that could not be read is unknown and never a problem. */
export const judgeDatacenter = (
  cluster: K8ssandraCluster,
  dc: DatacenterFacts,
  { operator }: Pick<ControlPlane, 'operator'>,
): Readonly<Record<DatacenterFact, Judgement>> => {
  const { namespace } = dc;
  const { namespaceState, operators, cassOperators } = dc;
  return {
    namespace: namespaceState.ok
      ? {
          problems:
            namespaceState.value === 'present'
              ? []
              : [`namespace ${namespace} ${namespaceState.value === 'absent' ? 'does not exist' : 'is being deleted'}`],
        }
      : { problems: [], ...unread(namespaceState) },
    watched: {
      problems: [
        ...(operator === undefined || watching([operator], namespace).length > 0
          ? []
          : [`namespace ${namespace} is not watched by the control plane, which watches ${watched(operator)}`]),
        ...(dc.context === '' ? [] : blind('the data plane operator', operators, namespace)),
        ...blind('cass-operator', cassOperators, namespace),
      ],
      ...(operator === undefined
        ? { unknown: 'failed: which namespaces the control plane watches is not known' }
        : unread(operators, cassOperators)),
    },
    storage: judgeStorage(dc),
    cassOperator: absentOrNotReady('cass-operator', cassOperators, namespace),
    secrets: judgeNamed(dc),
    operator: dc.context === '' ? { problems: [] } : absentOrNotReady('K8ssandra Operator', operators, namespace),
    datacenter: judgeFound(cluster, dc),
  };
};
const blind = (who: string, read: Read<readonly Operator[]>, namespace: string): readonly string[] =>
  read.ok && read.value.length > 0 && watching(read.value, namespace).length === 0
    ? [`namespace ${namespace} is not watched by ${who}, which watches ${[...new Set(read.value.map(watched))].join(', ')}`]
    : [];
/** Of several operators only those count that watch the namespace; one that is ready is enough. */
const absentOrNotReady = (who: string, read: Read<readonly Operator[]>, namespace: string): Judgement => {
  if (!read.ok) return { problems: [], ...unread(read) };
  if (read.value.length === 0) return { problems: [`there is no ${who} in that cluster`] };
  const near = watching(read.value, namespace);
  return near.length === 0 || near.some(({ ready }) => ready)
    ? { problems: [] }
    : { problems: near.map(one => `${who} ${one.namespace}/${one.name} is not ready`) };
};
const judgeStorage = ({ storageClasses, classes }: DatacenterFacts): Judgement => {
  if (storageClasses.length === 0) return { problems: [] };
  if (!classes.ok) return { problems: [], ...unread(classes) };
  return {
    problems: storageClasses.flatMap(wanted =>
      wanted === undefined
        ? classes.value.some(({ isDefault }) => isDefault)
          ? []
          : ['it names no StorageClass, and that cluster has no default one']
        : classes.value.some(({ name }) => name === wanted)
          ? []
          : [`StorageClass ${wanted} does not exist`],
    ),
  };
};
/** What is wrong with one object that a K8ssandraCluster names, in words; `undefined` when nothing is. */
export const faultOfNamed = (wanted: NamedObject, keys: readonly string[] | undefined): string | undefined => {
  const where = `${wanted.kind} ${wanted.namespace}/${wanted.name}${wanted.onControlPlane ? ' on the control plane' : ''}`;
  if (keys === undefined) return `${where} does not exist`;
  const missingKeys = wanted.keys.filter(key => !keys.includes(key));
  return missingKeys.length === 0 ? undefined : `${where} lacks ${missingKeys.join(', ')}`;
};
const judgeNamed = ({ names, found }: DatacenterFacts): Judgement => {
  const reads = names.map(wanted => ({ wanted, read: found.get(objectId(wanted)) }));
  return {
    problems: reads.flatMap(({ wanted, read }) => (read?.ok === true && !wanted.made ? (faultOfNamed(wanted, read.value) ?? []) : [])),
    ...unread(...reads.flatMap(({ read }) => read ?? [])),
  };
};
const judgeFound = (cluster: K8ssandraCluster, { name, context, foundDatacenters, crd }: DatacenterFacts): Judgement => {
  // Whether the kind is served is known of a data plane by its probe.
  const reads = context === '' ? [foundDatacenters, crd] : [foundDatacenters];
  if (!foundDatacenters.ok || reads.some(({ ok }) => !ok)) return { problems: [], ...unread(...reads) };
  const place = (at: string): string => (at === '' ? 'the control plane' : at);
  return {
    problems: foundDatacenters.value.flatMap(found =>
      found.context !== context
        ? found.owner === clusterKey(cluster)
          ? [`CassandraDatacenter ${name} of this cluster is already in ${place(found.context)}`]
          : []
        : found.owner === clusterKey(cluster)
          ? []
          : [`a CassandraDatacenter ${name} is already there and belongs to ${found.owner ?? 'no K8ssandraCluster'}`],
    ),
  };
};

/** Every code that only a placement raises: those of its datacenters, and whether the API accepts it. */
export const placementCodes: readonly string[] = [...Object.values(factCodes), 'KC512'];
/** What each fact is about. */
export const factWords: Readonly<Record<DatacenterFact, string>> = {
  namespace: 'namespace',
  watched: 'watched namespaces',
  storage: 'StorageClasses',
  cassOperator: 'cass-operator',
  secrets: 'the Secrets and ConfigMaps',
  operator: 'data plane operator',
  datacenter: 'CassandraDatacenters',
};
