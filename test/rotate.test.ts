import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { liveTokens, type Registered, sharedWorlds, tokenIn } from './support/registered.ts';
import type { Run } from './support/run.ts';
import { faultName, writeFaults } from './support/write-faults.ts';

const secretHash = 'k8ssandra.io/secret-hash';
const startWorlds = sharedWorlds();
let registered: Registered;
const start = async (...names: string[]): Promise<Registered> => {
  registered = await startWorlds(...names);
  return registered;
};
/** One working credential a data plane, stored and loaded, and no trace of a rotation. */
const isWhole = ({ server, storedToken, operator }: Registered, names: readonly string[], said: string): void => {
  for (const name of names) {
    assert.deepEqual(liveTokens(server(name)), [storedToken(name)], `${name}: one live token, the stored one\n${said}`);
    const { annotations = {} } = server('cp').get('', 'secrets', namespace, `${name}-config`)?.metadata ?? {};
    assert.equal(annotations['cli.k8ssandra.io/rotation'], undefined, said);
    const [where, token] = annotations['cli.k8ssandra.io/token-secret']?.split('/') ?? [];
    assert.ok(server(name).get('', 'secrets', where ?? '', token ?? ''), said);
  }
  assert.deepEqual(operator.lastExit?.code ?? 0, 0, said);
};
const text = ({ stdout, stderr }: Run): string => stdout + stderr;

test('rotates three credentials with one restart, never without a working one, and the old tokens are dead', async () => {
  const { cli, operator, server, storedToken } = await start('dp1', 'dp2', 'dp3');
  const names = ['dp1', 'dp2', 'dp3'];
  const old = names.map(storedToken);
  const { restarts } = operator;
  const gaps: string[] = [];
  for (const one of Object.values(registered.world.servers))
    one.onRequest(({ method, path }) => {
      for (const name of names) if (!liveTokens(server(name)).includes(storedToken(name))) gaps.push(`${name} after ${method} ${path}`);
    });
  for (const name of names)
    server(name).onRequest(({ method, path }) => {
      if (method !== 'DELETE' || !path.includes('/secrets/')) return;
      const config = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, name);
      if (!operator.loaded.includes(name) || config?.metadata.annotations?.[secretHash] === undefined)
        gaps.push(`${name} revoked before it was loaded`);
    });
  const rotated = await cli('clientconfig', 'rotate', '--all', '--yes');
  assert.equal(rotated.code, 0, text(rotated));
  assert.deepEqual(gaps, []);
  assert.equal(operator.restarts, restarts + 1, operator.log.join('\n'));
  for (const [index, name] of names.entries()) assert.notEqual(storedToken(name), old[index]);
  isWhole(registered, names, text(rotated));
  assert.match(
    rotated.stdout,
    /\[1\/5\].*\[2\/5\] proven 3\/3.*\[3\/5\] written 3\/3.*\[4\/5\].*\[5\/5\] revoked 3\/3, old tokens answer 401/s,
  );
  for (const token of [...old, ...names.map(storedToken)]) assert.ok(!text(rotated).includes(token));
  const again = await cli('clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback');
  assert.match(again.stdout, /nothing to do/, 'create takes the rotated token for its own');
});

test('works with the stored credential alone, when the user has no context of the data plane', async () => {
  const { server, world, storedToken } = await start('dp1');
  const { run } = await import('./support/run.ts');
  const { readFileSync, writeFileSync } = await import('node:fs');
  const { parse, stringify } = await import('yaml');
  const config = parse(readFileSync(world.kubeconfig, 'utf8')) as Record<'contexts' | 'clusters' | 'users', { name: string }[]>;
  for (const part of ['contexts', 'clusters', 'users'] as const) config[part] = config[part].filter(({ name }) => name === 'cp');
  const path = `${world.kubeconfig}-cp-only`;
  writeFileSync(path, stringify(config), { mode: 0o600 });
  const old = storedToken('dp1');
  const rotated = await run(['clientconfig', 'rotate', 'dp1', '--yes', '--kubeconfig', path]);
  assert.equal(rotated.code, 0, text(rotated));
  assert.match(rotated.stdout, /with the stored credential/);
  assert.deepEqual(liveTokens(server('dp1')), [storedToken('dp1')]);
  assert.notEqual(storedToken('dp1'), old);
});

test('killed after any API call, --resume ends in the right state with nothing left over', { timeout: 600_000 }, async () => {
  for (let calls = 1, all = 2; calls < all; calls++) {
    const { cutAfter, cli } = await start('dp1', 'dp2');
    const killed = await cutAfter(calls, 'SIGKILL', ['clientconfig', 'rotate', '--all', '--yes']);
    all = Math.max(all, killed.code === null ? calls + 2 : calls);
    const resumed = await cli('clientconfig', 'rotate', '--resume', '--yes');
    assert.equal(resumed.code, 0, `call ${calls}: ${text(resumed)}`);
    isWhole(registered, ['dp1', 'dp2'], `call ${calls}: ${text(killed)}${text(resumed)}`);
    if (killed.code !== 0) continue;
    assert.ok(calls > 9, `only ${calls} calls`);
    break;
  }
});

