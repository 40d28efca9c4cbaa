import { parentPort, workerData } from 'node:worker_threads';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { type Baseline, baselinesIn, type Case, caseOf, type Finding, siteOf, tryCase, unreadableCases } from './cases.ts';
import { type FuzzWorld, startFuzzWorld } from './world.ts';

/** What a worker is asked for, and tells: the ids of what is under way, so that a hang has a name. */
export interface Task {
  readonly seed: number;
  /** of all cases that the seed makes, this share of so many */
  readonly count: number;
  readonly share: readonly [part: number, of: number];
  /** one case alone */
  readonly only?: string;
  readonly worlds: number;
  /** where they write */
  readonly folder: string;
}
export type Told =
  | { readonly began: string }
  | { readonly ended: string; readonly findings: readonly Finding[] }
  | { readonly done: string | undefined };

const { seed, count, share, worlds, folder, only } = workerData as Task;
const tell = (told: Told): void => parentPort?.postMessage(told);
const underWay = new Set<string>();
const uncaught = (error: unknown): void => {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const id = [...underWay].join(' or ');
  tell({ ended: '', findings: [{ site: `uncaught: ${siteOf(stack)}`, id, what: 'an error that nobody caught', said: stack }] });
};
process.on('uncaughtException', uncaught);
process.on('unhandledRejection', uncaught);

const work = async (world: FuzzWorld, queue: Iterable<Case>): Promise<void> => {
  for (const one of queue) {
    tell({ began: one.id });
    underWay.add(one.id);
    const findings = await tryCase(world, one);
    underWay.delete(one.id);
    tell({ ended: one.id, findings });
  }
};
/** All that is wholly unreadable first, then as many random changes as make up the number. */
const casesOf = function* (baselines: readonly Baseline[]): Generator<Case> {
  const whole = unreadableCases(baselines);
  const [part, of] = share;
  for (let index = 0; index < count; index++) {
    if (index % of !== part) continue;
    const one = whole[index] ?? caseOf(baselines, seed, index);
    if (only === undefined || one.id === only) yield one;
  }
};
const authority = await makeAuthority();
const all = await Promise.all(Array.from({ length: worlds }, () => startFuzzWorld(authority, folder)));
try {
  const [first] = all;
  const baselines = first === undefined ? [] : await baselinesIn(first);
  const queue = casesOf(baselines);
  await Promise.all(all.map(world => work(world, queue)));
  await Promise.all(all.map(world => world.stop()));
  tell({ done: undefined });
} catch (error) {
  tell({ done: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
