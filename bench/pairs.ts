import { spawn, spawnSync } from 'node:child_process';

/** A command line, and what else stands in its environment. */
export interface Command {
  readonly name: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** of a run that did what is measured; 0 unless said */
  readonly exit?: number;
  /** undoes what a run has done, before the next */
  readonly reset?: () => Promise<void>;
}
interface Run {
  readonly ms: number;
  /** MB; absent where GNU time is */
  readonly memory?: number;
  readonly code: number | null;
}
const gnuTime = '/usr/bin/time';
const hasTime = spawnSync(gnuTime, ['-f', '%M', 'true']).status === 0;

const once = (command: Command): Promise<Run> =>
  new Promise((done, broken) => {
    const [program = '', ...args] = hasTime ? [gnuTime, '-f', 'peak %M', ...command.words] : command.words;
    const started = performance.now();
    const child = spawn(program, args, { env: { ...process.env, ...command.env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
    });
    child.on('error', broken);
    child.on('close', code => {
      const peak = /peak (\d+)\s*$/.exec(said)?.[1];
      done({ ms: performance.now() - started, code, ...(peak === undefined ? {} : { memory: Number(peak) / 1024 }) });
    });
  });

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;
const row = (name: string, runs: readonly Run[], ratio: string): void => {
  const times = sorted(runs.map(({ ms }) => ms));
  const memory = runs.flatMap(one => (one.memory === undefined ? [] : [one.memory]));
  console.log(
    [
      name.padEnd(46),
      `${median(times).toFixed(0)} ms`.padStart(9),
      `(${times[0]?.toFixed(0)}-${times.at(-1)?.toFixed(0)})`.padEnd(13),
      (memory.length === 0 ? '-' : `${median(memory).toFixed(0)} MB`).padStart(7),
      ratio,
    ].join('  '),
  );
};

/** Ours and its rivals in turn, A B A B …, so that a machine that slows down slows all of them; medians, and the ratio pair by pair. */
export const compare = async (ours: Command, rivals: readonly Command[], rounds: number): Promise<void> => {
  const all = [ours, ...rivals];
  const runs = all.map((): Run[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, command] of all.entries()) {
      const ran = await once(command);
      await command.reset?.();
      if (ran.code !== (command.exit ?? 0)) throw new Error(`${command.name.trim()} ended with ${ran.code}, and its time says nothing`);
      // The first round fills caches.
      if (round > 0) runs[index]?.push(ran);
    }
  }
  for (const [index, { name }] of all.entries()) {
    const mine = runs[0] ?? [];
    const theirs = runs[index] ?? [];
    const ratios = mine.map(({ ms }, round) => ms / (theirs[round]?.ms ?? Number.NaN));
    row(name, theirs, index === 0 ? '' : `ours is ${median(ratios).toFixed(2)} x this`);
  }
};
export const absent = (name: string, why: string): void => console.log(`${name.padEnd(46)}  not present: ${why}`);
