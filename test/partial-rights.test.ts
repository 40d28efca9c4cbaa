import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Rule } from '../sandbox/api/rbac.ts';
import { namespace, type World } from '../sandbox/world.ts';
import { runHere as run, runJsonHere as runJson } from './support/in-process.ts';
import { putOperatorPod, startRegisteredWorld } from './support/registered.ts';
import type { CheckJson } from './support/run.ts';

/** What `contexts check` asks the control plane, one right each. */
const rights = {
  deployments: { groups: ['apps'], resources: ['deployments'], verbs: ['list'] },
  pods: { groups: [''], resources: ['pods'], verbs: ['list', 'get'] },
  'pods/proxy': { groups: [''], resources: ['pods/proxy'], verbs: ['get'] },
  namespaces: { groups: [''], resources: ['namespaces'], verbs: ['get'] },
  secrets: { groups: [''], resources: ['secrets'], verbs: ['get', 'list'] },
  configmaps: { groups: [''], resources: ['configmaps'], verbs: ['list'] },
  clientconfigs: { groups: ['config.k8ssandra.io'], resources: ['clientconfigs'], verbs: ['list'] },
  k8ssandraclusters: { groups: ['k8ssandra.io'], resources: ['k8ssandraclusters'], verbs: ['list'] },
  'dry runs': { groups: ['k8ssandra.io'], resources: ['k8ssandraclusters'], verbs: ['create'] },
  replicatedsecrets: { groups: ['replication.k8ssandra.io'], resources: ['replicatedsecrets'], verbs: ['list'] },
  k8ssandratasks: { groups: ['control.k8ssandra.io'], resources: ['k8ssandratasks'], verbs: ['list'] },
} as const satisfies Record<string, Rule>;

interface Seen extends CheckJson {
  readonly complete: boolean;
  readonly contexts: (CheckJson['contexts'][number] & { readonly status: string })[];
  readonly unknown: readonly {
    readonly code: string;
    readonly codes?: readonly string[];
    readonly contexts: readonly string[];
    readonly reason: string;
  }[];
}
let world: World;
before(async () => {
  world = await startRegisteredWorld(['dp1', 'dp2'], { cp: { webhook: () => ['dp1', 'dp2'] } });
  const { cp, dp1, dp2 } = world.servers;
  cp?.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: 'demo' },
    spec: { cassandra: { datacenters: ['dp1', 'dp2'].map(k8sContext => ({ metadata: { name: k8sContext }, k8sContext })) } },
  });
  putOperatorPod(
    cp,
    { ready: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
    {
      metrics: [dp1, dp2]
        .map(one => `rest_client_requests_total{code="200",host="${one?.url.replace('https://', '')}",method="GET"} 9\n`)
        .join(''),
    },
  );
});
after(() => world.stop());

const checkWith = async (name: string, rules: readonly Rule[], ...args: string[]): Promise<{ json: Seen; code: number | null }> => {
  world.servers['cp']?.addToken(name, { username: name, rules });
  const { json, code } = await runJson([
    ...['contexts', 'check', '-o', 'json', '--kubeconfig', world.kubeconfig, '--token', name, '--timeout', '5s'],
    // Servers on loopback, and no operator that reads: known of every world of these tests.
    ...['--suppress', 'KC203,KC603', ...args],
  ]);
  return { json: json as Seen, code };
};
const without = (...gone: readonly (keyof typeof rights)[]): Rule[] =>
  Object.entries(rights).flatMap(([name, rule]) => ((gone as readonly string[]).includes(name) ? [] : [rule]));
const inOneNamespace = without().map(rule => ({ ...rule, namespaces: [namespace] }));
const statuses = ({ contexts }: Seen) => contexts.map(({ name, status }) => `${name} ${status}`);
const told = ({ findings }: Seen) => findings.map(({ code, message }) => `${code} ${message}`);
let complete: Seen;

test('with every right that is asked for the same run is complete', async () => {
  const { json, code } = await checkWith('complete', without());
  assert.equal(code, 0, JSON.stringify(json.findings));
  assert.deepEqual(json.unknown, []);
  assert.equal(json.complete, true);
  assert.equal(json.operatorStart.verdict, 'starts');
  assert.deepEqual(statuses(json), ['dp1 ok', 'dp2 ok']);
  complete = json;
});

