import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { known } from '../src/base/read.ts';
import { type DatacenterFact, factCodes, placementCodes } from '../src/checks/judge-datacenter.ts';
import type { Finding, Report } from '../src/checks/report.ts';
import { localStatus, shownFindings, statusOf } from '../src/checks/status.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { contextsOf } from '../src/fleet/placement.ts';
import { registrationsIn } from '../src/fleet/registrations.ts';
import { topologyOf } from '../src/fleet/topology.ts';
import { contextList } from '../src/output/contexts-list.ts';
import { describeText } from '../src/output/describe.ts';
import { html } from '../src/output/formats/html.ts';
import { escaped } from '../src/output/formats/markup.ts';
import { contextGraph } from '../src/output/graph/graph.ts';
import { graphSvg } from '../src/output/graph/svg.ts';
import { type OperatorStatus, operatorStatusDocument } from '../src/output/operator-status/document.ts';
import { operatorStatusText } from '../src/output/operator-status/text.ts';
import { placementBlocks, placementsOf, placementWords } from '../src/output/placement.ts';
import { table } from '../src/output/report/table.ts';
import { readFixture } from './support/fixture.ts';
import type { CheckJson } from './support/run.ts';

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
for (const folder of readdirSync(root).sort())
  for (const kind of ['broken', 'holds'])
    test(`operator status and describe say the same of ${folder}/${kind}`, () => {
      const inventory = readFixture(join(root, folder, kind));
      const report = judge(inventory, everything, 0);
      const registered = registrationsIn(inventory.controlPlane);
      const dataPlanes = new Map(inventory.contexts.map(({ name }) => [name, known({ operators: [], pods: known([]) })]));
      const status: OperatorStatus = { report, registered, dataPlanes, lastExit: known(undefined) };
      const shown = shownFindings(report).filter(({ severity }) => severity !== 'info');
      const { findings, operatorStart } = operatorStatusDocument(status) as unknown as CheckJson;
      assert.deepEqual(
        findings.map(({ code, severity, contexts, message }) => ({ code, severity, contexts, message })),
        shown.map(({ code, severity, contexts, message }) => ({ code, severity, contexts, message })),
      );
      assert.deepEqual(operatorStart, report.start);
      const lines = operatorStatusText(status, plain).split('\n');
      for (const { name } of report.contexts) {
        const worst = shown.find(({ severity, contexts }) => severity === 'error' && contexts.includes(name));
        const [said = worst] = worst === undefined ? shown.filter(({ contexts }) => contexts.includes(name)) : [];
        const row = lines.find(line => line.startsWith(`${name} `));
        assert.equal(/ (KC\d+) /.exec(row ?? '')?.[1], said?.code, `${name}: ${row}`);
      }
      for (const { code } of shown.filter(one => one.contexts.length === 0 && report.controlPlane.operator === undefined))
        assert.ok(
          lines.some(line => line.includes(`${code} `)),
          code,
        );
      for (const one of registered) {
        const text = describeText(one, report, known([]), inventory.now);
        const described = [...text.matchAll(/^ {2}(KC\d+) (?:error|warning): /gm)].map(([, code = '']) => code);
        assert.deepEqual([...new Set(described)].sort(), codesOf(report, one.context), one.context);
        const open = report.unknown.some(({ contexts }) => contexts.length === 0 || contexts.includes(one.context));
        assert.equal(/^ {2}unknown: /m.test(text), open, one.context);
      }
    });
interface Placement {
  readonly cluster: { readonly namespace: string; readonly name: string };
  readonly verdict: string;
  readonly datacenters: readonly {
    readonly context: string;
    readonly checks: Readonly<Record<string, { readonly status: string }>>;
  }[];
}
for (const folder of readdirSync(root).sort())
  for (const kind of ['broken', 'holds'])
    test(`--for says of the clusters of ${folder}/${kind} what the checks say`, () => {
      const read = readFixture(join(root, folder, kind), { placement: {} });
      const used = contextsOf((read.placements ?? []).map(({ cluster }) => cluster));
      const report = judge({ ...read, contexts: read.contexts.filter(({ name }) => used.includes(name)) }, everything, 0);
      const shown = shownFindings(report);
      const blocks = placementBlocks(report, plain);
      for (const [at, { cluster, verdict, datacenters }] of (placementsOf(report) as unknown as Placement[]).entries()) {
        const name = `${cluster.namespace}/${cluster.name}`;
        const isOurs = ({ object }: Finding): boolean => `${object?.namespace}/${object?.name}` === name;
        for (const [index, { context, checks }] of datacenters.entries()) {
          const about = shown.filter(({ contexts }) => contexts.includes(context));
          for (const [fact, { status }] of Object.entries(checks)) {
            const code = isFact(fact) ? factCodes[fact] : undefined;
            const raised =
              code === undefined
                ? about.some(({ severity }) => severity === 'error')
                : shown.some(one => one.code === code && isOurs(one) && one.object?.field === `spec.cassandra.datacenters[${index}]`);
            // A cell may be open where a finding about its context tells why.
            if (status === 'error') assert.ok(raised, `${fact} of ${name} ${context}`);
            if (code !== undefined && raised) assert.equal(status, 'error', `${fact} of ${name} ${context}`);
            if (fact === 'context' && status === 'ok')
              assert.ok(!about.some(one => one.severity === 'error' && !placementCodes.includes(one.code)), name);
          }
        }
        const stops = shown.some(
          one =>
            one.severity === 'error' &&
            (one.object?.kind !== 'K8ssandraCluster' || isOurs(one)) &&
            (one.contexts.length === 0 || datacenters.some(({ context }) => one.contexts.includes(context))),
        );
        assert.equal(verdict === 'no', stops, `${name}: ${verdict}`);
        if (verdict === 'yes') assert.ok(report.complete, name);
        assert.match(
          blocks[at]?.join(' ') ?? '',
          new RegExp(`${RegExp.escape(name)}: .*${RegExp.escape(placementWords[verdict as 'yes'])}`),
        );
      }
    });
const isFact = (name: string): name is DatacenterFact => Object.hasOwn(factCodes, name);
test('datacenters over a context that nobody provides are broken in the picture, and so is their cluster', () => {
  const inventory = readFixture(join(root, 'KC101/broken'));
  const { nodes } = contextGraph(topologyOf(inventory), judge(inventory, everything, 0));
  const users = nodes.filter(({ kind }) => kind === 'datacenter' || kind === 'K8ssandraCluster');
  assert.ok(users.length > 1);
  for (const { status, id } of users) assert.equal(status, 'error', id);
});
