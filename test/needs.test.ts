import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { notRun, type Read, unreadable } from '../src/base/read.ts';
import { contextCheck, fleetCheck } from '../src/checks/check.ts';
import { type ContextNeed, contextFacts, type FleetNeed, fleetFacts, sharedFacts } from '../src/checks/facts.ts';
import { checks } from '../src/checks/index.ts';
import { exitCode } from '../src/checks/report.ts';
import { runChecks } from '../src/checks/run.ts';
import { statusOf } from '../src/checks/status.ts';
import { everything, judge } from '../src/commands/contexts/judge.ts';
import type { ContextState, ControlPlane, Inventory } from '../src/fleet/inventory.ts';
import { summaryOf } from '../src/output/facts.ts';
import { readFixture } from './support/fixture.ts';

/** Two contexts of which nothing is wrong, and one of which KC302 is. */
const healthy = readFixture(join(import.meta.dirname, 'checks/KC302/holds'));
const broken = readFixture(join(import.meta.dirname, 'checks/KC302/broken'));
const no = unreadable('forbidden', 'not for you');
const late = notRun('timed-out', 'no answer within 5s');

const plane = (change: Partial<ControlPlane>): Inventory => ({ ...healthy, controlPlane: { ...healthy.controlPlane, ...change } });
const context = (change: (one: ContextState) => Partial<ContextState>): Inventory => ({
  ...healthy,
  contexts: healthy.contexts.map(one => ({ ...one, ...change(one) })),
});
const dataPlane = (change: Partial<ContextState['dataPlane']>): Inventory =>
  context(one => ({ dataPlane: { ...one.dataPlane, ...change } }));
const step = (change: Partial<ContextState['probe']>): Inventory => context(one => ({ probe: { ...one.probe, ...change } }));
const noSecret: Inventory = {
  ...healthy,
  controlPlane: {
    ...healthy.controlPlane,
    secrets: new Map([...healthy.controlPlane.secrets.keys()].map((key): [string, Read<undefined>] => [key, no])),
    stored: new Map(),
  },
  contexts: healthy.contexts.map(({ stored: _, ...one }) => ({ ...one, secret: no })),
};

/** How each fact that a check may need comes to be unread; `undefined` for one that is never unread. */
const unread: Readonly<Record<FleetNeed | ContextNeed, Inventory | undefined>> = {
  clientConfigs: plane({ clientConfigs: no }),
  clusters: plane({ clusters: no }),
  replicatedSecrets: plane({ replicatedSecrets: no }),
  operators: plane({ operators: no }),
  operator: plane({ operators: no }),
  pods: plane({ pods: no }),
  clientConfigCrd: plane({ clientConfigCrd: no }),
  imageConfig: plane({ imageConfig: no }),
  clusterUid: plane({ clusterUid: no }),
  ownCrds: plane({ ownCrds: no }),
  imageConfigFault: undefined,
  secrets: plane({ clientConfigs: no }),
  provided: plane({ clientConfigs: no }),
  providers: plane({ clientConfigs: no }),
  names: plane({ tasks: no }),
  references: plane({ replicatedSecrets: no }),
  kubeconfigs: noSecret,
  configs: noSecret,
  secret: noSecret,
  stored: noSecret,
  reach: step({ reach: late }),
  tls: step({ tls: late }),
  identity: step({ identity: late }),
  version: step({ version: late }),
  access: step({ access: late }),
  crds: step({ crds: late }),
  loaded: context(() => ({ loaded: late })),
  webhook: plane({ webhook: new Map(healthy.contexts.map(({ name }) => [name, no])) }),
  vantage: plane({ operatorView: no }),
  dataPlaneOperators: dataPlane({ operators: no }),
  serviceAccountUid: dataPlane({ serviceAccountUid: no }),
  tokenLabels: dataPlane({ tokenLabels: no }),
  ownSecrets: plane({ ownSecrets: no }),
  ownTokens: dataPlane({ ownSecrets: no }),
  ownership: plane({ clusterUid: no }),
  holdings: plane({ clientConfigs: no }),
  losers: plane({ clientConfigs: no }),
  publishedCa: dataPlane({ publishedCa: no }),
  named: { ...plane({ clusters: no }), named: new Map() },
  placements: undefined,
  fields: undefined,
  suppressions: undefined,
  start: undefined,
};

