import { describe, UserError } from './base/errors.ts';
import { realIO } from './base/io.ts';

const main = async (): Promise<void> => {
  const io = realIO();
  const args = process.argv.slice(2);
  try {
    if (args[0] === '__complete') await (await import('./cli/completion/run.ts')).runCompletion(io, args.slice(1));
    else await (await import('./cli/run.ts')).runCli(io, args);
  } catch (error) {
    if (io.interrupted.aborted) {
      io.err('interrupted\n');
      io.exit(130);
      // Whatever still holds the process, as a plugin that does not listen, holds it no longer.
      setTimeout(() => process.exit(130), 100).unref();
      return;
    }
    io.err(describe(error));
    io.exit(error instanceof UserError ? error.exitCode : 4);
  }
};
void main();