test('Ctrl-C after any API call takes all back, or says how to finish', { timeout: 600_000 }, async () => {
  for (let calls = 1; ; calls++) {
    const { cutAfter, cli, storedToken, server } = await start('dp1');
    const old = storedToken('dp1');
    const stopped = await cutAfter(calls, 'SIGINT', ['clientconfig', 'rotate', 'dp1', '--yes']);
    assert.ok(stopped.code === 130 || stopped.code === 0, `call ${calls}: exit ${stopped.code}: ${text(stopped)}`);
    assert.doesNotMatch(stopped.stderr, /^\s+at /m);
    if (stopped.stderr.includes('--resume')) {
      assert.ok(liveTokens(server('dp1')).includes(storedToken('dp1')));
      const resumed = await cli('clientconfig', 'rotate', '--resume', '--yes');
      assert.equal(resumed.code, 0, `call ${calls}: ${text(resumed)}`);
    } else if (stopped.code === 130) assert.equal(storedToken('dp1'), old, `call ${calls}: ${text(stopped)}`);
    isWhole(registered, ['dp1'], `call ${calls}: ${text(stopped)}`);
    if (stopped.code !== 0) continue;
    assert.ok(calls > 9, `only ${calls} calls`);
    break;
  }
});

const writes = [
  { what: 'claim', at: 'cp', method: 'PUT', path: /secrets\/dp1-config$/, after: 0 },
  { what: 'mint', at: 'dp1', method: 'POST', path: /\/secrets$/, after: 0 },
  { what: 'burst', at: 'cp', method: 'PUT', path: /secrets\/dp1-config$/, after: 1 },
] as const;
for (const fault of writeFaults) {
  const name = faultName(fault);
  test(`${name} at a write before the burst is whole: exit 4, the old credential is back and no new token is left`, {
    timeout: 120_000,
  }, async () => {
    for (const { what, at, method, path, after } of writes) {
      const { cli, server, storedToken } = await start('dp1');
      const old = storedToken('dp1');
      server(at).fault({ method, path, after }, fault);
      const failed = await cli('clientconfig', 'rotate', 'dp1', '--yes', '--request-timeout', '1s');
      assert.equal(failed.code, 4, `${what}: ${text(failed)}`);
      assert.match(failed.stderr, /^error: .+\nfix: {3}.+$/m);
      server(at).clearFaults();
      assert.equal(storedToken('dp1'), old, `${what}: ${text(failed)}`);
      isWhole(registered, ['dp1'], `${what}: ${text(failed)}`);
    }
  });
  // A conflict is looked at again: the Secret is still ours, and goes.
  const end = name === '409' ? 'it is tried again' : 'exit 4, and --resume finishes';
  test(`${name} when the old token is revoked: ${end}`, { timeout: 120_000 }, async () => {
    const { cli, server } = await start('dp1');
    server('dp1').fault({ method: 'DELETE', path: /\/secrets\// }, fault);
    const failed = await cli('clientconfig', 'rotate', 'dp1', '--yes', '--request-timeout', '1s', '--timeout', '5s');
    server('dp1').clearFaults();
    if (name === '409') {
      assert.equal(failed.code, 0, text(failed));
      return isWhole(registered, ['dp1'], text(failed));
    }
    assert.equal(failed.code, 4, text(failed));
    assert.match(failed.stderr, /rotate --resume/);
    const resumed = await cli('clientconfig', 'rotate', '--resume', '--yes');
    assert.equal(resumed.code, 0, text(resumed));
    isWhole(registered, ['dp1'], text(resumed));
  });
}

test('a throttled write is tried again, at each write', async () => {
  const { cli, server } = await start('dp1');
  for (const at of ['cp', 'dp1'])
    for (const method of ['PUT', 'POST', 'DELETE'])
      server(at).fault({ method, path: /secrets/ }, { kind: 'status', status: 429, retryAfter: 0 });
  const rotated = await cli('clientconfig', 'rotate', 'dp1', '--yes');
  assert.equal(rotated.code, 0, text(rotated));
  for (const at of ['cp', 'dp1'])
    for (const method of ['PUT', 'POST', 'DELETE'])
      server(at).fault({ method, path: /secrets|clientconfigs/ }, { kind: 'status', status: 429, retryAfter: 0 });
  const deleted = await cli('clientconfig', 'delete', 'dp1', '--yes');
  assert.equal(deleted.code, 0, text(deleted));
});

test('two people rotate at once: one wins, the other gets a conflict, nothing is mixed', async () => {
  const { cli } = await start('dp1', 'dp2');
  const both = await Promise.all([1, 2].map(() => cli('clientconfig', 'rotate', '--all', '--yes')));
  const codes = both.map(({ code }) => code).sort();
  assert.ok(codes[0] === 0, both.map(text).join('\n---\n'));
  if (codes[1] !== 0) assert.match(both.map(({ stderr }) => stderr).join(''), /409|under way|taken over/);
  isWhole(registered, ['dp1', 'dp2'], both.map(text).join('\n---\n'));
});

test('the operator does not come back: the old credentials are restored and it says so', async () => {
  const { cli, operator, storedToken } = await start('dp1');
  const old = storedToken('dp1');
  await operator.stop();
  const failed = await cli('clientconfig', 'rotate', 'dp1', '--yes', '--timeout', '1s');
  assert.equal(failed.code, 4, text(failed));
  assert.match(failed.stderr, /restored Secret .*the old credentials were restored/s);
  assert.equal(storedToken('dp1'), old);
  isWhole(registered, ['dp1'], text(failed));
});

test('deleted while the operator is waited for, it does not say that anything was restored', async () => {
  const { cli, operator, server } = await start('dp1');
  await operator.stop();
  let writes = 0;
  let deletion: Promise<Run> | undefined;
  server('cp').onRequest(({ method, path }) => {
    if (method === 'PUT' && path.endsWith('/secrets/dp1-config') && ++writes === 2)
      deletion = cli('clientconfig', 'delete', 'dp1', '--yes');
  });
  const rotated = await cli('clientconfig', 'rotate', 'dp1', '--yes', '--timeout', '5s');
  const deleted = await deletion;
  assert.equal(deleted?.code, 0, text(rotated));
  assert.equal(rotated.code, 4, text(rotated));
  assert.doesNotMatch(text(rotated), /credentials were restored/);
  assert.match(rotated.stderr, /left Secret .*the old credentials of k8ssandra-operator\/dp1 were not restored/s);
  assert.deepEqual(liveTokens(server('dp1')), [], text(rotated));
});

test('a token that is not ours, or that another ClientConfig uses, is never revoked', async () => {
  const { cli, server, storedToken } = await start('dp1');
  const [ours] = server('dp1').list('', 'secrets');
  assert.ok(ours);
  server('dp1').put('', 'secrets', { ...ours, metadata: { ...ours.metadata, labels: {} } });
  const old = storedToken('dp1');
  const rotated = await cli('clientconfig', 'rotate', 'dp1', '--yes');
  assert.equal(rotated.code, 0, text(rotated));
  assert.match(rotated.stderr, /left the old token of dp1/);
  assert.ok(liveTokens(server('dp1')).includes(old));
  assert.notEqual(storedToken('dp1'), old);
});

test('refuses without writing: a new token that would not carry the operator, a rotation under way, no --yes in a pipe', async () => {
  const { cli, server, storedToken } = await start('dp1');
  const old = storedToken('dp1');
  const piped = await cli('clientconfig', 'rotate', 'dp1');
  assert.equal(piped.code, 2, text(piped));
  assert.match(piped.stderr, /--yes/);
  server('dp1').drop('stargates');
  const refused = await cli('clientconfig', 'rotate', 'dp1', '--yes');
  assert.equal(refused.code, 4, text(refused));
  assert.match(refused.stderr, /would not carry the operator/);
  isWhole(registered, ['dp1'], text(refused));
  assert.equal(storedToken('dp1'), old);
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.ok(secret);
  server('cp').put('', 'secrets', {
    ...secret,
    metadata: {
      ...secret.metadata,
      annotations: {
        ...secret.metadata.annotations,
        'cli.k8ssandra.io/rotation': JSON.stringify({
          run: 'another',
          startedAt: '2026-01-01T00:00:00Z',
          phase: 'claimed',
          to: `${namespace}/b`,
        }),
      },
    },
  });
  const busy = await cli('clientconfig', 'rotate', 'dp1', '--yes');
  assert.equal(busy.code, 4, text(busy));
  assert.match(busy.stderr, /under way since 2026-01-01.*--resume/s);
  assert.equal(tokenIn(server('cp').get('', 'secrets', namespace, 'dp1-config') ?? secret), old);
});

test('bad input: one clear line, a fix, exit 2', async () => {
  const { cli } = await start('dp1');
  for (const args of [
    [],
    ['nobody'],
    ['dp1', '--all'],
    ['dp1', '--timeout', 'soon'],
    ['dp1', '--allow', 'everything'],
    ['--all', '--from-context', 'x'],
  ]) {
    const ran = await cli('clientconfig', 'rotate', ...args);
    assert.equal(ran.code, 2, `${args.join(' ')}: ${text(ran)}`);
    assert.match(ran.stderr, /^error: .+\nfix: {3}.+\n$/);
  }
});
