import type { InferredOptionTypes, Options } from 'yargs';
import type { IO } from '../io.ts';
import type { GlobalArgs } from './global-options.ts';

/** What a person may write after a command. The help, completion and the parser need no more, so it stands apart from what the command does. */
export interface Usage {
  /** the name with its positionals, as in `rotate [NAME..]` */
  readonly command: string;
  readonly describe: string;
  readonly positionals?: Readonly<Record<string, Options>>;
  readonly options?: Readonly<Record<string, Options>>;
  /** command lines with `$0` for the program, and what each of them does */
  readonly examples?: readonly (readonly [line: string, what: string])[];
}
type Inferred<T> = T extends Record<string, Options> ? InferredOptionTypes<T> : unknown;
/** What a command gets of a line that fits its usage. */
export type Args<T extends Usage> = GlobalArgs & Inferred<T['positionals']> & Inferred<T['options']>;

/** A usage with what it runs. Nobody waits for the modules of the other commands. */
export interface Command extends Usage {
  readonly run: (io: IO, args: never) => Promise<unknown>;
}
/** Sees to it that a command takes what its usage gives. */
export const command = <T extends Usage>(usage: T, run: (io: IO, args: Args<T>) => Promise<unknown>): Command => ({ ...usage, run });
