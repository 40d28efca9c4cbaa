import type { IO } from '../base/io.ts';
import type { GlobalArgs } from '../commands/global-options.ts';
import type { Flag, Values } from './flags.ts';

/** What a person may write after a command. Help, completion and the parser need no more, so it stands apart from what the command does. */
export interface Usage {
  readonly describe: string;
  /** in their order; one that takes several is the last */
  readonly positionals?: Readonly<Record<string, Flag>>;
  readonly options?: Readonly<Record<string, Flag>>;
  /** command lines with `$0` for the program, and what each of them does */
  readonly examples?: readonly (readonly [line: string, what: string])[];
}
type ValuesOf<T> = T extends Readonly<Record<string, Flag>> ? Values<T> : unknown;
/** What a command gets of a line that fits its usage. */
export type Args<T extends Usage> = GlobalArgs & ValuesOf<T['positionals']> & ValuesOf<T['options']>;

/** A usage with what it runs. Nobody waits for the modules of the other commands. */
export interface Command extends Usage {
  readonly run: (io: IO, args: never) => Promise<void>;
}
/** Sees to it that a command takes what its usage gives. */
export const command = <T extends Usage>(usage: T, run: (io: IO, args: Args<T>) => Promise<void>): Command => ({ ...usage, run });
