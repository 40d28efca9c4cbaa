import { runCli } from './cli.ts';
import { describe, UserError } from './errors.ts';
import { realIO } from './io.ts';

const main = async (): Promise<void> => {
  const io = realIO();
  try {
    await runCli(io, process.argv.slice(2));
  } catch (error) {
    if (io.interrupted.aborted) {
      io.err('interrupted\n');
      io.exit(130);
      return;
    }
    io.err(describe(error));
    io.exit(error instanceof UserError ? error.exitCode : 4);
  }
};
void main();
