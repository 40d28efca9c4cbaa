import { type CommandLine, type Sentence, sentenceText, type Target } from './advice.ts';
import { invisible } from './invisible.ts';

/** 2 wrong use or unreadable input, 3 incomplete, 4 the work failed, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

/** A failure a person can act on: what and where in one line, and what to do in another. Anything else thrown is a bug. */
export class UserError extends Error {
  /** a sentence, or a command to paste */
  readonly fix: Sentence;
  readonly exitCode: ExitCode;
  /** the flag that lifts this refusal, as `--allow loopback` */
  readonly lift: string | undefined;
  /** the command of the run with more flags, where it can be run once more */
  again: ((...flags: readonly string[]) => CommandLine | undefined) | undefined;
  /** the control plane that the run had chosen when it failed: what its fix is about */
  target: Target | undefined;
  constructor(message: string, fix: Sentence | CommandLine, exitCode: ExitCode = 4, lift?: string) {
    super(message);
    this.name = 'UserError';
    this.fix = typeof fix === 'object' && 'program' in fix ? [fix] : fix;
    this.exitCode = exitCode;
    this.lift = lift;
  }
}
export const usage = (message: string, fix: Sentence | CommandLine): UserError => new UserError(message, fix, 2);

/** Node asks for the working directory wherever a path is relative, and yargs always: one that was deleted is no bug. */
export const folderGone = (error: unknown): UserError | undefined =>
  error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd'
    ? usage('the working directory does not exist any more', 'run this again in a folder that exists')
    : undefined;

/** What goes to stderr when a command fails: two lines for a UserError, a stack for a bug. */
export const describe = (error: unknown): string =>
  error instanceof UserError
    ? `error: ${printable(error.message)}\nfix:   ${printable(sentenceText(curesOf(error), error.target ?? {}))}\n`
    : `bug: ${error instanceof Error ? printable(error.stack ?? error.message, true) : printable(String(error))}\nfix:   report this at https://github.com/k8ssandra/kubectl-k8ssandra/issues\n`;

/** The cure, and for a refusal what lifts it. */
const curesOf = ({ fix, lift, again }: UserError): Sentence => {
  if (lift === undefined) return fix;
  const command = again?.(...lift.split(' '));
  return [fix, `, or add ${lift} to continue anyway`, ...(command === undefined ? [] : [': ', command])].flat();
};

/** Text that cannot control the terminal: control characters, bidi marks and line breaks become visible escapes. */
export const printable = (text: string, lines = false): string =>
  text.replace(invisible, char =>
    lines && (char === '\n' || char === '\t') ? char : `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
