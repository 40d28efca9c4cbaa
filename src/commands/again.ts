import { type CommandLine, ours } from '../base/advice.ts';
import { withoutSecrets } from '../base/shown.ts';
import type { Flag, Usage } from '../cli/command.ts';

/** The command of this run once more, with more flags. Undefined where it cannot be printed: a password stands in it, or its input is read once. */
export const again = (
  { positionals = {}, options = {} }: Usage,
  verb: string,
  args: Readonly<Record<string, unknown>>,
  more: readonly string[],
): CommandLine | undefined => {
  const names = Object.keys(positionals).flatMap(name => textsOf(args[name]));
  const flags = Object.entries(options).flatMap(([name, flag]) => wordsOf(name, flag, args[name]));
  const words = [...names, ...flags];
  return words.some(word => withoutSecrets(word) !== word || /\/\/[^/]*@/.test(word)) ||
    (words.includes('-') && words.includes('--filename'))
    ? undefined
    : ours(verb, names, ...flags, ...more);
};
const textsOf = (value: unknown): readonly string[] => [value].flat().filter(one => typeof one === 'string');
const wordsOf = (name: string, flag: Flag, value: unknown): readonly string[] => {
  if (flag.type === 'boolean') return value === true ? [`--${name}`] : [];
  return textsOf(value === flag.default ? undefined : value).flatMap(one => [`--${name}`, one]);
};
