import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Asked } from '../sandbox/api/server.ts';
import { namespace } from '../sandbox/world.ts';
import { runInProcess } from './support/in-process.ts';
import {
  type Command,
  type Halting,
  interleaveAll,
  isOurs,
  isWrite,
  liveIn,
  type Pair,
  pairs,
  type Start,
  startsOf,
  type Turn,
  takeTurns,
  withKubeconfig,
} from './support/racing.ts';
import { randomOf } from './support/random.ts';
import { type Registered, startRegistered } from './support/registered.ts';

const admin = { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'], rules: 'all' } as const;
let registered: Registered;
let track: Halting;
before(async () => {
  registered = await startRegistered(['dp1'], { inProcess: true });
  const { server, cli, world } = registered;
  const exported = join(world.folder, 'export.yaml');
  await cli('clientconfig', 'update', 'dp1', '--yes', '--tls-server-name', 'localhost');
  const { stdout } = await cli('clientconfig', 'export', '--with-secrets');
  assert.match(stdout, /kind: Secret/);
  writeFileSync(exported, stdout, { mode: 0o600 });
  const own = (plural: string, group = '') =>
    server('cp')
      .list(group, plural)
      .filter(({ metadata }) => metadata.namespace === namespace);
  const kubeconfigs = { one: world.kubeconfig, other: join(world.folder, 'other.yaml') };
  const tokens = Object.values(world.servers).map(({ adminToken }) => adminToken);
  const text = readFileSync(world.kubeconfig, 'utf8');
  writeFileSync(
    kubeconfigs.other,
    tokens.reduce((all, token) => all.replaceAll(token, `other-${token}`), text),
    { mode: 0o600 },
  );
  const gates: ((asked: Asked) => Promise<unknown> | undefined)[] = [];
  for (const one of Object.values(world.servers)) {
    one.hold(async asked => {
      for (const gate of gates) await gate(asked);
    });
  }
  const made = () => server('dp1').list('', 'secrets').filter(isOurs);
  track = {
    cli: args => cli(...args),
    exported,
    name: 'dp1',
    tlsName: 'localhost',
    reset: async start => {
      await registered.reset();
      for (const one of Object.values(world.servers)) one.addToken(`other-${one.adminToken}`, admin);
      if (start === 'registered') return;
      for (const [group, plural] of [
        ['config.k8ssandra.io', 'clientconfigs'],
        ['', 'secrets'],
      ] as const)
        for (const { metadata } of own(plural, group)) server('cp').remove(group, plural, namespace, metadata.name);
      if (start === 'nothing')
        for (const { metadata } of made()) server('dp1').remove('', 'secrets', metadata.namespace ?? '', metadata.name);
    },
    clientConfigs: async () => own('clientconfigs', 'config.k8ssandra.io'),
    secrets: async () => withKubeconfig(own('secrets')),
    as: user => (args, interrupted) =>
      runInProcess(
        [...args, '--kubeconfig', kubeconfigs[user], '--request-timeout', '30s'],
        interrupted === undefined ? {} : { interrupted },
      ),
    kill: async (args, write) => (await registered.cutAfter(write, 'SIGKILL', args, isWrite)).code === null,
    onCall: gate => {
      gates.push(({ authorization = '', ...call }) => {
        const own = authorization.replace(/^Bearer (other-)?/, '');
        const user = authorization.startsWith('Bearer other-') ? 'other' : 'one';
        return gate(tokens.includes(own) ? user : undefined, call);
      });
    },
    release: () => void gates.splice(0),
    tokens: async () => made().flatMap(liveIn),
  };
});
after(() => registered.stop());

/** `npm run races` tries all the meetings of two, in turns between their writes, with Ctrl-C and after a kill: more than is worth its time in the suite. */
const thorough = process.env['RACES'] !== undefined;
const only = process.env['PAIRS']?.split(',');
const chosen = pairs.filter(pair => only === undefined || only.includes(pair.join('-')));
const everyOrder = chosen.flatMap(([one, other]) =>
  one === other ? [[one, other] as const] : [[one, other] as const, [other, one] as const],
);
for (const pair of everyOrder)
  test(`${pair[1]} before each write of ${pair[0]}`, { timeout: 300_000 }, async () => {
    let meetings = 0;
    for (const start of startsOf(pair)) meetings += await interleaveAll(track, pair, start, { whole: !thorough });
    assert.ok(meetings > 0);
  });

/** In turns that a seed draws: the same ones each time. */
const rounds = Number(process.env['RACES'] ?? 5);
const seed = Number(process.env['SEED'] ?? 1);
for (const [index, pair] of chosen.entries())
  test(`${pair.join(' and ')} in turns`, { timeout: 600_000 }, async () => {
    const random = randomOf(seed * 1000 + index);
    for (let round = 0; round < rounds; round++) {
      const turns = [1 + random(30), ...Array.from({ length: random(7) }, () => 1 + random(8))];
      const starts = startsOf(pair);
      await takeTurns(track, random(2) === 0 ? pair : [pair[1], pair[0]], turns, starts[round % starts.length] ?? starts[0]);
    }
  });

test('a run that takes back what a deletion holds leaves it to that deletion, which has just let it go', async () => {
  for (const [one, start] of [
    ['import', 'exported'],
    ['create', 'nothing'],
  ] as const) {
    let isHeld = false;
    const [, deleted] = await takeTurns(
      track,
      [one, 'delete'],
      [
        ({ method, path }) => method === 'POST' && path.endsWith('/clientconfigs'),
        ({ method, path }) => {
          isHeld ||= method === 'PUT' && path.includes('/secrets/');
          return isHeld && method === 'GET' && path.includes('/clientconfigs');
        },
        ({ method, path }) => method === 'DELETE' && path.includes('/clientconfigs/'),
        ({ method, path }) => method === 'PUT' && path.includes('/secrets/'),
      ],
      start,
    );
    assert.match(deleted?.ran.stdout ?? '', /deleted Secret/);
  }
});

test('what another run has changed since is not taken back', async () => {
  for (const [one, start] of [
    ['import', 'exported'],
    ['create', 'nothing'],
  ] as const)
    for (const other of ['rename', 'update', 'rotate'] as const) {
      let isNamed = false;
      const afterNaming: Turn = ({ method, path }) => {
        const was = isNamed;
        isNamed ||= method === 'POST' && path.endsWith('/clientconfigs');
        return was && method === 'GET';
      };
      const [, changed] = await takeTurns(track, [one, other], [afterNaming], start);
      assert.equal(changed?.ran.code, 0, changed?.ran.stderr);
    }
});

for (const interrupted of thorough ? (['one', 'other'] as const) : [])
  for (const pair of everyOrder)
    test(`Ctrl-C in the ${interrupted === 'one' ? pair[0] : pair[1]} of ${pair.join(' and ')}`, { timeout: 300_000 }, async () => {
      for (const start of startsOf(pair)) await interleaveAll(track, pair, start, { interrupted });
    });

/** What was killed, from where, and who comes at once to finish it. */
const killings: readonly (readonly [Command, Start, readonly Pair[]])[] = [
  [
    'rotate',
    'registered',
    [
      ['resume', 'resume'],
      ['resume', 'rotate'],
      ['rotate', 'resume'],
      ['resume', 'delete'],
      ['delete', 'resume'],
    ],
  ],
  [
    'delete',
    'registered',
    [
      ['delete', 'delete'],
      ['delete', 'create'],
      ['create', 'delete'],
      ['delete', 'import'],
      ['import', 'delete'],
    ],
  ],
  ['create', 'nothing', [['create', 'create']]],
  ['import', 'exported', [['import', 'import']]],
  ['rename', 'registered', [['rename', 'rename']]],
];
for (const [name, start, finishers] of killings)
  for (const pair of thorough ? finishers : finishers.slice(0, 1))
    test(`${pair.join(' and ')} at once after each write of a ${name} that was killed`, { timeout: 300_000 }, async () => {
      let after = 1;
      while ((await interleaveAll(track, pair, start, { killed: { name, after }, whole: !thorough })) > 0) after++;
      assert.ok(after > 1);
    });
