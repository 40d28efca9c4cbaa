import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { operatorRules, type Rule } from '../sandbox/api/rbac.ts';
import { namespace, startWorld, type World } from '../sandbox/world.ts';
import { checks } from '../src/checks/index.ts';
import { missingRights, rightsWanted } from '../src/operator/rights.ts';
import { runHere as run, runJsonHere as runJson } from './support/in-process.ts';
import { tokenIn } from './support/registered.ts';
import type { CheckJson } from './support/run.ts';

/** What the operator's caches of a data plane list and watch before it works; domain.md 4.3, tier A. */
const startKinds = [
  ['cassandra.datastax.com', 'cassandradatacenters'],
  ['stargate.k8ssandra.io', 'stargates'],
  ['reaper.k8ssandra.io', 'reapers'],
  ['control.k8ssandra.io', 'cassandratasks'],
  ['', 'configmaps'],
  ['', 'secrets'],
  ['discovery.k8s.io', 'endpointslices'],
] as const;
interface Removed {
  readonly context: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: 'get' | 'list' | 'watch';
}
const matrix: readonly Removed[] = startKinds.flatMap(([group, resource]) =>
  (['get', 'list', 'watch'] as const).map(verb => ({ context: `no-${verb}-${resource}`, group, resource, verb })),
);
const crds = startKinds.slice(0, 4).map(([group, plural]) => ({ context: `without-${plural}`, crd: `${plural}.${group}`, plural }));

/** The operator's rules in its namespace without one right. */
const rulesWithout = ({ group, resource, verb }: Removed): readonly Rule[] =>
  operatorRules.flatMap(rule =>
    rule.groups.flatMap(one => {
      const plurals = rule.resources.includes('*')
        ? [...new Set(rightsWanted.filter(right => right.group === one).map(right => right.resource))]
        : rule.resources;
      return plurals.map(plural => ({
        groups: [one],
        resources: [plural],
        verbs: rule.verbs.filter(it => it !== verb || one !== group || plural !== resource),
        namespaces: [namespace],
      }));
    }),
  );

let world: World;
let whole: { readonly code: number | null; readonly json: CheckJson };
const check = (...names: string[]) =>
  runJson(['contexts', 'check', ...names, '-o', 'json', '--kubeconfig', world.kubeconfig, '--timeout', '10s']);
const errorsOf = ({ findings }: CheckJson, context: string) =>
  findings.filter(({ severity, contexts }) => severity === 'error' && contexts.includes(context));
before(async () => {
  const contexts = ['intact', ...[...matrix, ...crds].map(({ context }) => context)];
  world = await startWorld(contexts);
  const created = await run([
    ...['clientconfig', 'create', '--yes', '--from-context', contexts.join(','), '--allow', 'loopback', '--kubeconfig', world.kubeconfig],
  ]);
  assert.equal(created.code, 0, created.stderr);
  for (const removed of matrix) {
    const secret = world.servers['cp']?.get('', 'secrets', namespace, `${removed.context}-config`);
    assert.ok(secret);
    const username = `system:serviceaccount:${namespace}:k8ssandra-operator`;
    world.servers[removed.context]?.addToken(tokenIn(secret), {
      username,
      groups: ['system:serviceaccounts', 'system:authenticated'],
      rules: rulesWithout(removed),
    });
  }
  for (const { context, plural } of crds) world.servers[context]?.drop(plural);
  whole = await check();
});
after(() => world.stop());

test('the table of rights names the same kinds, and the operator has every one of the rights', () => {
  const listed = (rights: readonly { readonly group: string; readonly resource: string; readonly verb: string }[]) =>
    rights.map(({ group, resource, verb }) => `${verb} ${resource}.${group}`).sort();
  assert.deepEqual(listed(rightsWanted.filter(({ tier }) => tier === 'start')), listed(matrix.filter(({ verb }) => verb === 'list')));
  const rules = operatorRules.map(({ groups, ...rule }) => ({ ...rule, apiGroups: groups, resourceNames: [] }));
  assert.deepEqual(missingRights(rules), []);
});
test('one run over all of them ends with exit 1, and finds nothing where no right is missing', () => {
  assert.equal(whole.code, 1);
  assert.deepEqual(errorsOf(whole.json, 'intact'), []);
  assert.equal(whole.json.operatorStart.verdict, 'starts-then-stops');
});
for (const { context, group, resource, verb } of matrix) {
  test(`without ${verb} on ${resource} there is that one finding`, () => {
    const [finding, ...others] = errorsOf(whole.json, context);
    assert.ok(finding);
    assert.deepEqual(others, []);
    // Endpoint slices are the kind by which an operator of another age is told.
    const about = resource === 'endpointslices' ? ['KC501', 'KC504'] : ['KC501'];
    const possible = checks.filter(({ code }) => about.includes(code)).map(({ code }) => code);
    assert.ok(possible.includes(finding.code), finding.code);
    assert.deepEqual(finding.contexts, [context]);
    assert.ok(finding.message.includes(`${verb} ${resource}${group === '' ? '' : `.${group}`} in ${namespace}`), finding.message);
    // Without watch it lists again and again, and starts.
    assert.equal(finding.blocksStart, verb === 'list');
  });
}
for (const { context, crd } of crds) {
  test(`without the CRD ${crd} there is that one finding`, () => {
    const [finding, ...others] = errorsOf(whole.json, context);
    assert.ok(finding);
    assert.deepEqual(others, []);
    assert.equal(finding.code, 'KC502');
    assert.ok(finding.message.includes(crd), finding.message);
    assert.equal(finding.blocksStart, true);
  });
}
for (const [name, verdict, exit] of [
  ['intact', 'starts', 0],
  ['no-get-secrets', 'starts', 1],
  ['no-list-secrets', 'starts-then-stops', 1],
  ['no-list-endpointslices', 'starts-then-stops', 1],
  ['no-watch-endpointslices', 'starts', 1],
  ['without-reapers', 'starts-then-stops', 1],
] as const) {
  test(`${name} alone: the operator ${verdict}, exit ${exit}`, async () => {
    const { json, code } = await check(name);
    assert.equal(json.operatorStart.verdict, verdict);
    assert.equal(code, exit);
  });
}
