import type { CommandLine } from '../base/advice.ts';
import { printable, UserError, usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';

/** Asks for a yes on a tty. In a pipe nobody can answer, so it refuses and names what says yes; exit 2. */
export const confirm = async (io: IO, question: string, yes: boolean, says: CommandLine | undefined): Promise<void> => {
  if (yes) return;
  refuseWithoutTty(io, question, says);
  const answer = await io.ask(`${printable(question)} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('not confirmed: nothing was written', 'answer y, or pass --yes', 4);
};
/** Asks for a word to be typed in full, where a slip would be dear. */
export const confirmTyped = async (io: IO, question: string, word: string, says: CommandLine | undefined): Promise<void> => {
  refuseWithoutTty(io, question, says);
  const answer = await io.ask(`${printable(question)}\ntype ${printable(word)} to confirm: `);
  if (answer.trim() !== word) throw new UserError('not confirmed: nothing was written', `type ${word}, or pass --yes`, 4);
};
const refuseWithoutTty = (io: IO, question: string, says: CommandLine | undefined): void => {
  if (io.stdinTty && io.stderrTty) return;
  throw usage(`${question} There is no terminal to ask on, and nothing was written`, says ?? 'pass --yes');
};
