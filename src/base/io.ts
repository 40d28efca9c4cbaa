import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { isatty } from 'node:tty';
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
  readonly readFile: (path: string) => string;
  readonly readStdin: () => string;
  /** what stands at a path, a link not followed */
  readonly look: (path: string) => { readonly kind: 'file' | 'folder' | 'link' | 'other'; readonly bytes: number };
  /** the names in a folder */
  readonly list: (path: string) => readonly string[];
  /** the path with every link followed */
  readonly realPath: (path: string) => string;
  /** one line that a person types; the question goes to stderr. Only on a tty */
  readonly ask: (question: string) => Promise<string>;
  /** a file of mode 0600, whole or not at all; throws EEXIST, and ELOOP for a symbolic link */
  readonly writePrivate: (path: string, text: string, overwrite: boolean) => void;
  readonly now: () => number;
  /** aborted on the first Ctrl-C; a second one ends the process */
  readonly interrupted: AbortSignal;
  /** whether nobody reads standard output any more, as behind `| head -1` */
  readonly readerGone: () => boolean;
  readonly exit: (code: number) => void;
  /** prints this and ends the process, whatever else is under way: for an answer that has a time limit */
  readonly end: (text: string) => void;
}

/** The real one. `exit` sets `process.exitCode`, so that a pipe gets all it was sent; only a second Ctrl-C and `end` leave at once. */
export const realIO = (): IO => {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error('interrupted'));
  };
  let gone = false;
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
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
    env: process.env,
    home: homeFolder(),
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
    readFile: path => textOf(readFileSync(path)),
    readStdin: () => textOf(readFileSync(0)),
    look: path => {
      const found = lstatSync(path);
      return {
        kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other',
        bytes: found.size,
      };
    },
    list: path => readdirSync(path),
    realPath: path => realpathSync(path),
    ask: async question => {
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      // The terminal is in raw mode, so Ctrl-C comes as a key and not as a signal; Ctrl-D is an answer of nothing.
      lines.on('SIGINT', interrupt);
      const ended = new Promise<string>(done => lines.once('close', () => done('\n')));
      try {
        const answer = await Promise.race([lines.question(question, { signal: controller.signal }), ended]);
        if (answer === '\n') process.stderr.write('\n');
        return answer;
      } finally {
        lines.close();
      }
    },
    writePrivate,
    now: Date.now,
    interrupted: controller.signal,
    readerGone: () => gone,
    exit: code => {
      process.exitCode = code;
    },
    end: text => {
      process.stdout.write(text, () => process.exit(0));
    },
  };
};

/** As Go's HomeDir: empty where neither the environment nor the system's table of users knows one, as for the uid of a container. */
const homeFolder = (): string => {
  try {
    return homedir();
  } catch {
    return '';
  }
};

/** Written beside its place and moved there, so that nobody sees half of it; a link is neither followed nor replaced. */
const writePrivate = (path: string, text: string, overwrite: boolean): void => {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw Object.assign(new Error('symbolic link'), { code: 'ELOOP' });
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (overwrite) renameSync(temporary, path);
    // A hard link fails where the name is taken, which a rename would not.
    else linkSync(temporary, path);
  } finally {
    if (lstatSync(temporary, { throwIfNoEntry: false }) !== undefined) unlinkSync(temporary);
  }
};