test('a check of which a needed fact is unread is unknown and never ok, each of them on its own', () => {
  for (const check of checks) {
    for (const need of check.needs) {
      const inventory = unread[need];
      if (inventory === undefined) continue;
      const { findings, unknown } = runChecks([check], inventory);
      const what = `${check.code} without ${need}`;
      assert.deepEqual([what, findings.map(({ message }) => message)], [what, []]);
      assert.ok(
        unknown.some(({ code, codes = [code], reason }) => codes.includes(check.code) && /forbidden: not for you|timed-out/.test(reason)),
        what,
      );
      assert.equal(exitCode({ findings, complete: unknown.length === 0 }, 'error'), 3, what);
    }
  }
});
test('every check names a fact that it needs, and every fact is read by some check', () => {
  const used = new Set<string>(checks.flatMap(({ needs, helps }) => [...needs, ...helps]));
  for (const { code, needs } of checks) assert.ok(needs.length > 0, code);
  assert.deepEqual(
    [...new Set([fleetFacts, sharedFacts, contextFacts].flatMap(table => Object.keys(table)))].filter(fact => !used.has(fact)),
    [],
  );
});
test('what stands behind an earlier failure is told by that finding, and is unknown where the finding is not in the report', () => {
  const { contexts } = broken;
  const [refused] = contexts.filter(({ probe }) => probe.reach.status === 'fail');
  assert.ok(refused);
  const behind: Inventory = {
    ...broken,
    contexts: contexts.map(one =>
      one === refused ? { ...one, probe: { ...one.probe, access: notRun('earlier-failure', 'the API server was not reached') } } : one,
    ),
  };
  assert.deepEqual(runChecks(checks, behind).unknown, []);
  const rights = checks.filter(({ code }) => code === 'KC501');
  assert.deepEqual(runChecks(rights, behind).unknown, [
    { code: 'KC501', contexts: [refused.name], reason: 'the API server was not reached' },
  ]);
});
test('a fact that is not declared is not there', () => {
  const background = { read: '', causes: [''], prevent: '', related: ['KC101'] } as const;
  const rule = { code: 'KC999', title: '', severity: 'error', why: '', cure: '', background, remedies: () => [] } as const;
  const given: object[] = [];
  const inContext = contextCheck({
    ...rule,
    needs: ['providers'],
    helps: ['loaded'],
    run: facts => {
      given.push(facts);
      // @ts-expect-error references are not declared
      assert.equal(facts.references, undefined);
      // @ts-expect-error what only helps may be missing
      assert.equal(facts.loaded.length, undefined);
      return [];
    },
  });
  const inFleet = fleetCheck({
    ...rule,
    needs: ['replicatedSecrets'],
    run: facts => {
      given.push(facts);
      // @ts-expect-error clusters are not declared
      assert.equal(facts.clusters, undefined);
      return [];
    },
  });
  runChecks([inContext, inFleet], healthy);
  assert.ok(given.length >= 2);
  for (const facts of given) assert.ok(['loaded providers', 'replicatedSecrets'].includes(Object.keys(facts).sort().join(' ')));
});
test('--only and --skip make nothing ok that they leave out', () => {
  const chosen = (codes: readonly string[]) => checks.filter(({ code }) => codes.includes(code));
  const only = judge(broken, { chosen: chosen(['KC102']), only: true }, 0);
  assert.deepEqual(
    broken.contexts.map(({ name }) => statusOf(name, only)),
    broken.contexts.map(() => 'notJudged'),
  );
  assert.equal(summaryOf(only).ok, 0);
  const stale = readFixture(join(import.meta.dirname, 'checks/KC602/broken'));
  const all = judge(stale, everything, 0);
  const without = judge(stale, { chosen: checks.filter(({ code }) => code !== 'KC602'), only: false }, 0);
  for (const { name } of stale.contexts) assert.equal(statusOf(name, without), statusOf(name, all) === 'ok' ? 'ok' : 'notJudged', name);
  assert.ok(stale.contexts.some(({ name }) => statusOf(name, without) === 'notJudged'));
});
