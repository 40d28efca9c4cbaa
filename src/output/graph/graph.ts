import { printable } from '../../base/errors.ts';
import type { Report } from '../../checks/report.ts';
import type { NamedContext, Provider, Topology } from '../../fleet/topology.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import type { K8ssandraCluster } from '../../kube/kinds.ts';
import { shownUrl } from '../../kube/kubeconfig/url.ts';
import { refusedRight } from '../../kube/refused-right.ts';
import type { Reference } from '../../operator/references.ts';
import { storedOf } from '../client-configs.ts';
import { qualified } from '../facts.ts';
import { idOf, type Mark, marksOf, okMark, root, type Standing, together, worst } from './marks.ts';

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
  /** the worst that is said of it, and of a K8ssandraCluster's datacenters */
  readonly status: Standing;
  /** what is said of this very thing */
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

interface Parts {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
const node = (id: string, kind: NodeKind, name: string, { status, notes }: Mark = okMark): GraphNode => ({
  id,
  kind,
  name: printable(name),
  status,
  notes: notes.map(note => printable(note)),
});
const edge = (from: string, to: string, faint = false): GraphEdge => ({ from, to, faint });

export const contextGraph = (topology: Topology, report: Report): ContextGraph => {
  const { controlPlane } = report;
  const parts = [
    { nodes: [node(root, 'control plane', controlPlane.context === '' ? '(none)' : controlPlane.context)], edges: [] },
    ...topology.contexts.map(context => leadsTo(context)),
    ...(controlPlane.clusters.ok ? controlPlane.clusters.value : []).map(ofCluster),
    ...topology.contexts.flatMap(({ references }) => references.map(ofOther)),
    ...topology.unread
      .filter(({ what }) => !what.startsWith('Secret '))
      .map(({ what, why, detail }) => {
        const note = refusedRight(detail) === undefined ? detail : 'forbidden';
        const gap = node(`not read/${what}/${why}`, 'not read', what, { status: 'unknown', notes: [note] });
        return { nodes: [gap], edges: [edge(root, gap.id)] };
      }),
  ];
  const marks = marksOf(report, topology);
  const nodes = merged(parts.flatMap(part => part.nodes)).map((one): GraphNode => {
    const mark = marks.get(one.id);
    return mark === undefined ? one : { ...one, ...together(one, { ...mark, notes: mark.notes.map(note => printable(note)) }) };
  });
  const edges = once(parts.flatMap(part => part.edges));
  const byId = new Map(nodes.map(one => [one.id, one]));
  const ways = Map.groupBy(edges, ({ from }) => from);
  return {
    nodes: nodes.map(one =>
      withDatacenters(
        one,
        (ways.get(one.id) ?? []).flatMap(({ to }) => byId.get(to) ?? []),
      ),
    ),
    edges,
  };
};
/** A K8ssandraCluster is no better than its datacenters. */
const withDatacenters = (one: GraphNode, own: readonly GraphNode[]): GraphNode =>
  one.kind === 'K8ssandraCluster' ? { ...one, status: worst(one.status, ...own.map(({ status }) => status)) } : one;

/** A context with what provides it, down to the server. */
const leadsTo = (context: NamedContext): Parts => {
  const ways = context.providers.map(provider => wayOf(provider, context.name));
  const here = node(idOf.context(context.name), 'context', context.name);
  return {
    nodes: [here, ...ways.flatMap(({ nodes }) => nodes)],
    edges: [...(context.references.length === 0 ? [edge(root, here.id)] : []), ...ways.flatMap(({ edges }) => edges)],
  };
};
const wayOf = (provider: Provider, name: string): Parts => {
  const { config } = provider;
  const kubeconfig = storedOf(provider);
  const faint = provider.role !== 'winner';
  const here = node(idOf.config(provider), 'ClientConfig', configKey(config), {
    status: 'ok',
    notes: provider.role === 'overruled' ? ['another of this name wins'] : [],
  });
  const named = (config.spec?.kubeConfigSecret?.name ?? '') !== '';
  const secret = node(idOf.secret(provider), 'Secret', named ? secretKey(config) : '(none)', unreadSecret(provider));
  const id = idOf.server(provider);
  const server = kubeconfig === undefined || id === undefined ? [] : [node(id, 'server', shownUrl(kubeconfig.server))];
  return {
    nodes: [here, secret, ...server],
    edges: [
      edge(idOf.context(name), here.id, faint),
      edge(here.id, secret.id, faint),
      ...server.map(one => edge(secret.id, one.id, faint)),
    ],
  };
};
/** What is not known of a Secret, which no finding tells. */
const unreadSecret = ({ secret }: Provider): Mark => {
  if (!secret.ok)
    return {
      status: 'unknown',
      notes: [
        secret.reason === 'skipped'
          ? secret.detail
          : `not read: ${refusedRight(secret.detail) === undefined ? secret.detail : 'forbidden'}`,
      ],
    };
  return secret.value?.encrypted === true ? { status: 'unknown', notes: ['encrypted'] } : okMark;
};

/** A K8ssandraCluster with its datacenters; those without a context stay in the control plane and lead nowhere. */
const ofCluster = ({ metadata, spec, status }: K8ssandraCluster): Parts => {
  const where = qualified(metadata);
  const here = node(`K8ssandraCluster/${where}`, 'K8ssandraCluster', where);
  const specDatacenters = (spec?.cassandra?.datacenters ?? []).map(({ k8sContext, metadata: meta }, index) => ({
    name: meta?.name ?? `#${index}`,
    context: k8sContext ?? '',
  }));
  const statusDatacenters = Object.entries(status?.datacenters ?? {}).map(([name, { contextName }]) => ({
    name,
    context: contextName ?? '',
  }));
  const names = [...new Set([...specDatacenters, ...statusDatacenters].map(({ name }) => name))];
  const datacenters = names.map(name => {
    const want = specDatacenters.find(one => one.name === name);
    const record = statusDatacenters.find(one => one.name === name);
    const fact = want === undefined ? ['no longer in the spec'] : want.context === '' ? ['in the control plane itself'] : [];
    const dc = node(idOf.datacenter(where, name), 'datacenter', name, { status: 'ok', notes: fact });
    const to = (context: string | undefined, faint: boolean): GraphEdge[] =>
      context === undefined || context === '' ? [] : [edge(dc.id, idOf.context(context), faint)];
    return { dc, edges: [edge(here.id, dc.id), ...to(want?.context, false), ...to(record?.context, true)] };
  });
  return {
    nodes: [here, ...datacenters.map(({ dc }) => dc)],
    edges: [edge(root, here.id), ...datacenters.flatMap(one => one.edges)],
  };
};
const ofOther = ({ kind, context, ...object }: Reference): Parts => {
  if (kind === 'K8ssandraCluster') return { nodes: [], edges: [] };
  const here = node(`${kind}/${qualified(object)}`, kind, qualified(object));
  return { nodes: [here], edges: [edge(root, here.id), edge(here.id, idOf.context(context))] };
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
