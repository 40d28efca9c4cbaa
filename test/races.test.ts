import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { liveTokens, type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

let registered: Registered;
let restore: readonly (() => void)[];
before(async () => {
  registered = await startRegistered(['dp1']);
  restore = Object.values(registered.world.servers).map(one => one.snapshot());
});
after(() => registered.stop());
const text = ({ code, stdout, stderr }: Run): string => `exit ${code}\n${stdout}${stderr}`;

const commands = {
  create: ['create', '--from-context', 'dp1', '--allow', 'loopback'],
  rotate: ['rotate', 'dp1', '--yes', '--timeout', '20s'],
  delete: ['delete', 'dp1', '--yes'],
} as const;
const rounds = Number(process.env['RACES'] ?? 3);
/** A credential that is stored, is alive and is the only one; or nothing of it anywhere. */
const isRight = (said: string): void => {
  const { server, storedToken } = registered;
  const config = server('cp').get('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
  assert.equal(config === undefined, secret === undefined, `the ClientConfig and its Secret go together\n${said}`);
  if (secret === undefined) return assert.deepEqual(liveTokens(server('dp1')), [], `nothing live is left\n${said}`);
  assert.deepEqual(liveTokens(server('dp1')), [storedToken('dp1')], `one live token, the stored one\n${said}`);
  const { annotations = {}, labels = {} } = secret.metadata;
  assert.equal(annotations['cli.k8ssandra.io/rotation'], undefined, said);
  assert.equal(labels['cli.k8ssandra.io/deleting'], undefined, said);
};

for (const [one, other] of [
  ['create', 'delete'],
  ['rotate', 'delete'],
  ['create', 'rotate'],
  ['rotate', 'rotate'],
  ['delete', 'delete'],
] as const)
  test(`${one} and ${other} at once: the end is right, and the loser says why`, { timeout: 300_000 }, async () => {
    const { cli, server } = registered;
    for (let round = 0; round < rounds; round++) {
      for (const again of restore) again();
      const { put, list } = server('cp');
      for (const config of list('config.k8ssandra.io', 'clientconfigs'))
        put('config.k8ssandra.io', 'clientconfigs', { ...config, metadata: { ...config.metadata, annotations: {} } });
      const both = await Promise.all(
        [commands[one], commands[other]].map(async (args, index) => {
          await new Promise(later => setTimeout(later, index * ((round * 37) % 150)));
          return cli('clientconfig', ...args);
        }),
      );
      const said = `round ${round}: ${both.map(text).join('---\n')}`;
      isRight(said);
      assert.ok(
        both.some(({ code }) => code === 0),
        said,
      );
      for (const { code, stderr } of both) if (code !== 0) assert.match(stderr, /^error: .{10,}\nfix: {3}.{5,}$/m, said);
    }
  });
