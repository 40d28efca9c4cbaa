import { usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import { nearest } from '../base/nearest.ts';
import { commandAt, nouns, singles } from '../commands/index.ts';
import { type Flags, flagsOf, isTrue, readLine, valuesOf, written } from './flags.ts';
import { commandHelp, groupHelp } from './help.ts';
import { helpWidth } from './options-list.ts';
import { allFlags, type CommandPath, commandPath } from './route.ts';

/** Runs one command, or prints the help of one. Everything a person got wrong becomes a UserError with exit code 2. */
export const runCli = async (io: IO, args: readonly string[]): Promise<void> => {
  const named = commandPath(args);
  const asks = named.noun === 'help' || named.verb === 'help';
  // What stands after help is a command, wherever help stands.
  const path = asks ? commandPath([...named.names, ...named.others.filter(word => word !== '--')]) : named;
  const { noun, names, others } = path;
  const found = commandAt(names);
  const flags = found === undefined ? allFlags : flagsOf(found);
  const line = readLine(others, flags);
  const whole = ['kubectl k8ssandra', ...names].join(' ');
  // A flag that no command knows may have swallowed the name of the command, so it is told first.
  if (line.unknown !== undefined) throw unknownFlag(line.unknown, flags, whole);
  refuseUnknownCommand(path, whole);
  const help = asks || isTrue(line.given.get('help')?.at(-1));
  if (found !== undefined)
    return help
      ? io.out(commandHelp(names, found, helpWidth(io)))
      : // The table pairs each command with its usage, so these values have the types that it takes.
        found.run(io, valuesOf(line, found, flags, `run ${whole} --help`) as never);
  // Asked for nothing, kubectl shows its help.
  if (help || args.length === 0) return io.out(listOf(noun, helpWidth(io)));
  throw noun === undefined
    ? usage('a command is missing', 'run kubectl k8ssandra --help to see them all')
    : usage(`${noun} needs a command: ${Object.keys(nouns[noun]?.verbs ?? {}).join(', ')}`, `run ${whole} --help`);
};

const listOf = (noun: string | undefined, width: number): string => {
  const row = ([name, { describe }]: [string, { readonly describe: string }]) => [name, describe] as const;
  return noun === undefined
    ? groupHelp(
        undefined,
        'connect the clusters of a K8ssandra Operator',
        [...Object.entries(nouns), ...Object.entries(singles)].map(row),
        width,
      )
    : groupHelp(noun, nouns[noun]?.describe ?? '', Object.entries(nouns[noun]?.verbs ?? {}).map(row), width);
};

const didYouMean = (word: string, known: readonly string[]): string => {
  const longer = known.filter(one => one.startsWith(word));
  const letters = [...word].length;
  // To one letter every other is near.
  const close = longer.length === 1 && letters > 3 ? longer[0] : letters > 2 ? nearest(word, known) : undefined;
  return close === undefined ? '' : `; did you mean "${close}"?`;
};
const refuseUnknownCommand = ({ noun, verb, names }: CommandPath, whole: string): void => {
  const wrong = [noun, verb].find((word, at) => word !== undefined && names[at] === undefined);
  if (wrong === undefined) return;
  const known = names.length === 0 ? [...Object.keys(nouns), ...Object.keys(singles), 'help'] : Object.keys(nouns[noun ?? '']?.verbs ?? {});
  throw usage(`unknown command "${wrong}" for "${whole}"${didYouMean(wrong, known)}`, `run ${whole} --help to see them all`);
};
const unknownFlag = (word: string, known: Flags, whole: string): Error =>
  usage(`unknown flag "${word}" for "${whole}"${didYouMean(word, [...known.keys()].map(written))}`, `run ${whole} --help`);
