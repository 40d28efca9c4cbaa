import { usage } from '../base/errors.ts';
import { globalOptions } from '../commands/global-options.ts';
import type { Usage } from './command.ts';

/** What one flag or positional takes: a text, unless it says otherwise. */
export interface Flag {
  readonly describe: string;
  readonly type?: 'boolean' | 'number';
  /** the short name, one letter */
  readonly alias?: string;
  readonly array?: boolean;
  readonly choices?: readonly string[];
  readonly default?: string | number;
  readonly required?: boolean;
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

/** The flags that a command takes, its own before the global ones of the same name, by their long names. */
export type Flags = ReadonlyMap<string, Flag>;
export const flagsOf = (...usages: readonly (Usage | undefined)[]): Flags =>
  new Map<string, Flag>([
    ['help', { alias: 'h', type: 'boolean', describe: 'show what the command takes' }],
    ...Object.entries(globalOptions),
    ...usages.flatMap(one => Object.entries(one?.options ?? {})),
  ]);

/** A flag as people write it: `--output`, or `-v` for a name of one letter. */
export const written = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
const byLetter = (known: Flags): ReadonlyMap<string, string> =>
  new Map([...known].flatMap(([name, { alias = name.length === 1 ? name : undefined }]) => (alias === undefined ? [] : [[alias, name]])));
/** The long name of the flag that a word is (`--output`, `-o`, not `--output=json`). */
export const flagOf = (word: string, known: Flags): string | undefined => {
  const name = word.startsWith('--') ? word.slice(2) : byLetter(known).get(word.replace(/^-/, ''));
  return word.startsWith('-') && name !== undefined && known.has(name) ? name : undefined;
};

/** A line in its parts, whether it is right or wrong. */
export interface Line {
  /** what was given for each flag, by its long name; a boolean without a value gives `true` */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** what is neither a flag nor a value */
  readonly words: readonly string[];
  /** where on the line each of these stands */
  readonly places: readonly number[];
  /** the first word that is like a flag and is none */
  readonly unknown: string | undefined;
  /** the flag at the end whose value is still missing: its long name, and as it was written */
  readonly open: { readonly name: string; readonly as: string } | undefined;
  /** where `--` stands, behind which no flag can come */
  readonly end: number | undefined;
}
/**
 * Reads a line as kubectl does (spf13/pflag flag.go parseLongArg, parseShortArg): `-o json`, `-ojson`, `-o=json`, `-Aw`, `-A=false`, and
 * whatever follows a flag that takes a value is that value. It is not node:util's parseArgs, which takes `-A=f` for a group whose last letter
 * takes the next word.
 */
export const readLine = (args: readonly string[], known: Flags): Line => {
  const letters = byLetter(known);
  const given = new Map<string, string[]>();
  const words: string[] = [];
  const places: number[] = [];
  let unknown: string | undefined;
  let open: Line['open'];
  let end: number | undefined;
  let at = 0;
  const take = (name: string, as: string, glued: string | undefined): void => {
    const value = glued ?? (known.get(name)?.type === 'boolean' ? 'true' : args[++at]);
    if (value === undefined) open = { name, as };
    else if (given.has(name)) given.get(name)?.push(value);
    else given.set(name, [value]);
  };
  const takeLetters = (word: string): void => {
    for (let rest = word.slice(1); rest !== ''; ) {
      const [letter = ''] = rest;
      const name = letters.get(letter);
      if (name === undefined) {
        unknown ??= nameOf(word);
        return;
      }
      rest = rest.slice(letter.length);
      if (rest.startsWith('=')) return take(name, `-${letter}`, rest.slice(1));
      if (known.get(name)?.type !== 'boolean') return take(name, `-${letter}`, rest === '' ? undefined : rest);
      take(name, `-${letter}`, undefined);
    }
  };
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (end === undefined && word === '--') end = at;
    else if (end !== undefined || !word.startsWith('-') || word === '-') {
      words.push(word);
      places.push(at);
    } else if (!word.startsWith('--')) takeLetters(word);
    else {
      const name = nameOf(word).slice(2);
      if (known.has(name)) take(name, `--${name}`, word.includes('=') ? word.slice(word.indexOf('=') + 1) : undefined);
      else unknown ??= nameOf(word);
    }
  }
  return { given, words, places, unknown, open, end };
};
/** A word without the value that is glued to it; the whole word when nothing is left. */
const nameOf = (word: string): string => (/^-+=/.test(word) ? word : word.replace(/=.*$/s, ''));

/** The values of a line that has no unknown flag, by their names. Throws one line for the first thing that is wrong. */
export const valuesOf = (
  { given, words, open }: Pick<Line, 'given' | 'words' | 'open'>,
  { positionals = {} }: Usage,
  flags: Flags,
  fix: string,
): Readonly<Record<string, unknown>> => {
  if (open !== undefined) throw usage(`${open.as} needs a value`, fix);
  const slots = Object.entries(positionals);
  const several = slots.at(-1)?.[1].array === true;
  const surplus = several ? [] : words.slice(slots.length);
  if (surplus.length > 0) throw usage(`unexpected argument ${surplus.join(', ')}`, fix);
  const standing = slots.map(([name, flag], at) => {
    const here = flag.array === true ? words.slice(at) : words.slice(at, at + 1);
    if (flag.required === true && here.length === 0) throw usage(`${name} is missing`, fix);
    return [name, valueOfAll(name, flag, here, fix)] as const;
  });
  const flagged = [...flags].map(([name, flag]) => {
    // An empty value of a global flag is a variable that nobody has set, and kubectl takes it for no flag at all.
    const values = (given.get(name) ?? []).filter(value => value !== '' || !globals.has(flag));
    if (flag.required === true && values.length === 0) throw usage(`${written(name)} is missing`, fix);
    return [name, valueOfAll(written(name), flag, values, fix)] as const;
  });
  return Object.fromEntries([...flagged, ...standing]);
};
const globals: ReadonlySet<Flag> = new Set(Object.values(globalOptions));
/** As kubectl does it: of a flag that is given twice and takes one value, the last one counts. */
const valueOfAll = (name: string, flag: Flag, texts: readonly string[], fix: string): unknown => {
  const all = texts.map(text => valueOfOne(name, flag, text, fix));
  if (all.length === 0) return flag.default;
  return flag.array === true ? all : all.at(-1);
};
/** What kubectl takes for an answer. */
const answers: ReadonlyMap<string, boolean> = new Map(Object.entries({ true: true, t: true, 1: true, false: false, f: false, 0: false }));
export const isTrue = (text: string | undefined): boolean => answers.get(text?.toLowerCase() ?? '') === true;
const valueOfOne = (name: string, { type, choices }: Flag, text: string, fix: string): string | number | boolean => {
  if (type === 'boolean') {
    const answer = answers.get(text.toLowerCase());
    if (answer === undefined) throw usage(`${name} is true or false, not "${text}"`, fix);
    return answer;
  }
  if (choices !== undefined && !choices.includes(text)) throw usage(`${name} does not take "${text}": it takes ${choices.join(', ')}`, fix);
  if (type !== 'number') return text;
  if (!/^\d{1,15}$/.test(text)) throw usage(`${name} takes a whole number, not "${text}"`, fix);
  return Number(text);
};
