/**
 * The one name that was meant by a slip of the keyboard: another case or separator, or one letter left out, doubled, wrong or swapped
 * inside a word of four letters or more. Names that differ in a number, in a short word, or at the end of a word, as east-1a and east-1b,
 * are names of different things; of two that might be meant, neither is.
 */
export const slipOf = (written: string, names: readonly string[]): string | undefined => {
  const close = names.filter(name => name !== written && isSlip(partsOf(written), partsOf(name)));
  return close.length === 1 ? close[0] : undefined;
};
interface Parts {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
}
const partsOf = (name: string): Parts => ({
  words: name.toLowerCase().match(/\p{L}+/gu) ?? [],
  numbers: name.match(/\d+/g) ?? [],
});
const isSlip = (one: Parts, other: Parts): boolean => {
  if (one.numbers.join() !== other.numbers.join()) return false;
  if (one.words.join('') === other.words.join('')) return true;
  const pairs = one.words.map((word, at) => [word, other.words[at] ?? ''] as const).filter(([a, b]) => a !== b);
  const [[a = '', b = ''] = []] = pairs;
  return one.words.length === other.words.length && pairs.length === 1 && Math.max(a.length, b.length) >= 4 && oneEditInside(a, b);
};
/** One letter left out, added or wrong before the last one, or two neighbours swapped. */
const oneEditInside = (a: string, b: string): boolean => {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length === 2 && right.length === 2) return left === [...right].reverse().join('');
  return left.length <= 1 && right.length <= 1 && end > 0;
};

/**
 * A name as it must be read where it looks like another: in quotes with a blank at an end, and letters of another alphabet among Latin ones by
 * their numbers. Undefined for a name that looks as it is.
 */
export const spelledOut = (name: string): string | undefined =>
  name.trim() !== name || (/\p{Script=Latin}/u.test(name) && /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(name))
    ? JSON.stringify(name).replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : undefined;
