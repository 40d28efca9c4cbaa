import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import width from 'fast-string-width';
import { namespace } from '../sandbox/world.ts';
import { unreadable } from '../src/base/read.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import type { Inventory } from '../src/fleet/inventory.ts';
import { topologyOf } from '../src/fleet/topology.ts';
import { graphDot } from '../src/output/graph/dot.ts';
import { contextGraph, type GraphNode, rankOf } from '../src/output/graph/graph.ts';
import { graphMermaid } from '../src/output/graph/mermaid.ts';
import { graphSvg } from '../src/output/graph/svg.ts';
import { graphTree } from '../src/output/graph/tree.ts';
import { readFixture } from './support/fixture.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import { run } from './support/run.ts';

const folder = (name: string): string => join(import.meta.dirname, 'graph', name);
const graphOf = (inventory: Inventory) => contextGraph(topologyOf(inventory), judge(inventory, everything, 0));
const narrow = { color: false, unicode: true, columns: 80 };
const formats = {
  tree: (inventory: Inventory) => graphTree(graphOf(inventory), narrow),
  dot: (inventory: Inventory) => graphDot(graphOf(inventory)),
  mmd: (inventory: Inventory) => graphMermaid(graphOf(inventory)),
  svg: (inventory: Inventory) => graphSvg(graphOf(inventory)),
};

for (const fixture of ['fleet', 'nasty'])
  for (const [format, print] of Object.entries(formats))
    test(`${fixture} as ${format}`, () => {
      const file = join(folder(fixture), `expected.${format}`);
      const printed = print(readFixture(folder(fixture)));
      if (process.env['UPDATE'] === '1') writeFileSync(file, printed);
      assert.equal(printed, readFileSync(file, 'utf8'));
      assert.doesNotMatch(printed, /canary/);
      assert.doesNotMatch(printed, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ufeff]/);
    });

