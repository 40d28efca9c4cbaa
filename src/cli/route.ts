import type { Command, Program } from './command.ts';
import { type Flags, flagsOf, readLine } from './pflag.ts';

/** The command that the words of a line name. */
export interface CommandPath {
  readonly noun: string | undefined;
  /** only behind a noun that has verbs */
  readonly verb: string | undefined;
  /** noun and verb, as far as they are known */
  readonly names: readonly string[];
  /** all of the line but noun and verb */
  readonly others: readonly string[];
}
/** Every flag of every command: those that take a value do so in each of them, and before the command is named they are all that is known. */
export const allFlags = (program: Program): Flags =>
  flagsOf(program, ...Object.values(program.nouns).flatMap(({ verbs }) => Object.values(verbs)), ...Object.values(program.singles));

/** Flags may stand before and between a noun and its verb; their values are no commands, and neither is what stands behind `--`. */
export const commandPath = (program: Program, args: readonly string[]): CommandPath => {
  const { nouns, singles } = program;
  const { words, places, end = args.length } = readLine(args, allFlags(program));
  const [noun, next] = words.filter((_word, index) => (places[index] ?? end) < end);
  const verbs = noun !== undefined && Object.hasOwn(nouns, noun) ? nouns[noun]?.verbs : undefined;
  const verb = verbs === undefined ? undefined : next;
  const path = [noun, verb].filter(word => word !== undefined);
  const naming = places.slice(0, path.length);
  const names = path.filter((word, at) => (verbs === undefined ? Object.hasOwn(singles, word) : at === 0 || Object.hasOwn(verbs, word)));
  return { noun, verb, names, others: args.filter((_word, index) => !naming.includes(index)) };
};

/** The command of a path, as `contexts check` or `explain`; none for a noun alone that has verbs. */
export const commandAt = ({ nouns, singles }: Program, [noun = '', verb = '']: readonly string[]): Command | undefined => {
  if (Object.hasOwn(singles, noun)) return singles[noun];
  const verbs = Object.hasOwn(nouns, noun) ? (nouns[noun]?.verbs ?? {}) : {};
  return Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
};
