import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import width from 'fast-string-width';
import { type Finding, harms, type Report } from '../src/checks/report.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import { short } from '../src/output/report/short.ts';
import { table } from '../src/output/report/table.ts';
import { readFixture } from './support/fixture.ts';

const root = join(import.meta.dirname, 'checks');
const reports = readdirSync(root).flatMap(code =>
  ['broken', 'holds'].map(kind => ({ name: `${code}/${kind}`, report: judge(readFixture(join(root, code, kind)), everything, 900) })),
);
const style = { color: false, unicode: true, columns: 80 };
const rank: readonly string[] = harms;

/** The findings of every fixture, spread over 30 contexts. */
const mixed = (): Report => {
  const [{ report } = assert.fail()] = reports.filter(({ name }) => name === 'KC401/broken');
  const [context = assert.fail()] = report.contexts;
  const names = Array.from({ length: 30 }, (_, at) => `eks-prod-${String(at + 1).padStart(2, '0')}`);
  const found = new Map(reports.flatMap(one => one.report.findings.map((finding): [string, Finding] => [finding.code, finding])));
  const findings = [...found.values()]
    .map((finding, at) => (finding.contexts.length === 0 ? finding : { ...finding, contexts: [names[at % 30] ?? ''] }))
    .sort((a, b) => rank.indexOf(a.harm) - rank.indexOf(b.harm) || a.code.localeCompare(b.code));
  return { ...report, contexts: names.map(name => ({ ...context, name })), findings };
};
const shown = ({ findings }: Report): readonly Finding[] => findings.filter(({ suppressed }) => !suppressed);
const lastScreen = (text: string): string => text.trimEnd().split('\n').slice(-23).join('\n');

test('30 contexts with mixed faults: the last screen of 80 by 24 names every blocker, the counts and what to do first', () => {
  const report = mixed();
  const last = lastScreen(table(report, style));
  const blockers = shown(report).filter(({ blocksStart }) => blocksStart);
  assert.ok(blockers.length > 10);
  const flat = last.replaceAll(/\s+/g, ' ');
  for (const { code, contexts } of blockers) assert.ok(flat.includes([code, ...contexts].join(' ')), code);
  assert.match(flat, new RegExp(`${blockers.length} findings stop it`));
  assert.match(last, /^do first {2}KC108 \S+ \(loses data\)$/m);
  const count = (severity: string): number => shown(report).filter(one => one.severity === severity).length;
  assert.match(
    flat,
    new RegExp(
      `30 contexts: .* · findings: ${count('error')} errors, ${count('warning')} warnings, ${count('info')} notes(, \\d+ suppressed)? · 0\\.9 s .*explain KC108`,
    ),
  );
  assert.match(last, /^hidden at 80 columns: .*\(-o wide\)$/m);
});
test('errors are whole, warnings beside them and notes are a line each until --show all opens them', () => {
  const report = mixed();
  const folded = table(report, style);
  const open = table(report, { ...style, show: 'all' });
  for (const { code, severity } of shown(report)) {
    const head = new RegExp(`^\\S ${code} `, 'm');
    assert.equal(head.test(folded), severity === 'error', code);
    assert.match(open, head);
  }
  assert.match(folded, /^‼ \d+ warnings: KC/m);
  assert.match(folded, /^i \d+ notes: KC/m);
  assert.match(table(report, { ...style, openWarnings: true }), /^‼ KC\d+ /m);
});
test('a report fits its terminal at any width, and STATUS and CONTEXT stay', () => {
  for (const { name, report } of [...reports, { name: 'mixed', report: mixed() }]) {
    for (const columns of [30, 80, 120, 160]) {
      for (const text of [table(report, { ...style, columns }), short(report, { ...style, columns })]) {
        // A command is never broken within a word, so that it can be pasted.
        const long = text.split('\n').filter(line => width(line) > columns && !/^ +\S+( \\)?$|kubectl|'/.test(line));
        if (columns >= 80) assert.deepEqual(long, [], `${name} at ${columns}`);
      }
      if (report.contexts.length > 0) assert.match(table(report, { ...style, columns }), /^STATUS +CONTEXT/m);
    }
  }
});
test('-o short is the verdict, one line a finding, and the counts, on a terminal and in a pipe', () => {
  for (const { name, report } of [...reports, { name: 'mixed', report: mixed() }]) {
    for (const columns of [40, 80, undefined]) {
      const lines = short(report, { ...style, columns })
        .trimEnd()
        .split('\n');
      assert.match(lines[0] ?? '', columns === 40 ? /restart|operator/ : /operator would.* restart|restart .*operator would/, name);
      const findings = lines.filter(line => /^\S KC\d+/.test(line));
      assert.deepEqual(
        findings.map(line => line.split(' ')[1]),
        shown(report).map(({ code }) => code),
        name,
      );
      assert.equal(lines.length, findings.length + lines.filter(line => line.startsWith('? ')).length + 2, name);
      assert.match(lines.at(-1) ?? '', /^\d+ contexts?: /, name);
      if (columns !== undefined) for (const line of lines) assert.ok(width(line) <= columns, `${name}: ${line}`);
    }
  }
});
test('what was allowed by name is counted nowhere, and shown on request', () => {
  const report = mixed();
  const [finding = assert.fail(), ...others] = report.findings;
  const accepted: Report = {
    ...report,
    findings: [...others, { ...finding, code: 'KC999', severity: 'info', harm: 'info', suppressed: true, accepted: true }],
  };
  const without: Report = { ...report, findings: others };
  assert.equal(table(accepted, style), table(without, style));
  assert.equal(short(accepted, style), short(without, style));
  assert.match(table(accepted, { ...style, show: 'all' }), /KC999 .*accepted with --allow/);
});
