import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, known, unreadable } from '../src/base/read.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { assembleContexts, unprobed } from '../src/fleet/assemble.ts';
import type { ContextState, Inventory } from '../src/fleet/inventory.ts';
import { topologyOf } from '../src/fleet/topology.ts';
import { userContextsOf } from '../src/fleet/user-contexts.ts';
import { cluster as clusterType, context as contextType } from '../src/kube/kubeconfig/v1.ts';
import { formats } from '../src/output/formats.ts';
import { contextGraph } from '../src/output/graph/graph.ts';
import { printers } from '../src/output/index.ts';
import { ca, fixtureOf } from './support/fixture.ts';

/** Counts what is read of a value and of all that hangs on it. */
const counting = () => {
  let reads = 0;
  const seen = new Map<object, unknown>();
  const through = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const counted = counterpart(value);
    seen.set(value, counted);
    return counted;
  };
  const counterpart = (value: object): unknown => {
    if (value instanceof Map) return countingMap(value);
    if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return value;
    // A copy, since what is frozen may not be seen otherwise than it is.
    return new Proxy(Array.isArray(value) ? [...value] : { ...value }, {
      get: (target, key, receiver) => {
        reads++;
        return through(Reflect.get(target, key, receiver));
      },
    });
  };
  const countingMap = (map: ReadonlyMap<unknown, unknown>): unknown => {
    const counted = new Map([...map].map(([key, one]) => [key, through(one)]));
    const entries = counted.entries.bind(counted);
    const each = function* <T>(pick: (entry: [unknown, unknown]) => T): Generator<T> {
      for (const entry of entries()) {
        reads++;
        yield pick(entry);
      }
    };
    return Object.assign(counted, {
      entries: () => each(entry => entry),
      keys: () => each(([key]) => key),
      values: () => each(([, one]) => one),
      [Symbol.iterator]: () => each(entry => entry),
    });
  };
  return { through: <T>(value: T): T => through(value) as T, reads: () => reads };
};

const at = (index: number): string => `dp-${String(index).padStart(4, '0')}`;
const server = (index: number): string => `https://${at(index)}.example.com`;
/** So many contexts of which each is wrong in its own way, used by as many clusters, known to the operator and to the user. */
const fleet = (size: number): Inventory => {
  const documents = Array.from({ length: size }, (_, index) => {
    const metadata = { namespace: 'k8ssandra', name: at(index) };
    const kubeconfig = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: server(index), 'certificate-authority-data': ca } }],
      contexts: [{ name: at(index), context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: `token-${index}` } }],
    });
    const annotations = { 'k8ssandra.io/resource-hash': 'old', 'k8ssandra.io/secret-hash': 'old' };
    return [
      { kind: 'ClientConfig', metadata: { ...metadata, annotations }, spec: { kubeConfigSecret: { name: at(index) } } },
      ...(index % 5 === 0 ? [] : [{ kind: 'Secret', metadata, stringData: { kubeconfig } }]),
      {
        kind: 'K8ssandraCluster',
        metadata,
        spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: index < 5 ? `${at(index)}x` : at(index) }] } },
      },
    ];
  });
  const read = fixtureOf(documents.flat());
  const counts = Array.from(
    { length: size },
    (_, index) => [`${at(index)}.example.com`, { counts: { '401': index, '200': index % 3 } }] as const,
  );
  const controlPlane = { ...read.controlPlane, server: 'https://cp.example.com', operatorView: known(new Map(counts)) };
  const refused = (one: ContextState): ContextState => ({
    ...one,
    probe: { ...unprobed('earlier-failure', 'not reached'), reach: fail('refused', `${one.name}: ECONNREFUSED`) },
    dataPlane: { ...one.dataPlane, operators: unreadable('forbidden', 'not for you') },
  });
  const contexts = assembleContexts({ controlPlane, probes: new Map(), dataPlanes: new Map() }).map(refused);
  const names = Array.from({ length: size }, (_, index) => at(index));
  const user = {
    machine: { files: () => undefined } as never,
    files: [],
    currentContext: undefined,
    contexts: new Map(names.map(name => [`admin@${name}`, { ...contextType.zero, cluster: name }])),
    clusters: new Map(names.map((name, index) => [name, { ...clusterType.zero, server: server(index) }])),
    users: new Map(),
  };
  return { ...read, source: 'cluster', controlPlane, contexts, userContexts: userContextsOf(user, controlPlane, contexts) };
};

const readsOf = (size: number, work: (inventory: Inventory) => void): number => {
  const { through, reads } = counting();
  work(through(fleet(size)));
  return reads();
};
/** Twice as many contexts are read twice as often, and what grows faster by a lot is told. */
const isLinear = (what: string, work: (inventory: Inventory) => void): void => {
  const [once, twice] = [readsOf(60, work), readsOf(120, work)];
  assert.ok(once > 1000, `${what} reads ${once} times`);
  assert.ok(twice / once < 2.3, `${what}: ${once} reads of 60 contexts, ${twice} of 120`);
};
const style = { color: false, unicode: true, columns: 80 };

test('judging a fleet takes work in proportion to its contexts', () => {
  isLinear('judging', inventory => judge(inventory, everything, 0));
});
test('each format is written with work in proportion to the contexts', () => {
  for (const format of formats)
    isLinear(format, inventory => {
      printers[format](judge(inventory, everything, 0), style);
    });
});
test('a graph is drawn with work in proportion to the contexts', () => {
  isLinear('graph', inventory => contextGraph(topologyOf(inventory), judge(inventory, everything, 0)));
});
