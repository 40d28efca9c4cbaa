import type { CommandModule } from 'yargs';
import type { IO } from '../io.ts';

/** A command with its flags, whatever they are. */
export type Command = CommandModule<object, never>;
type Load = (io: IO) => Promise<unknown>;
export interface Noun {
  readonly describe: string;
  /** each verb's module is loaded when it is named: nobody waits for those of the others */
  readonly verbs: Readonly<Record<string, Load>>;
}

export const nouns: Readonly<Record<string, Noun>> = {
  clientconfig: {
    describe: 'create and look after ClientConfigs',
    verbs: {
      create: async io => (await import('./clientconfig/create.ts')).clientconfigCreate(io),
      list: async io => (await import('./clientconfig/list.ts')).clientconfigList(io),
      describe: async io => (await import('./clientconfig/describe.ts')).clientconfigDescribe(io),
      kubeconfig: async io => (await import('./clientconfig/kubeconfig.ts')).clientconfigKubeconfig(io),
      rotate: async io => (await import('./clientconfig/rotate.ts')).clientconfigRotate(io),
      renewer: async io => (await import('./clientconfig/renewer.ts')).clientconfigRenewer(io),
      update: async io => (await import('./clientconfig/update.ts')).clientconfigUpdate(io),
      rename: async io => (await import('./clientconfig/rename.ts')).clientconfigRename(io),
      delete: async io => (await import('./clientconfig/delete.ts')).clientconfigDelete(io),
      export: async io => (await import('./clientconfig/export.ts')).clientconfigExport(io),
      import: async io => (await import('./clientconfig/import.ts')).clientconfigImport(io),
    },
  },
  operator: {
    describe: 'look at the operators of both planes',
    verbs: {
      status: async io => (await import('./operator/status.ts')).operatorStatus(io),
      restart: async io => (await import('./operator/restart.ts')).operatorRestart(io),
    },
  },
  contexts: {
    describe: 'check, list and draw the contexts that clusters use',
    verbs: {
      check: async io => (await import('./contexts/check.ts')).contextsCheck(io),
      list: async io => (await import('./contexts/list.ts')).contextsList(io),
      graph: async io => (await import('./contexts/graph.ts')).contextsGraph(io),
    },
  },
};

interface Single {
  /** the name with its positionals */
  readonly command: string;
  readonly describe: string;
  readonly load: Load;
}
/** Commands of one word, in the order of the help. */
export const singles: Readonly<Record<string, Single>> = {
  explain: {
    command: 'explain [CODE..]',
    describe: 'what a finding code asserts, why it matters and how to cure it; without CODE the whole table',
    load: async io => (await import('./explain.ts')).explain(io),
  },
  register: {
    command: 'register',
    describe: "deprecated: clientconfig create with the flags of k8ssandra-client's register",
    load: async io => (await import('./register.ts')).register(io),
  },
  completion: {
    command: 'completion <SHELL>',
    describe: 'print the completion script of a shell',
    load: async io => (await import('./completion.ts')).completion(io),
  },
  options: {
    command: 'options',
    describe: 'list the flags that every command takes',
    load: async io => (await import('./options-list.ts')).optionsList(io),
  },
  version: {
    command: 'version',
    describe: 'show the version of this plugin',
    load: async io => (await import('./version.ts')).version(io),
  },
};

/** The module of a command, with what the table says of it. */
export const loadCommand = async (io: IO, noun: string, verb: string | undefined): Promise<Command | undefined> => {
  const single = singles[noun];
  if (single !== undefined) return { ...((await single.load(io)) as Command), command: single.command, describe: single.describe };
  const load = verb === undefined ? undefined : nouns[noun]?.verbs[verb];
  return load === undefined ? undefined : ((await load(io)) as Command);
};
