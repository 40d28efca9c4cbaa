import { flagOf, flagsOf, takesValue } from './flags.ts';
import { nouns, singles } from './index.ts';

/** The command that the words name, and the words that do not name it. */
export interface CommandPath {
  readonly noun: string | undefined;
  readonly verb: string | undefined;
  readonly others: readonly string[];
}
const globalFlags = flagsOf(undefined);
/** Whether the next word is the value of this one, and so no command. */
const takesNext = (word: string): boolean => {
  const name = flagOf(word, globalFlags);
  return name !== undefined && takesValue(globalFlags.get(name));
};

/** kubectl's global flags may stand before and between a noun and its verb; their values are no commands. */
export const commandPath = (words: readonly string[]): CommandPath => {
  const found: string[] = [];
  const others: string[] = [];
  let at = 0;
  for (; at < words.length && found.length < 2; at++) {
    const word = words[at] ?? '';
    if (word === '--') break;
    if (word.startsWith('-')) {
      others.push(word);
      if (takesNext(word) && at + 1 < words.length) others.push(words[++at] ?? '');
    } else {
      found.push(word);
      if (Object.hasOwn(singles, word) || !Object.hasOwn(nouns, word)) {
        at++;
        break;
      }
    }
  }
  return { noun: found[0], verb: found[1], others: [...others, ...words.slice(at)] };
};
