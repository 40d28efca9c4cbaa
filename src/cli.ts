import { nearest } from './checks/nearest.ts';
import type { Command } from './commands/command.ts';
import { type CommandPath, commandPath } from './commands/command-path.ts';
import { type Flags, flagsOf, readLine, valuesOf, written } from './commands/flags.ts';
import { commandHelp, groupHelp } from './commands/help.ts';
import { listed, nouns, singles } from './commands/index.ts';
import { helpWidth } from './commands/options-list.ts';
import { usage } from './errors.ts';
import type { IO } from './io.ts';

/** Runs one command, or prints the help of one. Everything a person got wrong becomes a UserError with exit code 2. */
export const runCli = async (io: IO, args: readonly string[]): Promise<void> => {
  if (args[0] === 'help') return runCli(io, [...args.slice(1), '--help']);
  const help = asksForHelp(args);
  const path = commandPath(help ? args.filter(word => word !== '--help' && word !== '-h') : args);
  refuseUnknownCommand(path);
  const { noun, verb } = path;
  const found = noun === undefined ? undefined : listed(noun, verb);
  if (found === undefined) {
    // Asked for nothing, kubectl shows its help.
    if (help || args.length === 0) return io.out(listOf(noun, helpWidth(io)));
    const globalFlags = flagsOf(undefined);
    const { unknown } = readLine(args, globalFlags);
    if (unknown !== undefined) throw unknownFlag(unknown, globalFlags, 'kubectl k8ssandra');
    const verbs = Object.keys(nouns[noun ?? '']?.verbs ?? {});
    throw verbs.length > 0
      ? usage(`${noun} needs a command: ${verbs.join(', ')}`, `run kubectl k8ssandra ${noun} --help`)
      : usage('a command is missing', 'run kubectl k8ssandra --help to see them all');
  }
  if (help) {
    argumentsOf(path, found, help);
    return io.out(commandHelp([noun, found === singles[noun ?? ''] ? undefined : verb], found, helpWidth(io)));
  }
  // They are what its usage says, which is what the table of commands has paired it with.
  await found.run(io, argumentsOf(path, found) as never);
};

const asksForHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).some(word => word === '--help' || word === '-h');
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

/** What a line gives its command; a flag that the command does not take is refused, beside --help too. */
export const argumentsOf = ({ noun, verb, others }: CommandPath, command: Command, help = false): Readonly<Record<string, unknown>> => {
  const flags = flagsOf(command);
  const whole = ['kubectl k8ssandra', noun, verb].filter(word => word !== undefined && word !== '').join(' ');
  const line = readLine(others, flags);
  if (line.unknown !== undefined) throw unknownFlag(line.unknown, flags, whole);
  return help ? {} : valuesOf(line, command, flags, `run ${whole} --help`);
};

const didYouMean = (word: string, known: readonly string[]): string => {
  const longer = known.filter(one => one.startsWith(word));
  // To one letter every other is near.
  const close = longer.length === 1 && word.length > 3 ? longer[0] : word.length > 2 ? nearest(word, known) : undefined;
  return close === undefined ? '' : `; did you mean "${close}"?`;
};
const refuseUnknownCommand = ({ noun, verb }: CommandPath): void => {
  if (noun === undefined) return;
  const known = [...Object.keys(nouns), ...Object.keys(singles)];
  if (!known.includes(noun))
    throw usage(
      `unknown command "${noun}" for "kubectl k8ssandra"${didYouMean(noun, known)}`,
      'run kubectl k8ssandra --help to see them all',
    );
  if (verb === undefined || Object.hasOwn(singles, noun)) return;
  const verbs = Object.keys(nouns[noun]?.verbs ?? {});
  if (!verbs.includes(verb))
    throw usage(
      `unknown command "${verb}" for "kubectl k8ssandra ${noun}"${didYouMean(verb, verbs)}`,
      `run kubectl k8ssandra ${noun} --help to see them all`,
    );
};
const unknownFlag = (word: string, known: Flags, whole: string): Error =>
  usage(`unknown flag "${word}" for "${whole}"${didYouMean(word, [...known.keys()].map(written))}`, `run ${whole} --help`);
