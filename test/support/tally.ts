import type { Command, Pair, Ran, Runner } from './racing.ts';
import { randomOf } from './random.ts';

/** What became of the rounds of every pair. */
export interface Tally {
  /** Both of a pair, in this round of a row of rounds so far apart that in all of them the one meets the other at every stage. */
  readonly apart: (pair: Pair, round: number) => readonly Runner[];
  /** the same of any number, each begun within the time that the longest of them is busy; some with Ctrl-C */
  readonly scattered: (names: readonly Command[], round: number, interrupted?: Command) => readonly Runner[];
  readonly add: (what: string, met: readonly Ran[]) => void;
  /** what has become of them, in columns, and below what the losers said */
  readonly table: () => string;
}
/** Milliseconds that a command is taken to last before it has been seen to end. */
const guess = 800;
/** A rotation waits for some ten seconds until its old token is dead: of those most rounds need none. */
const busy = 1500;

export const makeTally = (): Tally => {
  const seen = new Map<string, (readonly Ran[])[]>();
  const lengths = new Map<Command, number[]>();
  const length = (name: Command, round: number): number => {
    const all = (lengths.get(name) ?? []).toSorted((a, b) => a - b);
    const median = all[all.length >> 1] ?? guess;
    return round % 4 === 3 ? median : Math.min(median, busy);
  };
  return {
    apart: ([one, other], round) => {
      // Steps of the golden section leave no two rounds of any number near each other. Most are nearly at once: the moments between what
      // both have read and what both write are short.
      const part = ((round * 0.618034 + 0.5) % 1) * 2 - 1;
      const late = Math.round(part * part * 1.1 * length(part > 0 ? one : other, round));
      return [
        { name: one, after: part > 0 ? 0 : late },
        { name: other, after: part > 0 ? late : 0 },
      ];
    },
    scattered: (names, round, interrupted) => {
      const random = randomOf([...names.join()].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), round));
      const longest = Math.max(...names.map(name => length(name, 0)));
      return names.map((name, at) => ({
        name,
        after: random(longest),
        ...(at === 0 && name === interrupted ? { interrupted: Math.round(length(name, round) / 4) + random(length(name, round)) } : {}),
      }));
    },
    add: (what, met) => {
      seen.set(what, [...(seen.get(what) ?? []), met]);
      for (const { name, ran, from, to } of met) if (ran.code === 0) lengths.set(name, [...(lengths.get(name) ?? []), to - from]);
    },
    table: () => {
      const rows = [...seen].map(([what, rounds]) => [what, ...counts(rounds)]);
      const said = [...seen].flatMap(([what, rounds]) => [what, ...reasons(rounds).map(line => `  ${line}`)]);
      return [...columns([['who is ok', 'rounds', 'met', 'all', '1st', '2nd', '3rd', 'nobody'], ...rows]), '', ...said].join('\n');
    },
  };
};
const counts = (rounds: readonly (readonly Ran[])[]): readonly string[] => {
  const many = (which: (round: readonly Ran[]) => boolean): string => String(rounds.filter(which).length);
  const well = (round: readonly Ran[]): number => round.filter(({ ran }) => ran.code === 0).length;
  return [
    String(rounds.length),
    many(round => round.every(one => round.every(other => one.from < other.to))),
    many(round => well(round) === round.length),
    ...[0, 1, 2].map(at => many(round => round[at]?.ran.code === 0 && well(round) < round.length)),
    many(round => well(round) === 0),
  ];
};
/** Each loser's exit code and first words, and in how many rounds; they tell at which stage it met the other. */
const reasons = (rounds: readonly (readonly Ran[])[]): readonly string[] => {
  const many = new Map<string, number>();
  for (const { name, ran } of rounds.flat()) {
    if (ran.code === 0) continue;
    const why = /^error: (.*)$/m.exec(ran.stderr)?.[1] ?? 'interrupted';
    const line = `${name}, exit ${ran.code}: ${plain(why)}`;
    many.set(line, (many.get(line) ?? 0) + 1);
  }
  return [...many].sort(([, a], [, b]) => b - a).map(([line, count]) => `${String(count).padStart(3)} x ${line}`);
};
/** Without what differs from round to round. */
const plain = (why: string): string =>
  why
    .replace(/\b[\w-]+\/[\w-]+\b/g, '...')
    .replace(/ since \S+T\S+Z| on (secrets|clientconfigs)\S* .*/g, '')
    .slice(0, 140);
const columns = (rows: readonly (readonly string[])[]): readonly string[] =>
  rows.map(row => row.map((cell, at) => (at === 0 ? cell.padEnd(46) : cell.padStart(8))).join(''));
