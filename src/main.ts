import { describe, UserError } from './base/errors.ts';
import { realIO } from './base/io.ts';
import { start } from './commands/start.ts';

const main = async (): Promise<void> => {
  const io = realIO();
  try {
    await start(io, process.argv.slice(2));
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
