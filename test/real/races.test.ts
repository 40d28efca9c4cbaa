import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lane, type Lanes, startLanes } from '../support/lanes.ts';
import { type Command, pairs, type Ran, race } from '../support/racing.ts';
import { makeTally } from '../support/tally.ts';

/** `npm run races` runs RACES rounds of every pair, or of those in PAIRS, with the built program; the suite a few, in this process. */
const asked = process.env['RACES'];
const rounds = Number(asked ?? 5);
const only = process.env['PAIRS']?.split(',');
// A rotation waits ten seconds for the death of its old token, so those begin.
const chosen = pairs
  .filter(pair => only === undefined || only.includes(pair.join('-')))
  .toSorted((one, other) => Number(other.includes('rotate')) - Number(one.includes('rotate')));

const tally = makeTally();
let lanes: Lanes;
before(async () => {
  lanes = await startLanes(Number(process.env['LANES'] ?? 8), asked !== undefined);
});
after(async () => {
  await lanes?.stop();
  if (asked !== undefined) console.log(tally.table());
});

const inRounds = async (what: string, many: number, work: (lane: Lane, round: number) => Promise<readonly Ran[]>): Promise<void> => {
  const one = (round: number): Promise<void> => lanes.within(async lane => tally.add(what, await work(lane, round)));
  await Promise.all(Array.from({ length: many }, (_, round) => one(round)));
  if (asked !== undefined) console.log(`${what}: ${many} rounds`);
};
test('two at once on real API servers: the end is whole, what was said is true, and the loser says why', { concurrency: true }, async t => {
  await Promise.all(
    chosen.map(pair => {
      const what = pair.join(' and ');
      return t.test(what, () => inRounds(what, rounds, (lane, round) => race(lane, tally.apart(pair, round), round)));
    }),
  );
});

/** More than is worth its time in the suite. */
const triples: readonly (readonly [Command, Command, Command])[] = [
  ['create', 'delete', 'import'],
  ['create', 'create', 'delete'],
  ['rotate', 'rotate', 'delete'],
  ['rotate', 'delete', 'update'],
  ['rotate', 'update', 'import'],
  ['rename', 'update', 'delete'],
];
const thorough = asked !== undefined;
const fewer = Math.ceil(rounds / 2);
if (thorough)
  test('three at once, an operator that starts again, Ctrl-C in one of two', { concurrency: true }, async t => {
    const some = (what: string, names: readonly Command[], interrupted?: Command, meanwhile?: (lane: Lane) => Promise<void>) =>
      t.test(what, () =>
        inRounds(what, fewer, (lane, round) => race(lane, tally.scattered(names, round, interrupted), round, () => meanwhile?.(lane))),
      );
    const restarts = async (lane: Lane): Promise<void> => {
      await sleep(Math.random() * 1500);
      await lane.restartOperator();
    };
    await Promise.all([
      ...(only === undefined ? triples : []).map(names => some(names.join(' and '), names)),
      ...chosen.filter(pair => pair.includes('rotate')).map(pair => some(`${pair.join(' and ')} at a restart`, pair, undefined, restarts)),
      ...chosen.flatMap(([one, other]) => [
        some(`Ctrl-C in ${one}, and ${other}`, [one, other], one),
        ...(one === other ? [] : [some(`Ctrl-C in ${other}, and ${one}`, [other, one], other)]),
      ]),
    ]);
  });
