import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from '../src/base/advice.ts';
import { slipOf, spelledOut } from '../src/base/slip.ts';
import { checks } from '../src/checks/index.ts';
import { runChecks } from '../src/checks/run.ts';
import { fixtureOf } from './support/fixture.ts';

test('a slip of the keyboard is told from the name of another thing', () => {
  for (const [written, names, meant] of [
    ['Eats', ['east'], 'east'],
    ['EAST', ['east'], 'east'],
    ['us_east_1', ['us-east-1'], 'us-east-1'],
    ['useast1', ['us-east-1'], 'us-east-1'],
    ['prodution', ['production', 'staging'], 'production'],
    ['prodduction', ['production'], 'production'],
    ['frnakfurt-2', ['frankfurt-1', 'frankfurt-2'], 'frankfurt-2'],
    // other things
    ['dc2', ['dc1'], undefined],
    ['eks-prod-06', ['eks-prod-6'], undefined],
    ['eks-prod-21', ['eks-prod-22', 'eks-prod-12'], undefined],
    ['us-east-1a', ['us-east-1b'], undefined],
    ['clustera', ['clusterb'], undefined],
    ['west', ['east'], undefined],
    ['us-west-1', ['us-east-1'], undefined],
    ['south', ['north'], undefined],
    ['eu', ['us'], undefined],
    ['dc-a', ['dc-b'], undefined],
    ['', ['a'], undefined],
    // ties
    ['east', ['East', 'EAST'], undefined],
    ['centrl', ['central', 'centrol'], undefined],
  ] as const)
    assert.equal(slipOf(written, names), meant, written);
});
test('a name that looks like another is spelled out, and no other', () => {
  for (const [name, spelled] of [
    ['east ', '"east "'],
    ['\u00a0east', '"\\u00a0east"'],
    ['e\u0430st', '"e\\u0430st"'],
    ['east', undefined],
    ['m\u00fcnchen', undefined],
    ['\u6771\u4eac', undefined],
    ['\u043c\u043e\u0441\u043a\u0432\u0430', undefined],
    ['arn:aws:eks:eu-west-1:1:cluster/a b', undefined],
  ] as const)
    assert.equal(spelledOut(name), spelled, name);
  assert.match(
    findingOf(['east'], [[['dc1', 'e\u0430st']]])?.message ?? '',
    /^no ClientConfig provides it, which is "e\\u0430st"; used by .*did you mean east\?$/,
  );
});

type Datacenter = readonly [name: string, context: string, lives?: string];
const findingOf = (provided: readonly string[], clusters: readonly (readonly Datacenter[])[], source?: 'manifests') => {
  const manifests = [
    ...provided.map(name => ({ kind: 'ClientConfig', metadata: { namespace: 'k8ssandra', name }, spec: { contextName: name } })),
    ...clusters.map((datacenters, index) => ({
      kind: 'K8ssandraCluster',
      metadata: { namespace: 'k8ssandra', name: `demo${index}` },
      spec: { cassandra: { datacenters: datacenters.map(([name, k8sContext]) => ({ metadata: { name }, k8sContext })) } },
      status: {
        datacenters: Object.fromEntries(
          datacenters.flatMap(([name, , lives]) => (lives === undefined ? [] : [[name, { contextName: lives }]])),
        ),
      },
    })),
  ];
  const inventory = fixtureOf(manifests, source === undefined ? {} : { source });
  return runChecks(
    checks.filter(({ code }) => code === 'KC101'),
    inventory,
  ).findings[0];
};
const hintOf = (message = ''): string | undefined => /; did you mean (.*)\?$/.exec(message)?.[1];

test('the context of another datacenter of the same cluster is never proposed, nor one where the datacenter does not live', () => {
  for (const [what, provided, clusters, meant] of [
    ['free', ['east'], [[['dc1', 'eats']]], 'east'],
    ['used by another cluster', ['east'], [[['dc1', 'eats']], [['dc1', 'east']]], 'east'],
    [
      'used beside it',
      ['east'],
      [
        [
          ['dc1', 'east'],
          ['dc2', 'eats'],
        ],
      ],
      undefined,
    ],
    [
      'lived in beside it',
      ['east'],
      [
        [
          ['dc1', 'x', 'east'],
          ['dc2', 'eats'],
        ],
      ],
      undefined,
    ],
    ['lives in it', ['east'], [[['dc1', 'eats', 'east']]], 'east'],
    ['lives elsewhere', ['east', 'west'], [[['dc1', 'eats', 'west']]], undefined],
    ['lives in what is not provided', ['east'], [[['dc1', 'eats', 'eats']]], undefined],
    [
      'beside it in one of two users',
      ['east'],
      [
        [['dc1', 'eats']],
        [
          ['dc1', 'east'],
          ['dc2', 'eats'],
        ],
      ],
      undefined,
    ],
  ] as const satisfies readonly (readonly [string, readonly string[], readonly (readonly Datacenter[])[], string | undefined])[])
    assert.equal(hintOf(findingOf(provided, clusters)?.message), meant, what);
});
test('where a context is proposed, the fix writes it, and only over what was judged', () => {
  const finding = findingOf(
    ['east'],
    [
      [['dc1', 'eats']],
      [
        ['dc0', 'north'],
        ['dc1', 'eats'],
      ],
    ],
  );
  const east = runLines(finding);
  assert.deepEqual(
    east,
    [0, 1].map(
      index =>
        `kubectl --context cp -n k8ssandra patch k8ssandraclusters.k8ssandra.io demo${index} --type=json -p '${JSON.stringify([
          { op: 'test', path: `/spec/cassandra/datacenters/${index}/k8sContext`, value: 'eats' },
          { op: 'replace', path: `/spec/cassandra/datacenters/${index}/k8sContext`, value: 'east' },
        ])}'`,
    ),
  );
  const written = findingOf(['east'], [[['dc1', 'eats']]], 'manifests')?.remedies;
  assert.deepEqual(written, [{ label: 'do', text: 'change k8sContext from eats to east' }]);
});
const runLines = (finding: ReturnType<typeof findingOf>): string[] =>
  (finding?.remedies ?? []).map(one => (one.label === 'do' ? 'do' : commandLine(one.command, { context: 'cp' })));

test('whatever the fleet, a proposal has the same numbers, is used by no datacenter beside it, and is the only one', () => {
  const words = ['east', 'esat', 'Eats', 'eastt', 'west', 'wset', 'us-east-1', 'us-esat-1', 'us-east-2', 'prod', 'prdo', 'pord'];
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const some = (count: number): string[] => [...new Set(Array.from({ length: count }, () => words[next(words.length)] ?? ''))];
  let proposed = 0;
  for (let round = 0; round < 400; round++) {
    const provided = some(1 + next(5));
    const used = some(1 + next(4));
    const finding = findingOf(provided, [used.map((context, index) => [`dc${index}`, context])]);
    const hint = hintOf(finding?.message);
    if (hint === undefined) continue;
    proposed++;
    const [name = ''] = finding?.contexts ?? [];
    assert.ok(provided.includes(hint) && !used.includes(hint), `${name} of ${used}: ${hint}`);
    assert.equal(hint.replace(/\D/g, ''), name.replace(/\D/g, ''));
    assert.equal(provided.filter(one => slipOf(name, [one]) === one).length, 1);
  }
  assert.ok(proposed > 20, String(proposed));
});
