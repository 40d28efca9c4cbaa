import type { IO } from '../../base/io.ts';
import type { Program } from '../command.ts';
import { complete, type Offers, protocol } from './complete.ts';

/** Milliseconds from the start of the process: nobody waits longer for a Tab, unless a slow network is worth it to them. */
const patienceOf = ({ file }: Program, { env }: IO): number => {
  const milliseconds = Number(env[`${file.replaceAll('-', '_').toUpperCase()}_COMPLETION_MS`]);
  return Number.isInteger(milliseconds) && milliseconds > 0 ? milliseconds : 800;
};

/** Prints what may stand there, and nothing of what went wrong: a Tab is no question. */
export const runCompletion = async (
  io: IO,
  program: Program,
  line: readonly string[],
  offersOf: (io: IO, patience: number) => Offers,
): Promise<void> => {
  const patience = patienceOf(program, io);
  const timeout = AbortSignal.timeout(Math.max(1, patience - Math.round(performance.now())));
  const gaveUp = new Promise<undefined>(done => timeout.addEventListener('abort', () => done(undefined), { once: true }));
  const offers = offersOf({ ...io, interrupted: timeout }, patience);
  const completion = await Promise.race([complete(program, line, offers).catch(() => undefined), gaveUp]);
  io.end(protocol(completion ?? { candidates: [], directive: 4 }));
};
