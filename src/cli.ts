import yargs, { type CommandModule } from 'yargs';
import { globalOptions } from './commands/global-options.ts';
import { usage } from './errors.ts';
import type { IO } from './io.ts';

const oneLine = (message: string | undefined): string =>
  (message ?? 'wrong use')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ');
/** A group of verbs, as in `clientconfig create`. */
const group = (command: string, describe: string, verbs: readonly CommandModule<object, never>[]): CommandModule => ({
  command: `${command} <command>`,
  describe,
  builder: y => verbs.reduce((builder, verb) => builder.command(verb as CommandModule), y).demandCommand(1, `${command} needs a command`),
  handler: () => undefined,
});

/** What the list of commands says of `explain`, known before the table of checks is loaded. */
const explainLine = {
  command: 'explain [CODE]',
  describe: 'what a finding code asserts, why it matters and how to cure it; without CODE the whole table',
};

const registerLine = { command: 'register', describe: "deprecated: clientconfig create with the flags of k8ssandra-client's register" };

/** The flags and positionals that collect all their values, those of one noun alone after its name. */
const lists = new Set(['as-group', 'from-context', 'allow', 'only', 'skip', 'suppress', 'NAME', 'contexts filename']);

/** `-f -` as one word: yargs takes a lone dash for no value of a flag that collects several. */
const standardInput = (args: readonly string[]): string[] =>
  args.flatMap((word, index) => {
    const flag = /^(-f|--filename)$/;
    if (flag.test(word) && args[index + 1] === '-') return ['--filename=-'];
    return word === '-' && flag.test(args[index - 1] ?? '') ? [] : [word];
  });

/** Parses the arguments and runs one command. Everything a person got wrong becomes a UserError with exit code 2. */
export const runCli = async (io: IO, args: readonly string[]): Promise<void> => {
  // A command's modules are loaded when its name is given: nobody waits for those of the others.
  const named = (noun: string): boolean => args.includes(noun);
  const y = yargs(standardInput(args))
    .scriptName('kubectl k8ssandra')
    .usage('$0 <command> [flags]\n\nConnect the clusters of a K8ssandra Operator.')
    .options(globalOptions)
    .group(Object.keys(globalOptions), "kubectl's global flags:")
    .parserConfiguration({
      'camel-case-expansion': false,
      'greedy-arrays': false,
      'boolean-negation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .command(group('clientconfig', 'create and look after ClientConfigs', named('clientconfig') ? await clientconfigVerbs(io) : []))
    .command(group('operator', 'look at the operators of both planes', named('operator') ? await operatorVerbs(io) : []))
    .command(group('contexts', 'check, list and draw the contexts that clusters use', named('contexts') ? await contextsVerbs(io) : []))
    .command(
      named('explain')
        ? { ...(await import('./commands/explain.ts')).explain(io), ...explainLine }
        : { ...explainLine, handler: () => undefined },
    )
    .command(
      named('register')
        ? ({ ...(await import('./commands/register.ts')).register(io), ...registerLine } as unknown as CommandModule)
        : { ...registerLine, handler: () => undefined },
    )
    .command((await import('./commands/version.ts')).version(io))
    // As kubectl does it: of a flag that is given twice and takes one value, the last one counts.
    .middleware(argv => {
      const collects = (key: string): boolean => key === '_' || lists.has(key) || lists.has(`${argv._[0]} ${key}`);
      for (const [key, value] of Object.entries(argv)) if (Array.isArray(value) && !collects(key)) argv[key] = value.at(-1);
    }, true)
    .demandCommand(1, 'which command?')
    .strict()
    .version(false)
    .help()
    .alias('help', 'h')
    .wrap(io.columns === undefined ? 100 : Math.min(io.columns, 110))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs throws its own complaints too, when they come before the command is known.
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      const command = args.filter(word => !word.startsWith('-')).slice(0, 2);
      throw usage(oneLine(message ?? error?.message), ['run kubectl k8ssandra', ...command, '--help'].join(' '));
    });
  await y.parseAsync();
};
/** The verbs of `clientconfig`, loaded when the noun is given. */
const clientconfigVerbs = async (io: IO): Promise<CommandModule<object, never>[]> => {
  const modules = await Promise.all([
    import('./commands/clientconfig/create.ts').then(({ clientconfigCreate }) => clientconfigCreate(io)),
    import('./commands/clientconfig/list.ts').then(({ clientconfigList }) => clientconfigList(io)),
    import('./commands/clientconfig/describe.ts').then(({ clientconfigDescribe }) => clientconfigDescribe(io)),
    import('./commands/clientconfig/kubeconfig.ts').then(({ clientconfigKubeconfig }) => clientconfigKubeconfig(io)),
    import('./commands/clientconfig/rotate.ts').then(({ clientconfigRotate }) => clientconfigRotate(io)),
    import('./commands/clientconfig/renewer.ts').then(({ clientconfigRenewer }) => clientconfigRenewer(io)),
    import('./commands/clientconfig/update.ts').then(({ clientconfigUpdate }) => clientconfigUpdate(io)),
    import('./commands/clientconfig/rename.ts').then(({ clientconfigRename }) => clientconfigRename(io)),
    import('./commands/clientconfig/delete.ts').then(({ clientconfigDelete }) => clientconfigDelete(io)),
    import('./commands/clientconfig/export.ts').then(({ clientconfigExport }) => clientconfigExport(io)),
    import('./commands/clientconfig/import.ts').then(({ clientconfigImport }) => clientconfigImport(io)),
  ]);
  return modules as unknown as CommandModule<object, never>[];
};
const operatorVerbs = async (io: IO): Promise<CommandModule<object, never>[]> =>
  (await Promise.all([
    import('./commands/operator/status.ts').then(({ operatorStatus }) => operatorStatus(io)),
    import('./commands/operator/restart.ts').then(({ operatorRestart }) => operatorRestart(io)),
  ])) as unknown as CommandModule<object, never>[];
const contextsVerbs = async (io: IO): Promise<CommandModule<object, never>[]> =>
  (await Promise.all([
    import('./commands/contexts/check.ts').then(({ contextsCheck }) => contextsCheck(io)),
    import('./commands/contexts/list.ts').then(({ contextsList }) => contextsList(io)),
    import('./commands/contexts/graph.ts').then(({ contextsGraph }) => contextsGraph(io)),
  ])) as unknown as CommandModule<object, never>[];
