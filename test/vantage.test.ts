import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { namespace, type World } from '../sandbox/world.ts';
import { addedCounts, requestCounts } from '../src/operator/counters.ts';
import { runHere as run, runJsonHere as runJson } from './support/in-process.ts';
import { putOperatorPod, startRegisteredWorld } from './support/registered.ts';
import type { CheckJson } from './support/run.ts';

let world: World;
let known: readonly string[] | 'down' | undefined;
const cp = () => {
  const server = world.servers['cp'];
  assert.ok(server);
  return server;
};
before(async () => {
  world = await startRegisteredWorld(['dp1', 'dp2'], { cp: { webhook: () => known as never } });
});
after(() => world.stop());
const hostOf = (name: string): string => (world.servers[name]?.url ?? '').replace('https://', '');
const metrics = (name: string, counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([code, count]) => `rest_client_requests_total{code="${code}",host="${hostOf(name)}",method="GET"} ${count}\n`)
    .join('');
const pod = (text: string): void =>
  putOperatorPod(cp(), { ready: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } }, { metrics: text });
interface Seen extends CheckJson {
  readonly complete: boolean;
  readonly contexts: (CheckJson['contexts'][number] & { readonly knownToOperator: boolean | null })[];
}
const check = async (...args: string[]): Promise<{ json: Seen; code: number | null }> => {
  const { json, code } = await runJson(['contexts', 'check', '-o', 'json', '--kubeconfig', world.kubeconfig, '--timeout', '2s', ...args]);
  return { json: json as Seen, code };
};
const told = ({ findings }: CheckJson) =>
  findings.filter(({ code }) => code.startsWith('KC30')).map(({ code, severity }) => `${code} ${severity}`);

test('Prometheus text: escapes, exponents, spaces and other series', () => {
  const text = [
    '# HELP rest_client_requests_total x',
    'rest_client_requests_total{code="200",host="a:1",method="GET"} 1e+03',
    'rest_client_requests_total{method="PUT",host="a:1",code="200",} 2 1700000000',
    'rest_client_requests_total{code="<error>",host="q\\"\\\\}",method="GET"} 3',
    'rest_client_requests_total{code="200",host="b"} NaN',
    'rest_client_requests_total_created{code="200",host="b"} 3',
    'broken{',
  ].join('\n');
  assert.deepEqual(
    [...requestCounts(text)],
    [
      ['a:1', { '200': 1002 }],
      ['q"\\}', { '<error>': 3 }],
    ],
  );
  assert.deepEqual(addedCounts({ '200': 5 }, { '200': 7, '401': 1 }), { '200': 2, '401': 1 });
  assert.equal(addedCounts({ '200': 5 }, { '200': 1 }), undefined);
});
test('an operator that is never answered is blocked, and so is its start; old failures beside answers are not a finding', async () => {
  pod(metrics('dp1', { '<error>': 12 }) + metrics('dp2', { '401': 3, '200': 40 }));
  const { json, code } = await check();
  assert.equal(code, 1);
  assert.deepEqual(told(json), ['KC308 error']);
  assert.match(json.findings[0]?.message ?? '', /12 requests without an answer and nothing else since/);
  const table = await run(['contexts', 'check', '--kubeconfig', world.kubeconfig], { COLUMNS: '200' });
  assert.match(table.stdout, /^× error +dp1 .* none /m);
  assert.match(table.stdout, /^‼ warning +dp2 .* 200 /m);
});
test('what is refused here and answered there is a warning, no claim about the start, and not ok', async () => {
  pod(metrics('dp1', { '200': 40 }));
  world.servers['dp1']?.fault({ path: /./ }, { kind: 'refuse' }, 99);
  const dp1 = await world.servers['dp1']?.stop();
  assert.equal(dp1, undefined);
  const { json, code } = await check('--skip', 'KC6');
  assert.equal(code, 3);
  assert.deepEqual(told(json).sort(), ['KC302 warning', 'KC308 warning']);
  assert.equal(json.operatorStart.verdict, 'unknown');
});
test('without the right to pods/proxy it is unknown and exit 3; without a pod it is unknown only', async () => {
  pod('');
  const rules = [
    {
      groups: ['*'],
      resources: [
        'deployments',
        'pods',
        'secrets',
        'namespaces',
        'clientconfigs',
        'k8ssandraclusters',
        'replicatedsecrets',
        'k8ssandratasks',
      ],
      verbs: ['get', 'list', 'create'],
    },
  ];
  cp().addToken('reader', { username: 'reader', rules });
  const refused = await check('dp2', '--token', 'reader');
  assert.equal(refused.code, 3);
  cp().remove('', 'pods', namespace, 'operator-1');
  const gone = await check('dp2', '--token', 'reader', '--skip', 'KC6');
  assert.equal(gone.code, 0, JSON.stringify(gone.json.findings));
});
test('the webhook tells which contexts the running operator knows, in one request and one more for each unknown', async () => {
  const asked = async (): Promise<{ answers: (boolean | null)[]; posts: number }> => {
    const before = cp().requests.length;
    const { json } = await check();
    const posts = cp()
      .requests.slice(before)
      .filter(({ method, path }) => method === 'POST' && path.includes('k8ssandraclusters'));
    for (const { path } of posts) assert.match(path, /\?dryRun=All$/);
    return { answers: json.contexts.map(({ knownToOperator }) => knownToOperator), posts: posts.length };
  };
  known = ['dp1', 'dp2'];
  assert.deepEqual(await asked(), { answers: [true, true], posts: 1 });
  known = ['dp2'];
  assert.deepEqual(await asked(), { answers: [false, true], posts: 2 });
  known = [];
  assert.deepEqual(await asked(), { answers: [false, false], posts: 2 });
  known = 'down';
  assert.deepEqual(await asked(), { answers: [null, null], posts: 1 });
  known = undefined;
  assert.deepEqual(await asked(), { answers: [null, null], posts: 1 });
  assert.deepEqual(cp().list('k8ssandra.io', 'k8ssandraclusters'), []);
});
