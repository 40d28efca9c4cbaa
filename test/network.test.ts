import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from './support/run.ts';
import { startWorld, type World } from './support/world.ts';

let world: World;
let folder: string;
before(async () => {
  world = await startWorld(['dp1']);
  folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-network-'));
});
after(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});
/** Runs the program with the recorder in it, and gives each place it turned to. */
const placesOf = async (args: readonly string[]): Promise<{ readonly code: number | null; readonly places: readonly string[] }> => {
  const record = join(folder, 'connections');
  writeFileSync(record, '');
  const { code } = await run(args, {
    NODE_OPTIONS: `--require=${join(import.meta.dirname, 'support/record-connections.cjs')}`,
    CONNECTIONS: record,
    KUBECONFIG: world.kubeconfig,
  });
  const [started, ...places] = readFileSync(record, 'utf8').trim().split('\n');
  assert.equal(started, 'started', 'the recorder was not loaded');
  return { code, places };
};

test('no command turns to anything but the clusters: no update check, no telemetry', async () => {
  const clusters = new Set(Object.values(world.servers).map(({ url }) => `tcp ${new URL(url).host}`));
  for (const [args, dials] of [
    [['version'], false],
    [['--help'], false],
    [['explain'], false],
    [['clientconfig', 'create', '--from-context', 'dp1', '--allow', 'loopback', '--timeout', '2s'], true],
    [['contexts', 'check'], true],
    [['clientconfig', 'rotate', 'dp1', '--timeout', '2s'], true],
  ] as const) {
    const { places } = await placesOf(args);
    assert.equal(places.length > 0, dials, `${args.join(' ')}: ${places.join(', ')}`);
    assert.deepEqual(
      places.filter(place => !clusters.has(place)),
      [],
      args.join(' '),
    );
  }
});

test('the recorder sees a connection to another place', async () => {
  const other = join(folder, 'other');
  const text = readFileSync(world.kubeconfig, 'utf8');
  const url = world.servers['cp']?.url ?? '';
  writeFileSync(other, text.replaceAll(url, url.replace(/127\.0\.0\.1:\d+/, 'localhost:9')), { mode: 0o600 });
  const { places } = await placesOf(['contexts', 'check', '--kubeconfig', other]);
  assert.ok(places.includes('tcp localhost:9'), places.join(', '));
});
