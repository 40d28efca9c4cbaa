import { nearest } from '../base/nearest.ts';

/** The question whether another word was meant, to stand behind an error; empty where none is near. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const longer = known.filter(one => one.startsWith(word));
  const letters = [...word].length;
  // To one letter every other is near.
  const close = longer.length === 1 && letters > 3 ? longer[0] : letters > 2 ? nearest(word, known) : undefined;
  return close === undefined ? '' : `; did you mean "${close}"?`;
};
