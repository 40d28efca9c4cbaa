import type { Flag, Program, Usage } from './command.ts';

/** A flag of one command, or of all. */
interface Known extends Flag {
  readonly global?: true;
}
/** The flags that a command takes, its own before the global ones of the same name, by their long names. */
export type Flags = ReadonlyMap<string, Known>;
export const flagsOf = ({ globals }: Pick<Program, 'globals'>, ...usages: readonly (Usage | undefined)[]): Flags =>
  new Map<string, Known>([
    ['help', { alias: 'h', type: 'boolean', describe: 'show what the command takes' }],
    ...Object.entries(globals).map(([name, flag]) => [name, { ...flag, global: true }] as const),
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
  const valuesByFlag = new Map<string, string[]>();
  const words: string[] = [];
  const places: number[] = [];
  let unknown: string | undefined;
  let open: Line['open'];
  let end: number | undefined;
  let at = 0;
  const take = (name: string, as: string, glued: string | undefined): void => {
    const value = glued ?? (known.get(name)?.type === 'boolean' ? 'true' : args[++at]);
    if (value === undefined) open = { name, as };
    else if (valuesByFlag.has(name)) valuesByFlag.get(name)?.push(value);
    else valuesByFlag.set(name, [value]);
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
      const flagText = nameOf(word).slice(2);
      // kubectl takes an underscore for a hyphen (component-base/cli/flag WordSepNormalizeFunc).
      const name = known.has(flagText) ? flagText : flagText.replaceAll('_', '-');
      if (known.has(name)) take(name, `--${name}`, word.includes('=') ? word.slice(word.indexOf('=') + 1) : undefined);
      else unknown ??= nameOf(word);
    }
  }
  return { given: valuesByFlag, words, places, unknown, open, end };
};
/** A word without the value that is glued to it; the whole word when nothing is left. */
const nameOf = (word: string): string => (/^-+=/.test(word) ? word : word.replace(/=.*$/s, ''));

/** Whether an empty text stands where only a text says something. Flags of several tell by themselves what they make of one, and so do choices. */
export const isBlankValue = ({ type, choices, array, blank, global }: Known, text: string | undefined): boolean =>
  text === '' && type === undefined && choices === undefined && array !== true && blank !== true && global !== true;
/** The same of a positional, of which each is a name. */
export const isBlankName =
  (flag: Flag) =>
  (text: string): boolean =>
    isBlankValue({ ...flag, array: false }, text);

/** What Go's strconv.ParseBool reads, and nothing else. */
const answers: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map(text => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map(text => [text, false] as const),
]);
/** The answer that a boolean is given; undefined for a text that is none. */
export const answerOf = (text: string): boolean | undefined => answers.get(text);
/**
 * A number as people write it; undefined for anything else. kubectl reads 0x10, 1_0, +5 and -1 too, and 010 as 8 here and as 10 there: what
 * a person may have meant otherwise is not taken.
 */
export const numberOf = (text: string): number | undefined => (/^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined);
