import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds } from '../../sandbox/clusters/install.ts';
import { temporaryFolder } from '../../sandbox/folder.ts';
import { operatorStart } from '../../src/checks/start.ts';
import { fixtureOf } from '../support/fixture.ts';
import { runInProcess } from '../support/in-process.ts';
import { type Installed, type OperatorCase, operatorCases, type World } from '../support/operator-cases.ts';
import { type CellRun, type Cells, type Ended, operatorBinaries, queueOf, startCells } from '../support/operator-cells.ts';
import { type Fate, isOfDialling, isSame, readFates, shownMessage, writeFates } from '../support/operator-fates.ts';
import { operatorDeployment } from '../support/operator-manifest.ts';
import { deploy, forget, makeWorld, place, readSoFar } from '../support/operator-world.ts';
import type { CheckJson } from '../support/run.ts';

/**
 * Our verdict beside what becomes of the real operator, release by release, on the same stored objects. `K8SSANDRA_OPERATORS` names
 * their binaries, each called by its release; `UPDATE=1` records what became of them, `ONLY` is a group of cases or the name of one.
 */
const only = process.env['ONLY'];
const binaries = operatorBinaries();
assert.ok(binaries.length > 0, 'K8SSANDRA_OPERATORS must name binaries of the real operator');
let clusters: Clusters;
const folder = temporaryFolder('operator');
let cells: Cells;
let world: World;
const installed = new Map<OperatorCase, readonly [string, Installed]>();
const at = (name: string): Cluster => {
  const cluster = clusters.byName[name];
  assert.ok(cluster, name);
  return cluster;
};
before(async () => {
  clusters = await startClusters(['cp', 'dp1', 'dp2']);
  await installCrds(at('cp'));
  world = await makeWorld(at('dp1'), at('dp2'));
  const cases = operatorCases(world).filter(({ group, name }) => only === undefined || group === only || name === only);
  await pool(cases.entries(), 6, async ([index, one]) => {
    const namespace = `case-${index}`;
    installed.set(one, [namespace, await place(at('cp'), namespace, one, world)]);
  });
  const { server, caPem, adminToken } = at('cp');
  writeFileSync(join(folder, 'reader'), readerOf(server, caPem, adminToken), { mode: 0o600 });
  cells = await startCells(
    folder,
    Number(process.env['CELLS'] ?? 12),
    [...Object.values(clusters.byName)].map(one => Number(new URL(one.server).port)),
  );
});
after(async () => {
  cells?.stop();
  await clusters?.stop();
});
/** A user who sees the namespaces that are given to him, and no others. */
const readerOf = (server: string, caPem: string, token: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'cp',
    clusters: [{ name: 'cp', cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
    users: [{ name: 'reader', user: { token, as: 'reader' } }],
    contexts: [{ name: 'cp', context: { cluster: 'cp', user: 'reader' } }],
  });
const pool = async <T>(items: Iterable<T>, size: number, work: (item: T) => Promise<void>): Promise<void> => {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: size }, worker));
};

