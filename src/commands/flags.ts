import { parseArgs } from 'node:util';
import { usage } from '../errors.ts';
import type { Usage } from './command.ts';
import { globalOptions } from './global-options.ts';

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
export const flagsOf = (usage: Usage | undefined): Flags =>
  new Map<string, Flag>([...Object.entries(globalOptions), ...Object.entries(usage?.options ?? {})]);

/** A flag as people write it: `--output`, or `-v` for a name of one letter. */
export const written = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
const shortOf = (name: string, { alias }: Flag): string | undefined => alias ?? (name.length === 1 ? name : undefined);
/** The long name of the flag that a word is (`--output`, `-o`, not `--output=json`). */
export const flagOf = (word: string, known: Flags): string | undefined => {
  if (word.startsWith('--')) return known.has(word.slice(2)) ? word.slice(2) : undefined;
  return [...known].find(([name, flag]) => word === `-${shortOf(name, flag)}`)?.[0];
};

/** A line in its parts, whether it is right or wrong. */
export interface Line {
  /** what was given for each flag, by its long name; a boolean without a value gives `true` */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** what is neither a flag nor a value */
  readonly words: readonly string[];
  /** the first word that is like a flag and is none */
  readonly unknown: string | undefined;
  /** the flag at the end whose value is still missing: its long name, and as it was written */
  readonly open: { readonly name: string; readonly as: string } | undefined;
  /** no flag can come any more, after `--` */
  readonly onlyWords: boolean;
}
/** Reads a line as kubectl does: `-o json`, `-ojson`, `-o=json`, `-Aw`, and whatever follows a flag that takes a value is that value. */
export const readLine = (args: readonly string[], known: Flags): Line => {
  const options = Object.fromEntries(
    [...known].map(([name, flag]) => {
      const short = shortOf(name, flag);
      return [name, { type: takesValue(flag) ? ('string' as const) : ('boolean' as const), ...(short === undefined ? {} : { short }) }];
    }),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<string, readonly string[]>();
  const words: string[] = [];
  let unknown: string | undefined;
  let open: Line['open'];
  let onlyWords = false;
  for (const [at, token] of tokens.entries()) {
    const answer = /^-\w=(.*)$/s.exec(args[token.index] ?? '')?.[1];
    // What parseArgs takes for a group of letters is one short flag with its value, as `-A=false`.
    if (answer !== undefined && tokens[at - 1]?.index === token.index) continue;
    if (token.kind === 'positional') words.push(token.value);
    else if (token.kind === 'option-terminator') onlyWords = true;
    else if (!known.has(token.name)) unknown ??= (args[token.index] ?? token.rawName).replace(/=.*$/s, '');
    else {
      const value = answer ?? token.value;
      if (value === undefined && takesValue(known.get(token.name))) open = { name: token.name, as: token.rawName };
      else given.set(token.name, [...(given.get(token.name) ?? []), value ?? 'true']);
    }
  }
  return { given, words, unknown, open, onlyWords };
};
export const takesValue = (flag: Flag | undefined): boolean => flag?.type !== 'boolean';

/** The values of a line that has no unknown flag, by their names. Throws one line for the first thing that is wrong. */
export const valuesOf = (
  { given, words, open }: Line,
  { positionals = {} }: Usage,
  flags: Flags,
  fix: string,
): Readonly<Record<string, unknown>> => {
  if (open !== undefined) throw usage(`${open.as} needs a value`, fix);
  const places = Object.entries(positionals);
  const several = places.at(-1)?.[1].array === true;
  const surplus = several ? [] : words.slice(places.length);
  if (surplus.length > 0) throw usage(`unexpected argument ${surplus.join(', ')}`, fix);
  const standing = places.map(([name, flag], at) => {
    const here = flag.array === true ? words.slice(at) : words.slice(at, at + 1);
    if (flag.required === true && here.length === 0) throw usage(`${name} is missing`, fix);
    return [name, valueOfAll(name, flag, here, fix)] as const;
  });
  const flagged = [...flags].map(([name, flag]) => {
    const values = given.get(name) ?? [];
    if (flag.required === true && values.length === 0) throw usage(`${written(name)} is missing`, fix);
    return [name, valueOfAll(written(name), flag, values, fix)] as const;
  });
  return Object.fromEntries([...flagged, ...standing]);
};
/** As kubectl does it: of a flag that is given twice and takes one value, the last one counts. */
const valueOfAll = (name: string, flag: Flag, texts: readonly string[], fix: string): unknown => {
  const all = texts.map(text => valueOfOne(name, flag, text, fix));
  if (all.length === 0) return flag.default;
  return flag.array === true ? all : all.at(-1);
};
/** What kubectl takes for an answer. */
const answers: Readonly<Record<string, boolean>> = { true: true, t: true, 1: true, false: false, f: false, 0: false };
const valueOfOne = (name: string, { type, choices }: Flag, text: string, fix: string): string | number | boolean => {
  if (type === 'boolean') {
    const answer = Object.hasOwn(answers, text.toLowerCase()) ? answers[text.toLowerCase()] : undefined;
    if (answer === undefined) throw usage(`${name} is true or false, not "${text}"`, fix);
    return answer;
  }
  if (choices !== undefined && !choices.includes(text)) throw usage(`${name} does not take "${text}": it takes ${choices.join(', ')}`, fix);
  if (type !== 'number') return text;
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw usage(`${name} takes a number, not "${text}"`, fix);
  return Number(text);
};
