import type { Flag, Usage } from './command.ts';
import { answerOf, type Flags, isBlankName, isBlankValue, type Line, numberOf } from './pflag.ts';

/**
 * The values of a line that nothing is wrong with, by the names of flags and positionals, as parse.ts gives them. Undefined for any other
 * line: what is wrong with it is told there. It spares the commands that answer at once the load of yargs.
 */
export const plainValues = (
  { given, words, open }: Line,
  { positionals = {} }: Usage,
  flags: Flags,
): Readonly<Record<string, unknown>> | undefined => {
  if (open !== undefined) return undefined;
  const slots = Object.entries(positionals).map(
    ([name, flag], at) => [name, flag, words.slice(at, flag.array === true ? undefined : at + 1)] as const,
  );
  if (slots.reduce((sum, [, , here]) => sum + here.length, 0) < words.length) return undefined;
  const flagTexts = [...flags]
    .filter(([name]) => name !== 'help')
    .map(([name, flag]) => {
      const texts = given.get(name) ?? [];
      return [name, flag, flag.global === true ? texts.filter(text => text !== '') : texts] as const;
    });
  if (
    flagTexts.some(([, flag, texts]) => isBlankValue(flag, texts.at(-1))) ||
    slots.some(([, flag, texts]) => texts.some(isBlankName(flag)))
  )
    return undefined;
  const values: [string, unknown][] = [];
  for (const [name, flag, texts] of [...flagTexts, ...slots]) {
    const read = texts.map(text => plainValue(flag, text));
    if (read.includes(undefined) || (read.length === 0 && flag.required === true)) return undefined;
    if (read.length > 0) values.push([name, flag.array === true ? read : read.at(-1)]);
    else if (flag.default !== undefined) values.push([name, flag.default]);
  }
  return Object.fromEntries(values);
};
const plainValue = ({ type, choices }: Flag, text: string): string | number | boolean | undefined => {
  if (type === 'boolean') return answerOf(text);
  if (type === 'number') return numberOf(text);
  return choices === undefined || choices.includes(text) ? text : undefined;
};
