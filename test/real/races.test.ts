import { after, before, test } from 'node:test';
import { type Lanes, startLanes } from '../support/lanes.ts';
import { pairs, race } from '../support/racing.ts';
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

test('two at once on real API servers: the end is whole, what was said is true, and the loser says why', { concurrency: true }, t =>
  Promise.all(
    chosen.map(pair =>
      t.test(pair.join(' and '), async () => {
        const round = (_: unknown, index: number): Promise<void> =>
          lanes.within(async lane => tally.add(pair.join(' and '), await race(lane, tally.apart(pair, index), index)));
        await Promise.all(Array.from({ length: rounds }, round));
        if (asked !== undefined) console.log(`${pair.join(' and ')}: ${rounds} rounds`);
      }),
    ),
  ).then(() => undefined),
);
