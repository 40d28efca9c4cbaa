import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { known, type Read, unreadable } from '../src/base/read.ts';
import { width } from '../src/base/width.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import type { LastExit } from '../src/fleet/last-exit.ts';
import { registrationsIn } from '../src/fleet/registrations.ts';
import type { DataPlaneStatus, OperatorStatus } from '../src/output/operator-status/document.ts';
import { operatorStatusText } from '../src/output/operator-status/text.ts';
import { fixtureOf, readFixture } from './support/fixture.ts';

const operator = {
  namespace: 'k8ssandra-operator',
  name: 'k8ssandra-operator',
  serviceAccount: 'k8ssandra-operator',
  version: 'v1.32.0',
  controlPlane: false,
  watches: 'all',
  ready: true,
  metricsPort: 8080,
} as const;
/** The ways in which the operator of a data plane is known, and not known. */
const dataPlanes: readonly Read<DataPlaneStatus>[] = [
  known({ operators: [operator], pods: known([]) }),
  known({ operators: [operator, { ...operator, name: `${'long-'.repeat(12)}name`, ready: false }], pods: unreadable('forbidden', 'no') }),
  known({ operators: [], pods: known([]) }),
  unreadable('unreachable', `eks-prod-10.${'very-'.repeat(20)}long.example.com:6443: the connection is refused (ECONNREFUSED)`),
];
const ends: readonly Read<LastExit | undefined>[] = [
  known(undefined),
  known({ line: `2026-01-01\tERROR\tsetup\tunable to ${'x'.repeat(200)} ${'word '.repeat(40)}`, culprit: 'k8ssandra/east' }),
  unreadable('forbidden', 'pods "operator-1" is forbidden: User "jane" cannot get resource "pods/log"'),
];
const widths = [40, 60, 80, 100, 120, 160];
const root = join(import.meta.dirname, 'checks');
const folders = readdirSync(root).map(code => join(root, code, 'broken'));
const statusOf = (folder: string, variant: number): OperatorStatus => {
  const inventory = readFixture(folder);
  return {
    report: judge(inventory, everything, 0),
    registered: registrationsIn(inventory.controlPlane),
    dataPlanes: new Map(
      inventory.contexts.map(({ name }, index) => [
        name,
        dataPlanes[(variant + index) % dataPlanes.length] ?? known({ operators: [], pods: known([]) }),
      ]),
    ),
    lastExit: ends[variant % ends.length] ?? known(undefined),
  };
};
const style = { color: false, unicode: true } as const;

test('whatever fails, no line is wider than the terminal, and no code is cut', () => {
  for (const [variant, folder] of folders.entries()) {
    const status = statusOf(folder, variant);
    for (const columns of widths) {
      const text = operatorStatusText(status, { ...style, columns });
      // One word of a command is never broken: it could not be pasted.
      const isOneWord = (line: string): boolean => /^ +(?:(?:fix|look) +)?\S+(?: \\)?$/.test(line);
      const wide = text.split('\n').filter(line => width(line) > columns && !isOneWord(line));
      assert.deepEqual(wide, [], `${folder} at ${columns}`);
      assert.deepEqual(text.match(/\bKC\d{0,2}(?!\d)/g), null, `${folder} at ${columns}\n${text}`);
    }
  }
});
test('its verdict, culprit and cure are those of the checks', () => {
  const blocked = folders.map((folder, variant) => statusOf(folder, variant)).filter(({ report: { start } }) => start.code !== undefined);
  assert.ok(blocked.length > 15, String(blocked.length));
  for (const status of blocked) {
    const { start } = status.report;
    const text = operatorStatusText(status, { ...style, columns: undefined });
    assert.match(text, start.verdict === 'does-not-start' ? /would NOT start/ : /then stop after two minutes|at once/);
    if (start.culprit !== undefined) assert.ok(text.includes(`ClientConfig ${start.culprit} (${start.code})`), text);
    assert.match(text, /^ {4}(?:fix|do|look) +\S/m);
  }
});
test('the operator that lacks a CRD or its ImageConfig is said to stop, though nothing is wrong with a ClientConfig', () => {
  for (const [lack, words] of [
    [{ ownCrds: known(['reapers.reaper.k8ssandra.io']) }, /then stop after two minutes/],
    [{ imageConfig: known(false), imageConfigFault: 'failed to find imageconfig' }, /would NOT start/],
  ] as const) {
    const inventory = fixtureOf([], { controlPlane: lack });
    const status: OperatorStatus = {
      report: judge(inventory, everything, 0),
      registered: [],
      dataPlanes: new Map(),
      lastExit: known(undefined),
    };
    assert.match(operatorStatusText(status, { ...style, columns: 80 }), words);
  }
});
