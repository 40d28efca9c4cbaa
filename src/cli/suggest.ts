import { nearest } from '../base/nearest.ts';
import type { Program } from './command.ts';

/** The question whether another word was meant, to stand behind an error; empty where none is near. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const longer = known.filter(one => one.startsWith(word));
  const letters = [...word].length;
  // To one letter every other is near.
  const close = longer.length === 1 && letters > 3 ? longer[0] : letters > 2 ? nearest(word, known) : undefined;
  return close === undefined ? '' : `; did you mean "${close}"?`;
};

/** What to say of a word that is no command: the verb of a noun, a word of another program, or one that looks like it. */
export const commandMeant = ({ nouns, singles, foreign = {} }: Program, word: string): string => {
  const translation = Object.hasOwn(foreign, word) ? foreign[word] : undefined;
  if (translation !== undefined && 'say' in translation) return `; ${translation.say}`;
  const withNoun = Object.entries(nouns).flatMap(([noun, { verbs }]) => (Object.hasOwn(verbs, word) ? [`${noun} ${word}`] : []));
  const suggestions = translation === undefined ? withNoun : [translation.command];
  return suggestions.length === 0
    ? didYouMean(word, [...Object.keys(nouns), ...Object.keys(singles), 'help'])
    : `; did you mean ${suggestions.map(one => `"${one}"`).join(' or ')}?`;
};
