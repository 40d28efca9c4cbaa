import yargs, { type Argv, type CommandModule } from 'yargs';
import { nearest } from './checks/nearest.ts';
import { commandPath } from './commands/command-path.ts';
import { globalOptions } from './commands/global-options.ts';
import { type Command, loadCommand, nouns, singles } from './commands/index.ts';
import { recorded } from './completion/recorded.ts';
import { usage } from './errors.ts';
import type { IO } from './io.ts';

const oneLine = (message: string | undefined): string =>
  (message ?? 'wrong use')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ');

/** The flags and positionals that collect all their values, those of one noun alone after its name. */
const lists = new Set(['as-group', 'from-context', 'allow', 'only', 'skip', 'suppress', 'NAME', 'CODE', 'contexts filename']);

/** `-f -` as one word: yargs takes a lone dash for no value of a flag that collects several. */
const standardInput = (args: readonly string[]): string[] =>
  args.flatMap((word, index) => {
    const flag = /^(-f|--filename)$/;
    if (flag.test(word) && args[index + 1] === '-') return ['--filename=-'];
    return word === '-' && flag.test(args[index - 1] ?? '') ? [] : [word];
  });

const seeAlso = 'Use "kubectl k8ssandra options" for a list of global command-line options (applies to all commands).';

/** Parses the arguments and runs one command. Everything a person got wrong becomes a UserError with exit code 2. */
export const runCli = async (io: IO, args: readonly string[]): Promise<void> => {
  const { noun, verb } = commandPath(args);
  refuseUnknownCommand(noun, verb, args);
  const command = noun === undefined ? undefined : await loadCommand(io, noun, verb);
  const y = yargs(standardInput(args))
    .scriptName('kubectl k8ssandra')
    .usage('$0 <command> [flags]\n\nConnect the clusters of a K8ssandra Operator.')
    .options(globalOptions)
    .parserConfiguration({
      'camel-case-expansion': false,
      'greedy-arrays': false,
      'boolean-negation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    });
  // Flags that this command gives a meaning of its own stay in its help.
  const own = command === undefined ? undefined : recorded(command).options;
  for (const name of Object.keys(globalOptions)) if (own?.has(name) !== true) y.hide(name);
  for (const [name, { describe, verbs }] of Object.entries(nouns)) {
    // A command's module is loaded when its name is given: nobody waits for those of the others.
    const loaded =
      name !== noun
        ? []
        : command !== undefined
          ? [command]
          : await Promise.all(Object.values(verbs).map(load => load(io) as Promise<Command>));
    y.command(group(name, describe, loaded.map(withEpilogue)));
  }
  for (const [name, { command: words, describe }] of Object.entries(singles))
    y.command(
      name === noun && command !== undefined
        ? (withEpilogue(command) as unknown as CommandModule)
        : { command: words, describe, handler: () => undefined },
    );
  await y
    // As kubectl does it: of a flag that is given twice and takes one value, the last one counts.
    .middleware(argv => {
      for (const [key, value] of Object.entries(argv)) {
        if (Array.isArray(value) && key !== '_' && !lists.has(key) && !lists.has(`${argv._[0]} ${key}`)) argv[key] = value.at(-1);
      }
    }, true)
    .demandCommand(1, 'which command?')
    .strict()
    .version(false)
    .help()
    .alias('help', 'h')
    .epilogue(seeAlso)
    .wrap(io.columns === undefined ? 80 : Math.min(io.columns, 100))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs throws its own complaints too, when they come before the command is known.
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw usage(
        unknownFlag(oneLine(message ?? error?.message), command),
        `run ${['kubectl k8ssandra', noun, verb].filter(word => word !== undefined).join(' ')} --help`,
      );
    })
    .parseAsync();
};

const withEpilogue = (command: Command): Command => ({
  ...command,
  builder: (y: Argv) => (typeof command.builder === 'function' ? (command.builder(y as never) as Argv) : y).epilogue(seeAlso) as never,
});
/** A group of verbs, as in `clientconfig create`. */
const group = (name: string, describe: string, verbs: readonly Command[]): CommandModule => ({
  command: `${name} <command>`,
  describe,
  builder: y => verbs.reduce((builder, verb) => builder.command(verb as unknown as CommandModule), y).epilogue(seeAlso),
  handler: () => undefined,
});

const asksForHelp = (args: readonly string[]): boolean => args.some(word => word === '--help' || word === '-h');
const didYouMean = (word: string, known: readonly string[]): string => {
  const close = nearest(word, known);
  return close === undefined ? '' : `; did you mean ${close}?`;
};
/** kubectl's words for a command that does not exist, before anything is loaded for it. */
const refuseUnknownCommand = (noun: string | undefined, verb: string | undefined, args: readonly string[]): void => {
  const known = [...Object.keys(nouns), ...Object.keys(singles)];
  if (noun === undefined) return;
  if (!known.includes(noun))
    throw usage(`unknown command "${noun}" for "kubectl k8ssandra"${didYouMean(noun, known)}`, 'run kubectl k8ssandra --help');
  const verbs = Object.keys(nouns[noun]?.verbs ?? {});
  if (verbs.length === 0) return;
  if (verb !== undefined && !verbs.includes(verb))
    throw usage(
      `unknown command "${verb}" for "kubectl k8ssandra ${noun}"${didYouMean(verb, verbs)}`,
      `run kubectl k8ssandra ${noun} --help`,
    );
  if (verb === undefined && !asksForHelp(args))
    throw usage(`${noun} needs a command: ${verbs.join(', ')}`, `run kubectl k8ssandra ${noun} --help`);
};
/** yargs calls flags and surplus words alike unknown arguments. */
const unknownFlag = (message: string, command: Command | undefined): string => {
  const [, word] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  if (word === undefined || command === undefined) return message;
  const flags = [...Object.keys(globalOptions), ...recorded(command).options.keys()];
  return `unknown flag or argument: ${word}${didYouMean(word, flags)}`;
};
