import { deadlineAfter } from '../base/deadline.ts';
import type { IO } from '../base/io.ts';
import type { GlobalArgs } from './global-options.ts';
import { timeLimit } from './options.ts';

/** The machine of a run that `--deadline` limits, from its first moment on. Of `--watch` each look has its own time. */
export const withDeadline = (io: IO, args: GlobalArgs & { readonly watch?: boolean | undefined }): IO => {
  if (args.deadline === undefined || args.watch === true) return io;
  const deadline = deadlineAfter(timeLimit(args.deadline, '--deadline'));
  return {
    ...io,
    deadline,
    readFile: path => io.readFile(path, deadline),
    readBytes: path => io.readBytes(path, deadline),
    readStdin: () => io.readStdin(deadline),
    ask: question => io.ask(question, deadline),
  };
};
