import { describe, UserError } from './errors.ts';
import { realIO } from './io.ts';

const main = async (): Promise<void> => {
  const io = realIO();
  const args = process.argv.slice(2);
  try {
    if (args[0] === '__complete') await (await import('./completion/run.ts')).runCompletion(io, args.slice(1));
    else await (await import('./cli.ts')).runCli(io, args);
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
