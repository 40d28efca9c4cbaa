import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Fault } from '../sandbox/api/faults.ts';
import { namespace } from '../sandbox/world.ts';
import { liveTokens, type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';
import { faultName } from './support/write-faults.ts';

/**
 * Every API call of every command that writes fails once: the exit code says so, two lines tell what and what to do, and the next run
 * ends in the right state. Each call meets one kind of fault, in turn; EVERY_FAULT=1 gives each call every kind, which takes a while.
 */
const faults: readonly Fault[] = [
  ...[401, 403, 404, 409, 422, 429, 500].map(status => ({ kind: 'status', status, ...(status === 429 ? { retryAfter: 0 } : {}) }) as const),
  { kind: 'reset' },
  { kind: 'hang' },
];
const text = ({ stdout, stderr }: Run): string => stdout + stderr;
const context = (registered: Registered): string | undefined =>
  (registered.server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1')?.['spec'] as { contextName?: string } | undefined)
    ?.contextName;

interface Command {
  readonly args: (registered: Registered) => readonly string[];
  /** what is done to a world with dp1 registered before the command */
  readonly prepare?: (registered: Registered) => Promise<void>;
  /** what a person runs next, told by the first run's fix line or by common sense */
  readonly next: (registered: Registered) => readonly string[];
  readonly nextCodes?: readonly number[];
  readonly right: (registered: Registered) => boolean;
}
const registeredWhole = (registered: Registered): boolean =>
  context(registered) !== undefined &&
  liveTokens(registered.server('dp1')).length === 1 &&
  liveTokens(registered.server('dp1'))[0] === registered.storedToken('dp1');
const nothingLeft = (registered: Registered): boolean =>
  context(registered) === undefined && registered.server('cp').list('', 'secrets').length === 0;
const create = ['clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback'];
const exported = (registered: Registered): string => `${registered.world.kubeconfig}-export.yaml`;
const updated = ({ server }: Registered): readonly string[] => [
  ...['clientconfig', 'update', '--yes', 'dp1', '--allow', 'loopback'],
  ...['--server', server('dp1').url.replace('127.0.0.1', 'localhost')],
];
const commands: Readonly<Record<string, Command>> = {
  create: {
    prepare: async ({ cli }) => assert.equal((await cli('clientconfig', 'delete', 'dp1', '--yes')).code, 0),
    args: () => create,
    next: () => create,
    right: registeredWhole,
  },
  rotate: {
    args: () => ['clientconfig', 'rotate', 'dp1', '--yes', '--timeout', '5s'],
    next: () => ['clientconfig', 'rotate', '--resume', '--yes'],
    right: registeredWhole,
  },
  delete: {
    args: () => ['clientconfig', 'delete', 'dp1', '--yes'],
    next: () => ['clientconfig', 'delete', 'dp1', '--yes'],
    nextCodes: [0, 2],
    right: nothingLeft,
  },
  update: {
    args: updated,
    next: updated,
    right: registeredWhole,
  },
  rename: {
    args: () => ['clientconfig', 'rename', '--yes', 'dp1', 'eu-1'],
    next: registered => ['clientconfig', 'rename', '--yes', context(registered) ?? 'dp1', 'eu-1'],
    right: registered => context(registered) === 'eu-1' && registeredWhole(registered),
  },
  import: {
    prepare: async ({ cli, server, world }) => {
      writeFileSync(`${world.kubeconfig}-export.yaml`, (await cli('clientconfig', 'export', '--with-secrets')).stdout, { mode: 0o600 });
      server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
      server('cp').remove('', 'secrets', namespace, 'dp1-config');
    },
    args: registered => ['clientconfig', 'import', '--yes', '-f', exported(registered)],
    next: registered => ['clientconfig', 'import', '--yes', '-f', exported(registered), '--overwrite'],
    right: registeredWhole,
  },
};

for (const [name, command] of Object.entries(commands))
  test(`${name}: a fault at any of its API calls`, { timeout: 1_200_000 }, async t => {
    const met = new Set<string>();
    const registered = await startRegistered(['dp1'], { inProcess: true });
    t.after(registered.stop);
    for (let call = 1; ; call++) {
      let reached = false;
      for (const fault of process.env['EVERY_FAULT'] === undefined ? faults.slice(call % faults.length).slice(0, 1) : faults) {
        await registered.reset();
        await command.prepare?.(registered);
        const was = registered.failCall(call, fault);
        const failed = await registered.cli(...command.args(registered), '--request-timeout', '1s');
        reached = was();
        for (const one of Object.values(registered.world.servers)) one.clearFaults();
        const where = `call ${call}, ${faultName(fault)}: ${text(failed)}`;
        assert.ok([0, 2, 3, 4].includes(failed.code ?? -1), where);
        assert.doesNotMatch(text(failed), /^bug:|^\s+at /m, where);
        if (failed.code !== 0) assert.match(failed.stderr, /^(error: .{10,}\nfix: {3}|unknown: .{10,}\n(look|do): +).{5,}$/m, where);
        const next = await registered.cli(...command.next(registered));
        if (failed.code !== 0) assert.ok((command.nextCodes ?? [0]).includes(next.code ?? -1), `${where}then ${text(next)}`);
        // A rotation that was taken back before it began has nothing to resume: the old credential is the right state.
        assert.ok(command.right(registered), `${where}then ${text(next)}`);
        if (reached) met.add(faultName(fault));
      }
      if (!reached) break;
    }
    assert.ok(met.size >= 4, `only ${[...met].join(', ')}`);
  });

test('create: killed after any API call, the same command again ends in the right state', { timeout: 600_000 }, async t => {
  const registered = await startRegistered(['dp1'], { inProcess: true });
  t.after(registered.stop);
  for (let calls = 1; ; calls++) {
    await registered.reset();
    await commands['create']?.prepare?.(registered);
    const killed = await registered.killedAfter(calls, 'SIGKILL', create);
    const again = await registered.cli(...create);
    assert.equal(again.code, 0, `call ${calls}: ${text(again)}`);
    assert.ok(registeredWhole(registered), `call ${calls}: ${text(again)}`);
    if (killed.code === 0) break;
  }
});
