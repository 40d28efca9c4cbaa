import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';

/** The outside world as a value: commands get it as a parameter, a test passes another one. */
export interface IO {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly stdoutTty: boolean;
  readonly stderrTty: boolean;
  readonly stdinTty: boolean;
  readonly columns: number | undefined;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly readFile: (path: string) => string;
  readonly readStdin: () => string;
  readonly now: () => number;
  /** aborted on the first Ctrl-C; a second one ends the process */
  readonly interrupted: AbortSignal;
  readonly exit: (code: number) => void;
}

/** The real one. Sets `process.exitCode` and never calls `process.exit`, so that a pipe gets all it was sent. */
export const realIO = (): IO => {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // A reader that went away (head, less) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    env: process.env,
    home: homedir(),
    stdoutTty: process.stdout.isTTY === true,
    stderrTty: process.stderr.isTTY === true,
    stdinTty: process.stdin.isTTY === true,
    columns: process.stdout.columns,
    out: text => {
      process.stdout.write(text);
    },
    err: text => {
      process.stderr.write(text);
    },
    readFile: path => readFileSync(path, 'utf8'),
    readStdin: () => readFileSync(0, 'utf8'),
    now: Date.now,
    interrupted: controller.signal,
    exit: code => {
      process.exitCode = code;
    },
  };
};
