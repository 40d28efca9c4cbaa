import { describe, UserError } from '../../src/base/errors.ts';
import { type IO, realIO } from '../../src/base/io.ts';
import { start } from '../../src/commands/start.ts';
import { type CheckJson, jsonOf, type Run } from './run.ts';

// What the bundler writes into the program.
Object.assign(globalThis, { __VERSION__: '0.0.0', __COMMIT__: 'unknown' });
const real = realIO([]);
const plain = {
  env: { LANG: 'C.UTF-8' },
  home: '/nonexistent',
  stdoutTty: false,
  stderrTty: false,
  stdinTty: false,
  columns: undefined,
} as const;

/** What main.ts does, without a process of its own: the same commands, the same connections, and what was printed. */
export const runInProcess = async (args: readonly string[], changes: Partial<IO> = {}): Promise<Run> => {
  let stdout = '';
  let stderr = '';
  let code: number = 0;
  const io: IO = {
    ...real,
    ...plain,
    interrupted: new AbortController().signal,
    readerGone: () => false,
    out: text => {
      stdout += text;
    },
    err: text => {
      stderr += text;
    },
    exit: status => {
      code = status;
    },
    end: (text, status = 0) => {
      stdout += text;
      code = status;
    },
    ...changes,
  };
  try {
    await start(io, args);
  } catch (error) {
    stderr += io.interrupted.aborted ? 'interrupted\n' : describe(error);
    code = io.interrupted.aborted ? 130 : error instanceof UserError ? error.exitCode : 4;
  }
  return { code, stdout, stderr };
};
/** As `run` of run.ts. */
export const runHere = (args: readonly string[], env: Readonly<Record<string, string>> = {}, input = ''): Promise<Run> =>
  runInProcess(args, { env: { ...plain.env, ...env }, readStdin: async () => input });
export const runJsonHere = async (args: readonly string[]): Promise<Run & { readonly json: CheckJson }> => jsonOf(await runHere(args));
