import type { Argv, CommandModule, PositionalOptions } from 'yargs';
import { nearest } from './checks/nearest.ts';
import type { Command } from './commands/command.ts';
import { type CommandPath, commandPath } from './commands/command-path.ts';
import { type Flags, flagsOf, readFlags, written } from './commands/flags.ts';
import { globalOptions } from './commands/global-options.ts';
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
    const { unknown } = readFlags(args, globalFlags);
    if (unknown !== undefined) throw unknownFlag(unknown, globalFlags, 'kubectl k8ssandra');
    const verbs = Object.keys(nouns[noun ?? '']?.verbs ?? {});
    throw verbs.length > 0
      ? usage(`${noun} needs a command: ${verbs.join(', ')}`, `run kubectl k8ssandra ${noun} --help`)
      : usage('a command is missing', 'run kubectl k8ssandra --help to see them all');
  }
  if (help) {
    understood(path, found);
    return io.out(commandHelp(found === singles[noun ?? ''] ? undefined : noun, found, helpWidth(io)));
  }
  await (await parserOf(io, path, found)).parseAsync();
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

/** The words of a line with what its command takes; a flag that it does not take is refused, beside --help too. */
const understood = ({ noun, verb, others }: CommandPath, command: Command) => {
  const flags = flagsOf(command);
  const whole = ['kubectl k8ssandra', noun, verb].filter(word => word !== undefined && word !== '').join(' ');
  const { words, unknown } = readFlags(others, flags);
  if (unknown !== undefined) throw unknownFlag(unknown, flags, whole);
  return { words, flags, whole };
};

/** The arguments of one command, ready to be parsed; parsing them runs the command. */
export const parserOf = async (io: IO, path: CommandPath, found: Command): Promise<Argv> => {
  // Heavy, and useless to help and completion.
  const { default: yargs } = await import('yargs');
  const { words, flags, whole } = understood(path, found);
  const { command, positionals = {}, options = {}, run } = found;
  const module: CommandModule = {
    // As the default command, for which yargs prepares no help.
    command: command.replace(/^\S+/, '$0'),
    builder: inner => {
      for (const [name, option] of Object.entries(positionals)) inner.positional(name, option as PositionalOptions);
      return inner.options(options);
    },
    // The parser has just seen to it that the arguments are what the usage says.
    handler: async given => void (await run(io, given as never)),
  };
  const y = yargs(standardInput(words)).options(globalOptions).parserConfiguration({
    'camel-case-expansion': false,
    'greedy-arrays': false,
    'boolean-negation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  });
  return (
    y
      .command(module)
      // As kubectl does it: of a flag that is given twice and takes one value, the last one counts.
      .middleware(argv => {
        for (const [key, value] of Object.entries(argv)) {
          const one = positionals[key] ?? flags.get(key);
          if (Array.isArray(value) && key !== '_' && one?.array !== true) argv[key] = value.at(-1);
        }
      }, true)
      .strict()
      .version(false)
      .help(false)
      .exitProcess(false)
      .showHelpOnFail(false)
      .fail((message: string | null, error: Error | undefined) => {
        // yargs throws its own complaints too, when they come before the command is known.
        if (error !== undefined && error !== null && error.name !== 'YError') throw error;
        throw usage(inKubectlsWords(message ?? error?.message ?? 'wrong use', Object.keys(positionals)), `run ${whole} --help`);
      })
  );
};

/** `-f -` as one word: yargs takes a lone dash for no value of a flag that collects several. */
const standardInput = (args: readonly string[]): string[] =>
  args.flatMap((word, index) => {
    const flag = /^(-f|--filename)$/;
    if (flag.test(word) && args[index + 1] === '-') return ['--filename=-'];
    return word === '-' && flag.test(args[index - 1] ?? '') ? [] : [word];
  });

const didYouMean = (word: string, known: readonly string[]): string => {
  const longer = known.filter(one => one.startsWith(word));
  const close = longer.length === 1 && word.length > 3 ? longer[0] : nearest(word, known);
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

/** What yargs says of a mistake, in one line and in the words that kubectl uses. */
const inKubectlsWords = (message: string, positionals: readonly string[]): string => {
  const line = message
    .split('\n')
    .map(part => part.trim())
    .filter(part => part !== '')
    .join(' ');
  const rules: readonly (readonly [RegExp, (found: readonly string[]) => string])[] = [
    [/^Unknown arguments?: (.*)$/, ([, words]) => `unexpected argument ${words}`],
    [/^Not enough non-option arguments/, () => `${positionals.join(' or ')} is missing`],
    [/^Not enough arguments following: (.*)$/, ([, name = '']) => `${written(name)} needs a value`],
    [/^Missing required arguments?: (.*)$/, ([, name = '']) => `${written(name)} is missing`],
    [
      /^Invalid values: Argument: (.*?), Given: (.*?), Choices: (.*)$/,
      ([, name = '', given, choices = '']) =>
        `${positionals.includes(name) ? name : written(name)} does not take ${given}: it takes ${choices.replaceAll('"', '')}`,
    ],
  ];
  for (const [pattern, say] of rules) {
    const found = pattern.exec(line);
    if (found !== null) return say(found);
  }
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`;
};
