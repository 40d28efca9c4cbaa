import { checks } from '../../checks/index.ts';
import type { Detail, Finding, ObjectRef, Report } from '../../checks/report.ts';
import { shownFindings, statusOf } from '../../checks/status.ts';
import type { NamedContext, Provider, Topology } from '../../fleet/topology.ts';
import { configKey, secretKey } from '../../kube/key.ts';
import type { K8ssandraCluster } from '../../kube/kinds.ts';
import { shownUrl } from '../../kube/kubeconfig/url.ts';
import { qualified } from '../facts.ts';

/** What one box comes to: `unknown` when it could not be read, which is never `ok`. */
export type Standing = 'ok' | 'warning' | 'error' | 'unknown';
/** What the findings say of one box. */
export interface Mark {
  readonly status: Standing;
  /** what is said of it, as clauses */
  readonly notes: readonly string[];
}
const gravity: readonly Standing[] = ['ok', 'unknown', 'warning', 'error'];
export const worst = (...all: readonly Standing[]): Standing =>
  all.reduce((found, one) => (gravity.indexOf(one) > gravity.indexOf(found) ? one : found), 'ok');
export const together = (...all: readonly Mark[]): Mark => {
  const notes = [...new Set(all.flatMap(one => one.notes))];
  // A code alone adds nothing to what is said under it.
  return {
    status: worst(...all.map(({ status }) => status)),
    notes: notes.filter(note => !notes.some(other => other.startsWith(`${note} `))),
  };
};
export const okMark: Mark = { status: 'ok', notes: [] };

/** The id of the control plane's box, from which everything hangs. */
export const root = 'control plane/';
export const idOf = {
  context: (name: string): string => `context/${name}`,
  config: ({ config }: Pick<Provider, 'config'>): string => `ClientConfig/${configKey(config)}`,
  secret: ({ config }: Pick<Provider, 'config'>): string =>
    config.spec?.kubeConfigSecret?.name ? `Secret/${secretKey(config)}` : `Secret/${configKey(config)}/`,
  server: ({ stored }: Pick<Provider, 'stored'>): string | undefined =>
    stored?.ok === true ? `server/${shownUrl(stored.value.server)}` : undefined,
  datacenter: (cluster: string, name: string): string => `datacenter/${cluster}/${name}`,
};

/** What the findings say of each box, by its id: nothing is judged here. */
export const marksOf = (report: Report, topology: Topology): ReadonlyMap<string, Mark> => {
  const marks = new Map<string, Mark>();
  const drawing = drawingOf(report, topology);
  const add = (id: string, mark: Mark): void => {
    marks.set(id, together(marks.get(id) ?? okMark, mark));
  };
  for (const finding of shownFindings(report)) {
    const { severity, code, contexts } = finding;
    const status: Standing = severity === 'info' ? 'ok' : severity;
    for (const member of membersOf(finding)) {
      const note = `${code} ${member.message}`.slice(0, 300);
      const boxes = boxesOf(code, member, drawing);
      for (const id of boxes) add(id, { status, notes: [note] });
      // What is said where a context is used is about the context, when nothing provides it.
      if (member.object !== undefined && boxes.some(id => id === idOf.context(member.context ?? '')))
        add(objectBox(member.object, drawing), { status, notes: [code] });
      for (const other of member.also ?? []) add(objectBox(other, drawing), { status, notes: [code] });
    }
    if (severity !== 'info') for (const name of contexts) add(idOf.context(name), { status, notes: [code] });
  }
  for (const { name } of topology.contexts) if (leftOpen(name, report)) add(idOf.context(name), { status: 'unknown', notes: [] });
  return marks;
};
/** Something of a context was asked for and could not be read; what manifests never show is not asked for. */
const leftOpen = (name: string, report: Report): boolean =>
  statusOf(name, { ...report, findings: [], unknown: report.unknown.filter(({ expected }) => expected !== true) }) === 'unknown' &&
  (report.controlPlane.clientConfigs.ok || report.controlPlane.clientConfigs.reason !== 'skipped');
const membersOf = ({ details, contexts, message, object, also }: Finding): readonly Omit<Detail, 'remedies'>[] =>
  details ?? [
    {
      message,
      ...(contexts[0] === undefined ? {} : { context: contexts[0] }),
      ...(object === undefined ? {} : { object }),
      ...(also === undefined ? {} : { also }),
    },
  ];
/** What is drawn, by what a finding calls it. */
interface Drawing {
  readonly contexts: ReadonlyMap<string, NamedContext>;
  readonly clusters: ReadonlyMap<string, K8ssandraCluster>;
  /** Secrets that a ClientConfig names */
  readonly secrets: ReadonlySet<string>;
}
const drawingOf = ({ controlPlane: { clusters, clientConfigs } }: Report, topology: Topology): Drawing => ({
  contexts: new Map(topology.contexts.map(context => [context.name, context])),
  clusters: new Map(clusters.ok ? clusters.value.map(cluster => [qualified(cluster.metadata), cluster]) : []),
  secrets: new Set(clientConfigs.ok ? clientConfigs.value.map(secretKey) : []),
});
/** Where a finding is drawn: at what it is about of its context, else at its object. */
const boxesOf = (code: string, { context, object }: Omit<Detail, 'remedies'>, drawing: Drawing): readonly string[] => {
  const about = checks.find(check => check.code === code)?.about;
  const drawnContext = context === undefined ? undefined : drawing.contexts.get(context);
  const ways = providersOf(drawnContext, object);
  const ids = about === 'Secret' ? ways.map(idOf.secret) : about === 'server' ? ways.flatMap(way => idOf.server(way) ?? []) : [];
  if (ids.length > 0) return ids;
  if (drawnContext !== undefined && drawnContext.providers.length === 0) return [idOf.context(drawnContext.name)];
  if (object !== undefined) return [objectBox(object, drawing)];
  return [context === undefined ? root : idOf.context(context)];
};
/** The ClientConfig that an object names, or the one that the operator ends up with. */
const providersOf = (named: NamedContext | undefined, object: ObjectRef | undefined): readonly Provider[] => {
  const key = object === undefined ? '' : qualified(object);
  const matches = named?.providers.filter(
    ({ config }) =>
      (object?.kind === 'ClientConfig' && configKey(config) === key) || (object?.kind === 'Secret' && secretKey(config) === key),
  );
  return matches !== undefined && matches.length > 0 ? matches : (named?.providers.slice(0, 1) ?? []);
};
const drawnKinds: readonly string[] = ['ClientConfig', 'Secret', 'K8ssandraCluster', 'ReplicatedSecret', 'K8ssandraTask'];
const objectBox = (object: ObjectRef, { clusters, secrets }: Drawing): string => {
  const where = qualified(object);
  if (!drawnKinds.includes(object.kind)) return root;
  // A Secret is drawn where a ClientConfig names it.
  if (object.kind === 'Secret' && !secrets.has(where)) return root;
  if (object.kind !== 'K8ssandraCluster') return `${object.kind}/${where}`;
  const [, index] = /^spec\.cassandra\.datacenters\[(\d+)\]/.exec(object.field ?? '') ?? [];
  const [, statusName] = /^status\.datacenters\.(.+)\.contextName$/.exec(object.field ?? '') ?? [];
  const specDatacenter = index === undefined ? undefined : clusters.get(where)?.spec?.cassandra?.datacenters?.[Number(index)];
  const name = statusName ?? (index === undefined ? undefined : (specDatacenter?.metadata?.name ?? `#${index}`));
  return name === undefined ? `K8ssandraCluster/${where}` : idOf.datacenter(where, name);
};
