import { printable } from '../../base/errors.ts';
import type { Program, Usage } from '../command.ts';
import { type Flags, flagOf, flagsOf, readLine, written } from '../pflag.ts';
import { allFlags, commandAt, commandPath } from '../route.ts';

/** A word that may stand there, and what it means. */
export interface Suggestion {
  readonly word: string;
  readonly describe?: string;
}
/** Cobra's directives: 4 forbids the shell to offer files, 0 lets it, 6 also sets no space behind the word. */
export interface Completion {
  readonly candidates: readonly Suggestion[];
  readonly directive: 0 | 4 | 6;
}
/** What stands on the line so far. */
export interface LineSoFar {
  /** noun and verb */
  readonly names: readonly string[];
  /** the words that are neither these nor flags */
  readonly words: readonly string[];
  /** flags by their long names with the last value of each */
  readonly flags: ReadonlyMap<string, string>;
  /** the values of the flags that all commands take; throws for one that is wrong */
  readonly globals: () => Promise<Readonly<Record<string, unknown>>>;
}
/** What a program knows of its values beside their choices and suggestions. */
export interface Offers {
  /** the value of one flag, or of one element of its list, that begins with a text; undefined when there is nothing to say */
  readonly flag: (name: string, text: string, line: LineSoFar) => Promise<Completion | undefined>;
  readonly positional: (name: string, line: LineSoFar) => Promise<readonly Suggestion[]>;
  /** the flags that take a path */
  readonly files: ReadonlySet<string>;
}

const files: Completion = { candidates: [], directive: 0 };
const noCompletion: Completion = { candidates: [], directive: 4 };
/** Those that go on as the text begins. */
export const fitting = (start: string, all: readonly (Suggestion | string)[]): Completion => ({
  candidates: all.map(one => (typeof one === 'string' ? { word: one } : one)).filter(({ word }) => word.startsWith(start)),
  directive: 4,
});
/** The part after the last separator is what is being written. */
export const lastOf = async <T extends Completion | undefined>(
  text: string,
  separator: string,
  complete: (part: string) => Promise<T>,
): Promise<T> => {
  const at = text.lastIndexOf(separator) + 1;
  const part = await complete(text.slice(at));
  return part === undefined
    ? part
    : { ...part, candidates: part.candidates.map(one => ({ ...one, word: `${text.slice(0, at)}${one.word}` })) };
};
const described = ([word, { describe }]: [string, { readonly describe: string }]): Suggestion => ({ word, describe });

/** What can stand in place of the last word of a line. */
export const complete = async (program: Program, line: readonly string[], offers: Offers): Promise<Completion> => {
  const { nouns, singles } = program;
  const last = line.at(-1) ?? '';
  const { noun, verb, names, others } = commandPath(program, line.slice(0, -1));
  const command = commandAt(program, names);
  const knownFlags = command === undefined ? allFlags(program) : flagsOf(program, command);
  const { given, words, open, end } = readLine(others, knownFlags);
  const onlyWords = end !== undefined;
  const flags = new Map([...given].map(([name, values]) => [name, values.at(-1) ?? '']));
  const soFar: LineSoFar = { names, words, flags, globals: () => globalValues(given, knownFlags) };
  const value = (name: string, text: string): Promise<Completion> => completionOf(offers, knownFlags, soFar, name, text);
  if (open !== undefined) return value(open.name, last);
  const [, flag = '', text = ''] = /^(--?[^=]+)=(.*)$/s.exec(last) ?? [];
  if (flag !== '' && !onlyWords) {
    const name = flagOf(flag, knownFlags);
    return name === undefined ? noCompletion : value(name, text);
  }
  if (last.startsWith('-') && !onlyWords) return fitting(last, flagsLeft(flags, flagsOf(program, command)));
  if (noun === undefined && onlyWords) return noCompletion;
  if (noun === undefined) return fitting(last, [...Object.entries(nouns), ...Object.entries(singles)].map(described));
  if (command !== undefined) return positionalOf(offers, command, soFar, last);
  return verb === undefined && Object.hasOwn(nouns, noun)
    ? fitting(last, Object.entries(nouns[noun]?.verbs ?? {}).map(described))
    : noCompletion;
};

/** The global flags of a line that is not finished; a flag of the command that has the name of one is not that one. */
const globalValues = async (given: ReadonlyMap<string, readonly string[]>, known: Flags): Promise<Readonly<Record<string, unknown>>> => {
  const globals = new Map([...known].filter(([, flag]) => flag.global === true));
  const { valuesOf } = await import('../parse.ts');
  return valuesOf({ given, words: [], open: undefined }, { describe: '' }, globals, '');
};
const flagsLeft = (flags: LineSoFar['flags'], known: Flags): readonly Suggestion[] =>
  [...known]
    .filter(([name, { array }]) => array === true || !flags.has(name))
    .map(([name, { describe }]) => ({ word: written(name), describe }))
    .sort((a, b) => (a.word < b.word ? -1 : 1));

const completionOf = async (offers: Offers, known: Flags, line: LineSoFar, name: string, text: string): Promise<Completion> => {
  if (offers.files.has(name)) return files;
  const { array, choices, suggestions = [] } = known.get(name) ?? {};
  const one = async (part: string): Promise<Completion> => {
    if (choices !== undefined) return fitting(part, choices);
    const completion = await offers.flag(name, part, line);
    if (completion !== undefined) return completion;
    const { candidates } = fitting(part, suggestions);
    // What ends in = goes on.
    return { candidates, directive: candidates.length > 0 && candidates.every(({ word }) => word.endsWith('=')) ? 6 : 4 };
  };
  return array === true ? lastOf(text, ',', one) : one(text);
};

const positionalOf = async (offers: Offers, { positionals = {} }: Usage, line: LineSoFar, last: string): Promise<Completion> => {
  const all = Object.entries(positionals);
  const [name, option] = all[line.words.length] ?? all.at(-1) ?? [];
  if (name === undefined || (line.words.length >= all.length && option?.array !== true)) return noCompletion;
  if (option?.choices !== undefined) return fitting(last, option.choices);
  const candidates = await offers.positional(name, line);
  return fitting(
    last,
    candidates.filter(({ word }) => !line.words.includes(word)),
  );
};

/** Candidates as cobra prints them: one a line, a tab before the description, and the directive last. */
export const protocol = ({ candidates, directive }: Completion): string =>
  `${candidates
    // A name that a line cannot hold cannot be typed either.
    .filter(({ word }) => printable(word) === word)
    .map(({ word, describe }) => `${word}${describe === undefined ? '' : `\t${printable(describe)}`}\n`)
    .join('')}:${directive}\n`;
