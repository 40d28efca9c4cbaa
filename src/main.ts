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
  await Promise.all([process.stdout, process.stderr].map(written));
  // What went wrong with that is heard first. By itself Node would take its heap apart for nobody, and wait for what nobody waits for.
  setImmediate(() => leave(Number(process.exitCode ?? 0)));
};
/** A write of nothing comes after all others; on a full disk it would be the only one that fails, and so it is not made for nothing. */
const written = (stream: NodeJS.WriteStream): Promise<void> | undefined =>
  stream.writableLength === 0 ? undefined : new Promise(done => stream.write('', () => done()));
void main();
