import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isatty } from 'node:tty';
import { firstOf } from './deadline.ts';
import type { ExitCode } from './errors.ts';
import { fileLimit, readFileBytes, readStream, type WriteOptions, writeFile } from './files.ts';
import { leave } from './leave.ts';
import { type Terminal, terminalOf } from './terminal.ts';
import { textOf } from './text.ts';

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
  /** a text of at most `fileLimit` bytes, as `readFileBytes` reads it; the deadline ends the wait for it, as Ctrl-C does */
  readonly readFile: (path: string, deadline?: AbortSignal) => Promise<string>;
  readonly readBytes: (path: string, deadline?: AbortSignal) => Promise<Uint8Array>;
  /** all of it, once: who asks again gets the same */
  readonly readStdin: (deadline?: AbortSignal) => Promise<string>;
  /** aborted when the time of the whole run is up, where a time was asked for */
  readonly deadline?: AbortSignal;
  /** what stands at a path, a link not followed */
  readonly look: (path: string) => { readonly kind: 'file' | 'folder' | 'link' | 'other'; readonly bytes: number };
  /** the names in a folder */
  readonly list: (path: string) => readonly string[];
  /** the path with every link followed */
  readonly realPath: (path: string) => string;
  /** one line that a person types; the question goes to stderr. Only on a tty */
  readonly ask: (question: string, deadline?: AbortSignal) => Promise<string>;
  readonly withTerminal: Terminal['withTerminal'];
  /** on standard error, which must be a terminal */
  readonly draw: Terminal['draw'];
  /** rows and columns of the terminal now */
  readonly size: () => { readonly rows: number; readonly columns: number };
  /** long work without a pause, in which no handler would hear a signal: meanwhile Ctrl-C ends the process as it ends any other */
  readonly compute: <T>(work: () => T) => Promise<T>;
  /** a file whole or not at all, as `writeFile` of files.ts */
  readonly writeFile: (path: string, text: string, options: WriteOptions) => void;
  readonly now: () => number;
  /** aborted on the first Ctrl-C; a second one ends the process */
  readonly interrupted: AbortSignal;
  /** whether nobody reads standard output any more, as behind `| head -1` */
  readonly readerGone: () => boolean;
  readonly exit: (code: number) => void;
  /** prints this and ends the process, whatever else is under way: for an answer that has a time limit, or was cut short */
  readonly end: (text: string, code?: ExitCode) => void;
}

/** What of this machine a connection with the user's own kubeconfig uses. */
export type Machine = Pick<IO, 'env' | 'stdinTty' | 'stderrTty' | 'readFile' | 'readBytes' | 'withTerminal'>;

/** The real one, which these signals interrupt; a terminal that goes away takes its programs with it. `exit` sets `process.exitCode`, so that a pipe gets all it was sent; only a second Ctrl-C and `end` leave at once. */
export const realIO = (signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']): IO => {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) leave(130);
    controller.abort(new Error('interrupted'));
  };
  for (const name of signals) process.on(name, interrupt);
  return {
    env: process.env,
    home: homeFolder(),
    ...screenOf(),
    ...folders,
    ...readingUntil(controller.signal, interrupt),
    ...terminalOf(
      text => process.stderr.write(text),
      () => size().columns,
    ),
    size,
    compute: async work => {
      const { aborted } = controller.signal;
      // A signal that has come already, and that nobody has heard yet, would be lost with its handler; one turn may end before it is heard.
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
      if (!aborted) controller.signal.throwIfAborted();
      for (const name of signals) process.off(name, interrupt);
      try {
        return work();
      } finally {
        for (const name of signals) process.on(name, interrupt);
      }
    },
    writeFile,
    now: Date.now,
    interrupted: controller.signal,
    exit: code => {
      process.exitCode = code;
    },
    end: (text, code = 0) => {
      process.stdout.write(text, () => leave(code));
    },
  };
};

/** What may wait for others. */
const readingUntil = (interrupted: AbortSignal, interrupt: () => void): Pick<IO, 'readFile' | 'readBytes' | 'readStdin' | 'ask'> => {
  let stdin: Promise<string> | undefined;
  return {
    readFile: async (path, deadline) => textOf(await readFileBytes(path, fileLimit, firstOf(interrupted, deadline))),
    readBytes: (path, deadline) => readFileBytes(path, fileLimit, firstOf(interrupted, deadline)),
    readStdin: deadline => {
      stdin ??= readStream(process.stdin, fileLimit, firstOf(interrupted, deadline)).then(textOf);
      return stdin;
    },
    ask: (question, deadline) => askPerson(question, firstOf(interrupted, deadline), interrupt),
  };
};

type Screen = Pick<IO, 'stdoutTty' | 'stderrTty' | 'stdinTty' | 'columns' | 'out' | 'err' | 'readerGone'>;
const screenOf = (): Screen => {
  let gone = false;
  // A reader that went away (head, less) is no failure of ours; a full disk is one of the machine.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') {
      gone = true;
      return;
    }
    process.stderr.write(`error: the output cannot be written: ${code}\nfix:   make room where it goes, and run the command again\n`);
    process.exitCode = 4;
  });
  process.stderr.on('error', () => undefined);
  return {
    stdoutTty: process.stdout.isTTY === true,
    stderrTty: process.stderr.isTTY === true,
    // process.stdin would open a stream that few commands read.
    stdinTty: isatty(0),
    // A terminal that does not know its width says 0.
    columns: process.stdout.columns || undefined,
    out: text => {
      process.stdout.write(text);
    },
    err: text => {
      process.stderr.write(text);
    },
    readerGone: () => gone,
  };
};

const folders: Pick<IO, 'look' | 'list' | 'realPath'> = {
  look: path => {
    const entry = lstatSync(path);
    return {
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other',
      bytes: entry.size,
    };
  },
  list: path => readdirSync(path),
  realPath: path => realpathSync(path),
};

const askPerson = async (question: string, signal: AbortSignal, interrupt: () => void): Promise<string> => {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is in raw mode, so Ctrl-C comes as a key and not as a signal; Ctrl-D is an answer of nothing.
  lines.on('SIGINT', interrupt);
  const endOfInput = new Promise<string>(done => lines.once('close', () => done('\n')));
  try {
    const answer = await Promise.race([lines.question(question, { signal }), endOfInput]);
    if (answer === '\n') process.stderr.write('\n');
    return answer;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    lines.close();
  }
};

const size: IO['size'] = () => ({ rows: process.stderr.rows || 24, columns: process.stderr.columns || 80 });

/** As Go's HomeDir: empty where neither the environment nor the system's table of users knows one, as for the uid of a container. */
const homeFolder = (): string => {
  try {
    return homedir();
  } catch {
    return '';
  }
};