const find = (inventory: Inventory, id: string): GraphNode => {
  const found = graphOf(inventory).nodes.find(one => one.id === id);
  assert.ok(found, id);
  return found;
};
test('every edge joins two nodes and leads on, and everything hangs from the control plane', () => {
  for (const fixture of ['fleet', 'nasty']) {
    const { nodes, edges } = graphOf(readFixture(folder(fixture)));
    const byId = new Map(nodes.map(one => [one.id, one]));
    assert.equal(byId.size, nodes.length);
    for (const { from, to } of edges) {
      const [a, b] = [byId.get(from), byId.get(to)];
      assert.ok(a !== undefined && b !== undefined && rankOf(a) < rankOf(b), `${from} -> ${to}`);
    }
    const targets = new Set(edges.map(({ to }) => to));
    assert.deepEqual(
      nodes.filter(({ id }) => !targets.has(id)).map(({ kind }) => kind),
      ['control plane'],
    );
  }
});
test('the graph is the same in whatever order the API lists', () => {
  const inventory = readFixture(folder('fleet'));
  const { clientConfigs, clusters } = inventory.controlPlane;
  assert.ok(clientConfigs.ok && clusters.ok);
  const turned = {
    ...inventory,
    controlPlane: {
      ...inventory.controlPlane,
      clientConfigs: { ...clientConfigs, value: clientConfigs.value.toReversed() },
      clusters: { ...clusters, value: clusters.value.toReversed() },
    },
  };
  for (const print of Object.values(formats)) assert.equal(print(turned), print(inventory));
});
test('what could not be read is unknown: neither absent, nor broken, nor unused', () => {
  const inventory = readFixture(folder('fleet'));
  const forbidden = unreadable('forbidden', 'may not list');
  const blind: Inventory = { ...inventory, controlPlane: { ...inventory.controlPlane, clientConfigs: forbidden } };
  assert.equal(find(inventory, 'context/nrth').status, 'error');
  assert.equal(find(blind, 'context/nrth').status, 'unknown');
  assert.ok(graphOf(blind).nodes.some(({ kind, name }) => kind === 'not read' && name === 'ClientConfigs'));
  assert.ok(find(inventory, 'ClientConfig/k8ssandra/twin').notes.some(note => /^KC102 .* uses it$/.test(note)));
  const unsure: Inventory = { ...inventory, controlPlane: { ...inventory.controlPlane, tasks: forbidden } };
  assert.ok(!find(unsure, 'ClientConfig/k8ssandra/twin').notes.some(note => note.startsWith('KC102')));
});
test('the tree fits 80 columns, and is plain ASCII where the terminal is', () => {
  for (const fixture of ['fleet', 'nasty'])
    for (const line of formats.tree(readFixture(folder(fixture))).split('\n')) assert.ok(width(line) <= 80, line);
  const plain = graphTree(graphOf(readFixture(folder('fleet'))), { color: false, unicode: false, columns: undefined });
  assert.match(plain, /^[\n -~]+$/);
  assert.match(plain, /^\|- x context north: KC108;/m);
});
test('dot is one graph whose every line is a known statement with closed quotes', () => {
  const quoted = '"(?:[^"\\\\\\n]|\\\\.)*"';
  const statement = new RegExp(
    `^  (?:rankdir=LR;|node \\[.*\\];|${quoted} \\[label=${quoted}, color="#[0-9a-f]{6}"\\];|${quoted} -> ${quoted}(?: \\[style=dashed\\])?;|\\{ rank=same; (?:${quoted}; )+\\})$`,
  );
  for (const fixture of ['fleet', 'nasty']) {
    const [first, ...rest] = formats
      .dot(readFixture(folder(fixture)))
      .trimEnd()
      .split('\n');
    assert.equal(first, 'digraph contexts {');
    assert.equal(rest.pop(), '}');
    for (const line of rest) assert.match(line, statement);
  }
});
test('mermaid holds nothing that it could take for syntax', () => {
  for (const fixture of ['fleet', 'nasty']) {
    const [first, ...rest] = formats
      .mmd(readFixture(folder(fixture)))
      .trimEnd()
      .split('\n');
    assert.equal(first, 'flowchart LR');
    for (const line of rest)
      assert.match(
        line,
        /^ {2}(?:n\d+\["(?:[\p{L}\p{N} ./:,()@=-]|#\d+;|<br\/>)+"\]:::(?:ok|warning|error|unknown)|n\d+ (?:-->|-\.->) n\d+|classDef (?:ok|warning|error|unknown) [\w:#,\- ]+)$/u,
      );
  }
});
test('svg is well formed, asks nothing of the network, runs nothing, and boxes of a column do not overlap', () => {
  for (const fixture of ['fleet', 'nasty']) {
    const svg = formats.svg(readFixture(folder(fixture)));
    const open: string[] = [];
    for (const [, close, name = '', self] of svg.matchAll(/<(\/?)([\w]+)(?: [\w-]+="[^"<&]*")*(\/?)>/g)) {
      if (close === '/') assert.equal(open.pop(), name);
      else if (self !== '/') open.push(name);
    }
    assert.deepEqual(open, []);
    // All that is left once tags and numbered characters are gone is text.
    assert.doesNotMatch(svg.replace(/<\/?[\w]+(?: [\w-]+="[^"<&]*")*\/?>/g, '').replace(/&#\d+;/g, ''), /[<&]/);
    assert.doesNotMatch(svg, /<script|href|url\((?!#)|@import|\son\w+=/);
    assert.match(svg, /prefers-color-scheme:dark/);
    const boxes = [...svg.matchAll(/class="box" x="(\d+)" y="(\d+)" width="\d+" height="(\d+)"/g)].map(([, ...numbers]) =>
      numbers.map(Number),
    );
    assert.ok(boxes.length > 5);
    for (const [x = 0, y = 0, height = 0] of boxes)
      for (const [x2 = 0, y2 = 0] of boxes) assert.ok(x !== x2 || y2 <= y || y2 >= y + height + 10, `${x} ${y}`);
  }
});

let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2']);
  registered.server('cp').put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp1' }] } },
  });
});
after(() => registered.stop());
test('the command draws a control plane, a repository and a snapshot, and dials no data plane', async () => {
  const before = registered.server('dp1').requests.length;
  const drawn = await registered.cli('contexts', 'graph');
  assert.equal(drawn.code, 0, drawn.stderr);
  assert.match(
    drawn.stdout,
    /^├─ √ context dp1\n│ {2}├─ √ ClientConfig .*\n(?:.*\n)*?│ {2}└─ √ used by K8ssandraCluster \S+ datacenter dc1$/m,
  );
  for (const format of ['dot', 'mermaid', 'svg']) {
    const { stdout, code } = await registered.cli('contexts', 'graph', '-o', format);
    assert.equal(code, 0);
    assert.match(stdout, /^(?:digraph|flowchart|<svg)[\s\S]*dp2/);
    assert.ok(!stdout.includes(registered.storedToken('dp1')));
  }
  assert.equal(registered.server('dp1').requests.length, before);
  const snapshot = join(dirname(registered.world.kubeconfig), 'graph-snapshot.json');
  await registered.cli('contexts', 'check', '--snapshot', snapshot);
  const again = await run(['contexts', 'graph', '-f', snapshot]);
  assert.deepEqual([again.code, again.stdout], [0, drawn.stdout], again.stderr);
  const offline = await run(['contexts', 'graph', '-f', relative(process.cwd(), join(import.meta.dirname, 'manifests/faulty'))]);
  assert.equal(offline.code, 0, offline.stderr);
  assert.match(offline.stdout, /× context wset: KC101 no ClientConfig provides it; .*; did you mean west\?/);
  assert.equal((await run(['contexts', 'graph', '-f', 'test', '--context', 'cp'])).code, 2);
  assert.equal((await registered.cli('contexts', 'graph', '-o', 'png')).code, 2);
});
