import { printable } from '../../base/errors.ts';
import type { Inventory } from '../../fleet/inventory.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import type { K8ssandraCluster } from '../../kube/kinds.ts';
import type { Reference } from '../../operator/references.ts';
import { storedOf } from '../client-configs.ts';
import { qualified, safeUrl } from '../facts.ts';
import {
  type Judged,
  judgeContext,
  judgeProvider,
  judgeSecret,
  judgeStoredServer,
  type NamedContext,
  type Provider,
  type Standing,
  type Topology,
} from './topology.ts';

/** From left to right: who uses a context, the context, and where it leads. */
export const layers = [
  ['control plane'],
  ['K8ssandraCluster'],
  ['datacenter', 'ReplicatedSecret', 'K8ssandraTask', 'not read'],
  ['context'],
  ['ClientConfig'],
  ['Secret'],
  ['server'],
] as const;
type NodeKind = (typeof layers)[number][number];

/** One box. All its text is printable; each format escapes it its own way. */
export interface GraphNode {
  /** unique, `kind/namespace/name`, raw */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** the worst of its own and, for a context, of what the winner of its name leads through */
  readonly status: Standing;
  /** what is wrong with this very thing */
  readonly notes: readonly string[];
}
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `faint` does not decide anything: a ClientConfig that loses, or a context that only a status remembers */
  readonly faint: boolean;
}
/** Who uses which context and where it leads; acyclic, and everything follows from the control plane. */
export interface ContextGraph {
  /** sorted by layer, then by id */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

const ranks: ReadonlyMap<string, number> = new Map(layers.flatMap((kinds, rank) => kinds.map(kind => [kind, rank] as const)));
/** The layer of a node, counted from the control plane. */
export const rankOf = ({ kind }: GraphNode): number => ranks.get(kind) ?? 0;

const gravity: readonly Standing[] = ['ok', 'unknown', 'warning', 'error'];
const worst = (...all: readonly Standing[]): Standing =>
  all.reduce((found, one) => (gravity.indexOf(one) > gravity.indexOf(found) ? one : found), 'ok');
const together = (...all: readonly Judged[]): Judged => ({
  status: worst(...all.map(({ status }) => status)),
  notes: [...new Set(all.flatMap(({ notes }) => notes))],
});
const good: Judged = { status: 'ok', notes: [] };

interface Parts {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
const node = (id: string, kind: NodeKind, name: string, { status, notes }: Judged = good): GraphNode => ({
  id: `${kind}/${id}`,
  kind,
  name: printable(name),
  status,
  notes: notes.map(note => printable(note)),
});
const edge = (from: string, to: string, faint = false): GraphEdge => ({ from, to, faint });

/** The id of the control plane's box, from which everything hangs. */
export const root = 'control plane/';

export const contextGraph = (topology: Topology, inventory: Inventory): ContextGraph => {
  const { controlPlane } = inventory;
  const parts = [
    { nodes: [node('', 'control plane', controlPlane.context === '' ? '(none)' : controlPlane.context)], edges: [] },
    ...topology.contexts.map(context => leadsTo(context, inventory)),
    ...(controlPlane.clusters.ok ? controlPlane.clusters.value : []).map(cluster => ofCluster(cluster, inventory)),
    ...topology.contexts.flatMap(({ references }) => references.map(ofOther)),
    ...topology.unread
      .filter(({ what }) => !what.startsWith('Secret '))
      .map(({ what, why }) => {
        const gap = node(`${what}/${why}`, 'not read', what, { status: 'unknown', notes: [why] });
        return { nodes: [gap], edges: [edge(root, gap.id)] };
      }),
  ];
  const nodes = merged(parts.flatMap(part => part.nodes));
  const edges = once(parts.flatMap(part => part.edges));
  return { nodes: withWorst(sharing(nodes, edges), edges), edges };
};

/** A context with what provides it, down to the server. */
const leadsTo = (context: NamedContext, inventory: Inventory): Parts => {
  const [first] = context.providers;
  const winner = first?.role === 'winner' ? first : undefined;
  const ways = context.providers.map(provider => wayOf(provider, winner, context.name, inventory));
  const here = node(context.name, 'context', context.name, judgeContext(context, inventory));
  const unused = context.references.length === 0 && unusedIsKnown(inventory);
  return {
    nodes: [{ ...here, notes: [...here.notes, ...(unused ? ['not used'] : [])] }, ...ways.flatMap(({ nodes }) => nodes)],
    edges: [...(context.references.length === 0 ? [edge(root, here.id)] : []), ...ways.flatMap(({ edges }) => edges)],
  };
};
const unusedIsKnown = ({ controlPlane: { clusters, replicatedSecrets, tasks } }: Inventory): boolean =>
  clusters.ok && replicatedSecrets.ok && tasks.ok;
const wayOf = (provider: Provider, winner: Provider | undefined, name: string, { now }: Inventory): Parts => {
  const { config } = provider;
  const stored = storedOf(provider);
  const faint = provider.role !== 'winner';
  const here = node(configKey(config), 'ClientConfig', configKey(config), judgeProvider(provider, winner));
  const secretName = config.spec?.kubeConfigSecret?.name ?? '';
  const secret = node(
    secretName === '' ? `${configKey(config)}/` : secretKey(config),
    'Secret',
    secretName === '' ? '(none)' : secretKey(config),
    judgeSecret(provider),
  );
  const server =
    stored === undefined
      ? undefined
      : node(safeUrl(stored.server), 'server', safeUrl(stored.server), judgeStoredServer(provider.stored, now));
  return {
    nodes: [here, secret, ...(server === undefined ? [] : [server])],
    edges: [
      edge(`context/${name}`, here.id, faint),
      edge(here.id, secret.id, faint),
      ...(server === undefined ? [] : [edge(secret.id, server.id, faint)]),
    ],
  };
};

/** A K8ssandraCluster with its datacenters; those without a context stay in the control plane and lead nowhere. */
const ofCluster = ({ metadata, spec, status }: K8ssandraCluster, { controlPlane: { operator } }: Inventory): Parts => {
  const where = qualified(metadata);
  const watched = operator === undefined || operator.watches === 'all' || operator.watches.includes(metadata.namespace);
  const here = node(where, 'K8ssandraCluster', where, watched ? good : { status: 'warning', notes: ['its namespace is not watched'] });
  const wanted = (spec?.cassandra?.datacenters ?? []).map(({ k8sContext, metadata: meta }, index) => ({
    name: meta?.name ?? `#${index}`,
    context: k8sContext ?? '',
  }));
  const recorded = Object.entries(status?.datacenters ?? {}).map(([name, { contextName }]) => ({ name, context: contextName ?? '' }));
  const names = [...new Set([...wanted, ...recorded].map(({ name }) => name))];
  const datacenters = names.map(name => {
    const want = wanted.find(one => one.name === name);
    const record = recorded.find(one => one.name === name);
    const moved = want !== undefined && record !== undefined && record.context !== '' && want.context !== record.context;
    const judged: Judged = moved
      ? { status: 'error', notes: [`its status says context ${record.context}`] }
      : want === undefined
        ? { status: 'warning', notes: ['no longer in the spec'] }
        : { status: 'ok', notes: want.context === '' ? ['in the control plane itself'] : [] };
    const dc = node(`${where}/${name}`, 'datacenter', name, judged);
    const to = (context: string | undefined, faint: boolean): GraphEdge[] =>
      context === undefined || context === '' ? [] : [edge(dc.id, `context/${context}`, faint)];
    return { dc, edges: [edge(here.id, dc.id), ...to(want?.context, false), ...to(record?.context, true)] };
  });
  return {
    nodes: [here, ...datacenters.map(({ dc }) => dc)],
    edges: [edge(root, here.id), ...datacenters.flatMap(one => one.edges)],
  };
};
const ofOther = ({ kind, context, ...object }: Reference): Parts => {
  if (kind === 'K8ssandraCluster') return { nodes: [], edges: [] };
  const here = node(qualified(object), kind, qualified(object));
  return { nodes: [here], edges: [edge(root, here.id), edge(here.id, `context/${context}`)] };
};

/** Two ClientConfigs may name one Secret, and two Secrets one server: one box with all that is said of it. */
const merged = (nodes: readonly GraphNode[]): readonly GraphNode[] => {
  const byId = new Map<string, GraphNode>();
  for (const one of nodes) {
    const other = byId.get(one.id);
    byId.set(one.id, other === undefined ? one : { ...one, ...together(other, one) });
  }
  return [...byId.values()].sort((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1));
};
const once = (edges: readonly GraphEdge[]): readonly GraphEdge[] => {
  const byEnds = new Map<string, GraphEdge>();
  for (const one of edges) {
    const ends = JSON.stringify([one.from, one.to]);
    const other = byEnds.get(ends);
    byEnds.set(ends, other === undefined ? one : { ...one, faint: one.faint && other.faint });
  }
  return [...byEnds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
};
/** A server that several Secrets lead to is one cluster under several names. */
const sharing = (nodes: readonly GraphNode[], edges: readonly GraphEdge[]): readonly GraphNode[] =>
  nodes.map(one => {
    const ways = one.kind === 'server' ? edges.filter(({ to }) => to === one.id).length : 0;
    return ways < 2 ? one : { ...one, ...together(one, { status: 'warning', notes: [`${ways} Secrets lead here`] }) };
  });
/** A context is no better than what its winner leads through, nor than any ClientConfig of its name. */
const withWorst = (nodes: readonly GraphNode[], edges: readonly GraphEdge[]): readonly GraphNode[] => {
  const byId = new Map(nodes.map(one => [one.id, one]));
  const onward = new Map<string, GraphEdge[]>();
  for (const one of edges) onward.set(one.from, [...(onward.get(one.from) ?? []), one]);
  const beyond = (id: string): Standing[] =>
    (onward.get(id) ?? []).flatMap(({ to, faint }) => [byId.get(to)?.status ?? 'ok', ...(faint ? [] : beyond(to))]);
  return nodes.map(one => (one.kind === 'context' ? { ...one, status: worst(one.status, ...beyond(one.id)) } : one));
};