test('the role that it prints is all that a reader needs', async () => {
  for (const flags of [[], ['-n', namespace]]) {
    const { stdout, code } = await run(['contexts', 'check', '--print-rbac', ...flags]);
    assert.equal(code, 0);
    const roles = parseAllDocuments(stdout).map(document => document.toJS());
    assert.deepEqual(
      roles.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}`),
      flags.length === 0 ? ['ClusterRole '] : [`Role ${namespace}`, 'ClusterRole '],
    );
    const rules: Rule[] = roles.flatMap(role =>
      role.rules.map(({ apiGroups, resources, verbs }: Record<string, string[]>) => ({
        groups: apiGroups,
        resources,
        verbs,
        ...(role.metadata.namespace === undefined ? {} : { namespaces: [role.metadata.namespace] }),
      })),
    );
    const { json, code: checked } = await checkWith(`printed${flags.length}`, rules, ...flags);
    assert.equal(checked, 0, JSON.stringify(json.unknown));
    assert.equal(json.complete, true);
  }
});

interface Expected {
  readonly rules: readonly Rule[];
  readonly args?: readonly string[];
  /** the verdict, where less is known of the start than `starts` */
  readonly start: 'starts' | 'unknown';
  /** codes and steps that must be among the unknown */
  readonly unknown: readonly string[];
  /** each context of which anything is known, with its status */
  readonly contexts: readonly string[];
}
const unjudged = ['dp1 unknown', 'dp2 unknown'];
const cases: Readonly<Record<string, Expected>> = {
  Secrets: { rules: without('secrets'), start: 'unknown', unknown: ['KC201'], contexts: unjudged },
  pods: { rules: without('pods'), start: 'starts', unknown: ['KC308', 'KC601'], contexts: unjudged },
  'pods/proxy': { rules: without('pods/proxy'), start: 'starts', unknown: ['KC308'], contexts: unjudged },
  Deployments: { rules: without('deployments'), start: 'unknown', unknown: ['KC207', 'KC601', 'KC501'], contexts: unjudged },
  ClientConfigs: {
    rules: without('clientconfigs'),
    start: 'unknown',
    unknown: ['KC101', 'KC103', 'KC105', 'KC106', 'KC201', 'KC207', 'KC605'],
    contexts: unjudged,
  },
  K8ssandraClusters: {
    rules: without('k8ssandraclusters'),
    start: 'starts',
    unknown: ['KC101', 'KC102', 'KC103', 'KC108'],
    contexts: unjudged,
  },
  ReplicatedSecrets: { rules: without('replicatedsecrets'), start: 'starts', unknown: ['KC101', 'KC102', 'KC109'], contexts: unjudged },
  K8ssandraTasks: { rules: without('k8ssandratasks'), start: 'starts', unknown: ['KC101', 'KC102'], contexts: unjudged },
  'the namespace kube-system': { rules: without('namespaces'), start: 'starts', unknown: ['KC107'], contexts: unjudged },
  'anything outside the namespace of -n': {
    rules: inOneNamespace,
    args: ['-n', namespace],
    start: 'starts',
    unknown: ['KC107'],
    contexts: unjudged,
  },
  'lists of the whole cluster, and without -n': {
    rules: inOneNamespace,
    start: 'unknown',
    unknown: ['KC101', 'KC201', 'KC207', 'KC601', 'KC605'],
    contexts: [],
  },
  'the operator in the namespace of -n': {
    rules: without('deployments'),
    args: ['-n', namespace],
    start: 'unknown',
    unknown: ['KC207', 'KC601'],
    contexts: ['dp1 ok', 'dp2 ok'],
  },
  'Secrets, Deployments and pods': {
    rules: without('secrets', 'deployments', 'pods'),
    start: 'unknown',
    unknown: ['KC201', 'KC601'],
    contexts: unjudged,
  },
  anything: { rules: [], start: 'unknown', unknown: ['KC101', 'KC201', 'KC601', 'KC605'], contexts: [] },
};
for (const [name, { rules, args = [], start, unknown, contexts }] of Object.entries(cases)) {
  test(`a user who may not read ${name} is told what is unknown, and of nothing that it is absent`, async () => {
    const { json, code } = await checkWith(name.replaceAll(/\W/g, '-'), rules, ...args);
    assert.equal(code, 3);
    assert.equal(json.complete, false);
    const codes = new Set(json.unknown.flatMap(({ code: one, codes: several = [one] }) => several));
    assert.deepEqual(
      unknown.filter(one => !codes.has(one)),
      [],
    );
    // What follows from it for the start of the operator is told beside it.
    for (const { code: one, reason } of json.unknown) if (one !== 'KC604') assert.match(reason, /forbidden/);
    assert.deepEqual(
      told(json).filter(finding => !told(complete).includes(finding)),
      [],
    );
    assert.equal(json.operatorStart.verdict, start);
    assert.equal(json.operatorWouldStart, start === 'starts' ? true : null);
    assert.deepEqual(statuses(json), contexts);
    const { stdout } = await run(
      ['contexts', 'check', '--token', name.replaceAll(/\W/g, '-'), '--kubeconfig', world.kubeconfig, '--timeout', '5s', ...args],
      { NO_COLOR: '1' },
    );
    assert.doesNotMatch(stdout, /no ClientConfig\b|no operator found|does not exist|not found/);
    assert.match(
      stdout,
      /^\? \S+ may not (list|get) .* in cp: kubectl k8ssandra .*contexts check --print-rbac shows the role to ask for$[\s\S]*Incomplete: something could not be read \(each is listed\); the rest stands\./m,
    );
  });
}
test('what is broken is found though something else could not be read', async () => {
  const { dp1 } = world.servers;
  dp1?.drop('reapers');
  const { json, code } = await checkWith('broken', without('k8ssandratasks', 'pods/proxy'));
  assert.equal(code, 1);
  assert.equal(json.complete, false);
  assert.equal(json.operatorStart.verdict, 'starts-then-stops');
  assert.deepEqual(statuses(json), ['dp1 error', 'dp2 unknown']);
});
test('one code alone is no more proven without the right to read what it is judged by', async () => {
  const onlyClusters = {
    K8ssandraClusters: 'KC102',
    ReplicatedSecrets: 'KC102',
    Secrets: 'KC301',
    ClientConfigs: 'KC202',
    pods: 'KC308',
  } as const;
  for (const [name, code] of Object.entries(onlyClusters)) {
    const { json, code: exit } = await checkWith(`only-${name}`, cases[name]?.rules ?? [], '--only', code);
    assert.equal(exit, 3, `${code} without ${name}`);
    assert.ok(
      statuses(json).every(status => /unknown|notJudged/.test(status)),
      `${code} without ${name}: ${statuses(json).join()}`,
    );
  }
});
