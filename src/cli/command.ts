import type { IO } from '../base/io.ts';

/** What one flag or positional takes: a text, unless it says otherwise. */
export interface Flag {
  readonly describe: string;
  readonly type?: 'boolean' | 'number';
  /** other texts that mean yes or no */
  readonly meanings?: Readonly<Record<string, boolean>>;
  /** the short name, one letter */
  readonly alias?: string;
  readonly array?: boolean;
  readonly choices?: readonly string[];
  readonly default?: string | number;
  readonly required?: boolean;
  /** an empty text says something; elsewhere it is a variable that nobody has set, and is refused */
  readonly blank?: true;
  /** values that completion offers; others may be right too */
  readonly suggestions?: readonly string[];
}
type Value<F extends Flag> = F extends { choices: readonly (infer Choice)[] }
  ? Choice
  : F extends { type: 'boolean' }
    ? boolean
    : F extends { type: 'number' }
      ? number
      : string;
type Given<F extends Flag> = F extends { array: true } ? readonly Value<F>[] : Value<F>;
/** The values of flags or positionals by their names; undefined for one that is not on the line and has no default. */
export type Values<T extends Readonly<Record<string, Flag>>> = {
  readonly [Name in keyof T]: T[Name] extends { default: string | number } | { required: true }
    ? Given<T[Name]>
    : Given<T[Name]> | undefined;
};

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
/** What a command gets of a line that fits its usage, without the program's own flags. */
export type OwnArgs<T extends Usage> = ValuesOf<T['positionals']> & ValuesOf<T['options']>;

/** A usage with what it runs. Nobody waits for the modules of the other commands. */
export interface Command extends Usage {
  readonly run: (io: IO, args: never) => Promise<void>;
  /** it answers at once, and a right line of it is read without the parser */
  readonly early?: true;
}
/** Commands behind one word, as `contexts` before `check`. */
export interface Noun {
  readonly describe: string;
  readonly verbs: Readonly<Record<string, Command>>;
}
/** A whole program as data. */
export interface Program {
  /** as people call it, in one word or in two */
  readonly name: string;
  /** the file that it is */
  readonly file: string;
  readonly describe: string;
  readonly nouns: Readonly<Record<string, Noun>>;
  /** commands of one word, in the order of the help */
  readonly singles: Readonly<Record<string, Command>>;
  /** the flags that every command takes */
  readonly globals: Readonly<Record<string, Flag>>;
  /** the lines with which somebody new begins, and what each answers */
  readonly first?: readonly (readonly [line: string, what: string])[];
  /** words of other programs: the command that does it here, or what to say of it */
  readonly foreign?: Readonly<Record<string, { readonly command: string } | { readonly say: string }>>;
}
