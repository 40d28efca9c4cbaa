import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { startWorld, type World } from '../sandbox/world.ts';
import { printedOn } from './support/printed.ts';
import { program } from './support/run.ts';

let world: World;
before(async () => {
  world = await startWorld(['dp1']);
});
after(() => world.stop());

test('Ctrl-C after any API call of a create leaves nothing behind or everything done, and exits 130 or 0', async () => {
  const secrets = () =>
    Object.values(world.servers)
      .flatMap(server => server.list('', 'secrets').length)
      .reduce((a, b) => a + b, 0);
  for (let calls = 1; ; calls++) {
    let seen = 0;
    let interrupt = (): void => undefined;
    for (const server of Object.values(world.servers)) {
      server.onRequest(() => {
        if (++seen === calls) interrupt();
      });
    }
    const [command, first] = program();
    const child = spawn(
      command,
      [...first, 'clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--kubeconfig', world.kubeconfig],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    interrupt = () => child.kill('SIGINT');
    const stderr = printedOn(child.stderr);
    const [code] = (await once(child, 'close')) as [number | null];
    const whole = world.servers['cp']?.list('config.k8ssandra.io', 'clientconfigs').length === 1;
    assert.ok(code === 130 || (code === 0 && whole), `call ${calls}: exit ${code}: ${stderr()}`);
    assert.equal(secrets(), whole && code === 0 ? 2 : 0, `call ${calls}: ${stderr()}`);
    if (seen < calls) break;
    world.reset();
  }
});
