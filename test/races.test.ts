import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { type Halting, interrupt, pairs, race, tokensIn, withKubeconfig } from './support/racing.ts';
import { type Registered, startRegistered } from './support/registered.ts';

let registered: Registered;
let track: Halting;
before(async () => {
  registered = await startRegistered(['dp1'], { inProcess: true });
  const { server, cli, world } = registered;
  const exported = join(world.folder, 'export.yaml');
  const { stdout } = await cli('clientconfig', 'export', '--with-secrets');
  writeFileSync(exported, stdout, { mode: 0o600 });
  const own = (plural: string, group = '') =>
    server('cp')
      .list(group, plural)
      .filter(({ metadata }) => metadata.namespace === namespace);
  track = {
    cli: (...args) => cli(...args),
    exported,
    tlsName: 'localhost',
    reset: async wanted => {
      await registered.reset();
      if (wanted) return;
      const { code, stderr } = await cli('clientconfig', 'delete', 'dp1', '--yes');
      assert.equal(code, 0, stderr);
    },
    clientConfigs: async () => own('clientconfigs', 'config.k8ssandra.io'),
    secrets: async () => withKubeconfig(own('secrets')),
    beforeWrite: (write, then) => {
      let seen = 0;
      for (const one of Object.values(world.servers))
        one.hold(({ method, path }) => (method !== 'GET' && !/reviews$|\/token$/.test(path) && ++seen === write ? then() : undefined));
      return () => {
        for (const one of Object.values(world.servers)) one.hold(undefined);
      };
    },
    tokens: async () => tokensIn(server('dp1').list('', 'secrets')),
  };
});
after(() => registered.stop());

const rounds = Number(process.env['RACES'] ?? 5);
for (const [one, other] of pairs)
  test(`${one} and ${other} at once: the end is whole, what was said is true, and the loser says why`, { timeout: 300_000 }, async () => {
    for (let round = 0; round < rounds; round++) await race(track, one, other, round, (round * 17) % 60);
  });

for (const [one, other] of pairs.flatMap(([a, b]) => (a === b ? [[a, b] as const] : [[a, b] as const, [b, a] as const])))
  test(`${other} before each write of ${one}`, { timeout: 300_000 }, async () => {
    for (const registered of [true, false]) {
      let write = 1;
      while (await interrupt(track, one, other, write, registered)) write++;
    }
  });
