import { usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import type { Command, Program } from './command.ts';
import { commandHelp, groupHelp, helpWidth } from './help.ts';
import { answerOf, type Flags, flagsOf, type Line, readLine, written } from './pflag.ts';
import { plainValues } from './plain.ts';
import { allFlags, type CommandPath, commandAt, commandPath } from './route.ts';
import { commandMeant, didYouMean } from './suggest.ts';

/** Runs one command, or prints the help of one. Everything a person got wrong becomes a UserError with exit code 2. */
export const runCli = async (io: IO, program: Program, args: readonly string[]): Promise<void> => {
  const commandLine = commandPath(program, args);
  const asks = commandLine.noun === 'help' || commandLine.verb === 'help';
  // What stands after help is a command, wherever help stands.
  const path = asks ? commandPath(program, [...commandLine.names, ...commandLine.others.filter(word => word !== '--')]) : commandLine;
  const { noun, names, others } = path;
  const command = commandAt(program, names);
  const flags = command === undefined ? allFlags(program) : flagsOf(program, command);
  const line = readLine(others, flags);
  const commandName = [program.name, ...names].join(' ');
  // A flag that no command knows may have swallowed the name of the command, so it is told first.
  if (line.unknown !== undefined) throw unknownFlag(line.unknown, flags, commandName);
  refuseUnknownCommand(program, path, commandName);
  const help = asks || answerOf(line.given.get('help')?.at(-1) ?? '') === true;
  if (command !== undefined)
    return help
      ? io.out(commandHelp(program, names, command, helpWidth(io)))
      : runCommand(io, command, line, flags, `run ${commandName} --help`);
  // Asked for nothing, kubectl shows its help.
  if (help || args.length === 0) return io.out(groupHelp(program, noun, helpWidth(io)));
  throw noun === undefined
    ? usage('a command is missing', `run ${program.name} --help to see them all`)
    : usage(`${noun} needs a command: ${verbsOf(program, noun).join(', ')}`, `run ${commandName} --help`);
};

const runCommand = async (io: IO, command: Command, line: Line, flags: Flags, fix: string): Promise<void> => {
  const plainResult = command.early === true ? plainValues(line, command, flags) : undefined;
  const values = plainResult ?? (await import('./parse.ts')).valuesOf(line, command, flags, fix);
  // The table pairs each command with its usage, so these values have the types that it takes.
  return command.run(io, values as never);
};

const verbsOf = ({ nouns }: Program, noun: string): readonly string[] => Object.keys(nouns[noun]?.verbs ?? {});
const refuseUnknownCommand = (program: Program, { noun, verb, names }: CommandPath, whole: string): void => {
  const unknownWord = [noun, verb].find((word, at) => word !== undefined && names[at] === undefined);
  if (unknownWord === undefined) return;
  const hint = names.length === 0 ? commandMeant(program, unknownWord) : didYouMean(unknownWord, verbsOf(program, noun ?? ''));
  throw usage(`unknown command "${unknownWord}" for "${whole}"${hint}`, `run ${whole} --help to see them all`);
};
const unknownFlag = (word: string, known: Flags, whole: string): Error =>
  usage(`unknown flag "${word}" for "${whole}"${didYouMean(word, [...known.keys()].map(written))}`, `run ${whole} --help`);