const errorOf = (log: string): { title: string; error: string } | undefined => {
  const all = [...log.matchAll(/ERROR\s+setup\s+([^\t{]+?)\s+\{.*?"error":\s*("(?:[^"\\]|\\.)*")/g)];
  const [, title = '', error = '""'] = all.at(-1) ?? [];
  return title === '' ? undefined : { title, error: JSON.parse(error) as string };
};
/** It dies of the last that it has written its hashes on, or of the next, whose Secret it did not get. */
const culpritOf = async (given: Installed, watch: string, message: string): Promise<string | undefined> => {
  const read = await readSoFar(at('cp'), given);
  const named = /on clientconfigs\.config\.k8ssandra\.io "([^"]+)"/.exec(message)?.[1];
  if (named !== undefined) return read.find(([key]) => key.endsWith(`/${named}`))?.[0];
  const inOrder = [...new Set(watch.split(','))].flatMap(namespace =>
    [...read].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([key]) => key.startsWith(`${namespace}/`)),
  );
  const unread = /^secrets "|^resource name may not be empty/.test(message);
  return unread ? inOrder.find(([, done]) => !done)?.[0] : inOrder.findLast(([, done]) => done)?.[0];
};
const fateOf = async ({ code, works, log }: Ended, given: Installed, watch: string): Promise<Fate> => {
  if (works) return { verdict: 'starts' };
  if (code === null) return { verdict: 'neither' };
  const { title, error } = errorOf(log) ?? { title: '', error: log.slice(-300) };
  if (/Starting Controller|starting manager/i.test(log)) return { verdict: 'starts-then-stops', message: error };
  const message = title === 'unable to create manager cluster connections' ? error : `${title}: ${error}`;
  const culprit = title === 'unable to create manager cluster connections' ? await culpritOf(given, watch, message) : undefined;
  return { verdict: 'does-not-start', message, ...(culprit === undefined ? {} : { culprit }) };
};
/** A control plane under load does not answer each in time: what ends before the operator has looked at anything is tried again. */
const settled = async (what: CellRun, attempts = 4): Promise<Ended> => {
  const ended = await cells.run(what);
  return /unable to create manager\t/.test(ended.log) && attempts > 1 ? settled(what, attempts - 1) : ended;
};
const tagOf = (binary: string): string => (basename(binary) === 'main' ? 'v1.33.0' : basename(binary));
type Ours = CheckJson['operatorStart'];
const oursFor = async (namespace: string, as: string): Promise<Ours> => {
  const turn = await turns.take();
  try {
    return await asked(namespace, as);
  } finally {
    turns.give(turn);
  }
};
const turns = queueOf([1, 2, 3]);
const asked = async (namespace: string, as: string): Promise<Ours> => {
  const flags = ['-o', 'json', '--timeout', '5s', '--kubeconfig', as, '-n', namespace];
  const { stdout, stderr } = await runInProcess(['contexts', 'check', ...flags]);
  assert.notEqual(stdout, '', stderr);
  return (JSON.parse(stdout) as CheckJson).operatorStart;
};
/** Of what is stored alone. */
const offline = ({ clientConfigs, secrets }: Installed, namespace: string, tag: string): Ours => {
  const fixture = fixtureOf([
    operatorDeployment(namespace, namespace, tag),
    ...clientConfigs.map(config => ({ kind: 'ClientConfig', ...config })),
    ...secrets.map(secret => ({ kind: 'Secret', ...secret })),
  ]);
  const start = operatorStart(fixture);
  return start.verdict === 'does-not-start' && !isOfDialling(start.message) ? start : { verdict: 'starts', message: start.message };
};
/** Without the run in it. */
const shownOf = ({ message, culprit, verdict }: Fate, namespace: string): Fate => ({
  verdict,
  // A late end is told by what it waited for in vain, which differs from run to run.
  ...(message === undefined || verdict === 'starts-then-stops' ? {} : { message: shownMessage(message).replaceAll(namespace, 'NS') }),
  ...(culprit === undefined ? {} : { culprit: culprit.replaceAll(namespace, 'NS') }),
});
/** Of what is not dialled from here, no more is known than that it loads. */
const loadedAtLeast = (real: Fate): Fate => (isOfDialling(real.message ?? '') ? { verdict: 'starts' } : real);
const fates: Record<string, Record<string, Fate>> = {};
for (const binary of binaries)
  test(`${basename(binary)}: every verdict is what becomes of it`, async context => {
    const differ: string[] = [];
    const unknown: string[] = [];
    await pool(installed, 40, async ([one, [namespace, given]]) => {
      const { watch = namespace } = given;
      await forget(at('cp'), given);
      await deploy(at('cp'), namespace, watch, tagOf(binary));
      const as = one.group === 'WATCH_NAMESPACE' ? at('cp').kubeconfig : join(folder, 'reader');
      const ours = one.offline === true ? offline(given, namespace, tagOf(binary)) : await oursFor(namespace, as);
      const ended = await settled({
        binary,
        namespace,
        until: one.offline === true ? 'up' : 'works',
        env: {
          KUBECONFIG: at('cp').kubeconfig,
          K8SSANDRA_CONTROL_PLANE: 'true',
          WATCH_NAMESPACE: watch,
          OPERATOR_NAMESPACE: namespace,
          SERVICE_ACCOUNT_NAME: 'k8ssandra-operator',
        },
      });
      const real = await fateOf(ended, given, watch);
      const name = `${one.group}: ${one.name}`;
      fates[name] = { ...fates[name], [basename(binary)]: shownOf(real, namespace) };
      // What cannot be known from here is no difference; it is told.
      if (ours.verdict === 'unknown') unknown.push(name);
      else if (!isSame(ours, one.offline === true ? loadedAtLeast(real) : real))
        differ.push(`${name}\n    real ${JSON.stringify(real)}\n    ours ${JSON.stringify(ours)}`);
      if (process.env['LOGS'] !== undefined) writeFileSync(join(process.env['LOGS'], `${basename(binary)}-${namespace}.log`), ended.log);
    });
    context.diagnostic(`${unknown.length} of ${installed.size} cannot be known from here: ${unknown.sort().join('; ')}`);
    assert.equal(differ.length, 0, `${differ.length} of ${installed.size} differ:\n${differ.sort().join('\n')}`);
  });
test('the recorded fates are those of these binaries', { skip: only !== undefined }, () => {
  if (process.env['UPDATE'] === '1') writeFates(fates);
  const recorded = readFates();
  for (const [name, byRelease] of Object.entries(fates))
    for (const [release, fate] of Object.entries(byRelease)) assert.deepEqual(fate, recorded[name]?.[release], `${name}, ${release}`);
});
