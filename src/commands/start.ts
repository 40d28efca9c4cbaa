import type { IO } from '../base/io.ts';
import { program } from './index.ts';

/** What the program does with its arguments: one command, or the completion of a line that a shell asks for. */
export const start = async (io: IO, args: readonly string[]): Promise<void> => {
  if (args[0] !== '__complete') return (await import('../cli/run.ts')).runCli(io, program, args);
  const [{ runCompletion }, { offersOf }] = await Promise.all([import('../cli/completion/run.ts'), import('./completion/offers.ts')]);
  return runCompletion(io, program, args.slice(1), offersOf);
};
