import type { Options } from 'yargs';
import type { Usage } from './command.ts';
import { globalOptions } from './global-options.ts';

/** The flags that a command takes, its own before the global ones of the same name, by their long names. */
export type Flags = ReadonlyMap<string, Options>;
export const flagsOf = (usage: Pick<Usage, 'options'> | undefined): Flags =>
  new Map<string, Options>([...Object.entries(globalOptions), ...Object.entries(usage?.options ?? {})]);

export const takesValue = (option: Options | undefined): boolean => option !== undefined && option.type !== 'boolean';

/** The long name of the flag that a word is (`--output`, `-o`, not `--output=json`). */
export const flagOf = (word: string, known: Flags): string | undefined => {
  if (word.startsWith('--')) return known.has(word.slice(2)) ? word.slice(2) : undefined;
  if (!/^-\w$/.test(word)) return undefined;
  const short = word.slice(1);
  return known.has(short) ? short : [...known].find(([, { alias }]) => alias === short)?.[0];
};

/** A flag as people write it: `--output`, or `-v` for a name of one letter. */
export const written = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** `-ojson` as `-o json`, as kubectl reads it. */
const unglued = (word: string, known: Flags): readonly string[] => {
  const [, short = '', value = ''] = /^(-\w)([^=].*)$/s.exec(word) ?? [];
  return short !== '' && takesValue(known.get(flagOf(short, known) ?? '')) ? [short, value] : [word];
};

/** The words one by one, each value apart from its short flag, and the first word that is like a flag and is none. */
export const readFlags = (
  args: readonly string[],
  known: Flags,
): { readonly words: readonly string[]; readonly unknown: string | undefined } => {
  const words: string[] = [];
  let unknown: string | undefined;
  let isValue = false;
  for (const [index, arg] of args.entries()) {
    if (arg === '--' && !isValue) return { words: [...words, ...args.slice(index)], unknown };
    const parts: readonly string[] = isValue ? [arg] : unglued(arg, known);
    words.push(...parts);
    const [flag = ''] = parts;
    const name = flagOf(flag.replace(/=.*$/s, ''), known);
    if (!isValue && flag.length > 1 && flag.startsWith('-') && name === undefined && !isGroup(flag, known))
      unknown ??= flag.replace(/=.*$/s, '');
    isValue = !isValue && parts.length === 1 && !flag.includes('=') && takesValue(known.get(name ?? ''));
  }
  return { words, unknown };
};
/** Several flags of one letter after one dash, as `-Aw`. */
const isGroup = (word: string, known: Flags): boolean =>
  /^-\w{2,}$/.test(word) && [...word.slice(1)].every(letter => flagOf(`-${letter}`, known) !== undefined);
