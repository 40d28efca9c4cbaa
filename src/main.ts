import { describe, folderGone, UserError } from './base/errors.ts';
import { realIO } from './base/io.ts';
import { leave } from './base/leave.ts';
import { start } from './commands/start.ts';

const main = async (): Promise<void> => {
  const io = realIO();
  try {
    await start(io, process.argv.slice(2));
  } catch (fault) {
    const error = folderGone(fault) ?? fault;
    if (io.interrupted.aborted) {
      io.err('interrupted\n');
      io.exit(130);
      // Whatever still holds the process, as a plugin that does not listen, holds it no longer.
      setTimeout(() => leave(130), 100).unref();
      return;
    }
    io.err(describe(error));
    io.exit(error instanceof UserError ? error.exitCode : 4);
  }
  // Once all of it is written, and what went wrong with that is heard: Node would take its heap apart for nobody, and wait for what nobody waits for.
  process.stdout.write('', () => process.stderr.write('', () => setImmediate(() => leave(Number(process.exitCode ?? 0)))));
};
void main();
