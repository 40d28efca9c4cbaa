import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Report } from '../src/checks/report.ts';
import { localStatus, shownFindings, statusOf } from '../src/checks/status.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { topologyOf } from '../src/fleet/topology.ts';
import { contextList } from '../src/output/contexts-list.ts';
import { html } from '../src/output/formats/html.ts';
import { escaped } from '../src/output/formats/markup.ts';
import { contextGraph } from '../src/output/graph/graph.ts';
import { graphSvg } from '../src/output/graph/svg.ts';
import { table } from '../src/output/report/table.ts';
import { readFixture } from './support/fixture.ts';

const root = join(import.meta.dirname, 'checks');
const plain = { color: false, unicode: true, columns: undefined };
interface List {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly problems: readonly string[]; readonly unknown: readonly string[] };
  }[];
}
/** Codes that are said of a context and count, sorted. */
const codesOf = (report: Report, name: string): readonly string[] =>
  [...new Set(shownFindings(report).flatMap(one => (one.severity !== 'info' && one.contexts.includes(name) ? [one.code] : [])))].sort();

for (const folder of readdirSync(root).sort())
  for (const kind of ['broken', 'holds'])
    test(`check, list, graph, svg and html say the same of ${folder}/${kind}`, () => {
      const inventory = readFixture(join(root, folder, kind));
      const report = judge(inventory, everything, 0);
      const topology = topologyOf(inventory);
      const list = contextList(topology, report) as unknown as List;
      const { nodes, edges } = contextGraph(topology, report);
      const [svg, page] = [graphSvg({ nodes, edges }), html(report)];
      const rows = table(report, plain, { wide: true }).split('\n');
      for (const { name } of report.contexts) {
        const codes = codesOf(report, name);
        const listed = list.items.find(({ metadata }) => metadata.name === name);
        assert.ok(listed, name);
        assert.deepEqual([...new Set(listed.status.problems.map(one => one.split(' ')[0]))].sort(), codes, `list: ${name}`);
        const box = nodes.find(({ id }) => id === `context/${name}`);
        assert.ok(box, name);
        assert.deepEqual([...new Set(box.notes.map(note => note.split(' ')[0]))].sort(), codes, `graph: ${name}`);
        const status = statusOf(name, report);
        const cells = `<tr><td><span class="tag ${status}">${status}</span></td><th scope="row">${escaped(name)}</th><td>`;
        const said = new RegExp(`${RegExp.escape(cells)}([^<]*)</td>`).exec(page)?.[1];
        assert.deepEqual(
          said
            ?.match(/KC\d+/g)
            ?.filter(code => codes.includes(code))
            .sort() ?? [],
          codes,
          `html: ${name}`,
        );
        assert.ok(svg.includes(`<g class="${box.status}"><title>context ${escaped(name)}`), `svg: ${name}`);
        // Manifests never show some of it: no row of a check is ok then, and nothing is wrong with the box.
        const open = report.unknown.some(({ contexts, expected }) => expected !== true && contexts.includes(name));
        assert.equal(box.status, status === 'unknown' && !open ? 'ok' : status, `graph: ${name}`);
        assert.equal(listed.status.unknown.length > 0, open, `list: ${name}`);
        const sign = { ok: '√ ok', warning: '‼ warning', error: '× error', unknown: '? unknown', notJudged: '- not judged' }[status];
        assert.ok(
          rows.some(row => row.startsWith(`${sign} `) && row.slice(sign.length).trimStart().startsWith(`${name} `)),
          `check: ${name}`,
        );
      }
      for (const { contexts, object, severity, code } of shownFindings(report)) {
        if (severity === 'info') continue;
        const said = nodes.filter(({ notes }) => notes.some(note => note.startsWith(`${code} `)));
        assert.ok(said.length > 0, `graph says nothing of ${code}`);
        for (const one of said) assert.notEqual(one.status, 'ok', `${code} at ${one.id}`);
        if (contexts.length === 0 && object === undefined) assert.notEqual(localStatus(report), 'ok', code);
      }
    });
test('datacenters over a context that nobody provides are broken in the picture, and so is their cluster', () => {
  const inventory = readFixture(join(root, 'KC101/broken'));
  const { nodes } = contextGraph(topologyOf(inventory), judge(inventory, everything, 0));
  const users = nodes.filter(({ kind }) => kind === 'datacenter' || kind === 'K8ssandraCluster');
  assert.ok(users.length > 1);
  for (const { status, id } of users) assert.equal(status, 'error', id);
});
