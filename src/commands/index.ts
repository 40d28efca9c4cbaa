import type { CommandModule } from 'yargs';
import type { IO } from '../io.ts';

/** A command with its flags, whatever they are. */
export type Command = CommandModule<object, never>;
type Load = (io: IO) => Promise<unknown>;
/** What is known of a command before its module is loaded: nobody waits for those of the others. */
export interface Listed {
  /** the name with its positionals, as in `rotate [NAME..]` */
  readonly command: string;
  readonly describe: string;
  readonly load: Load;
}
export interface Noun {
  readonly describe: string;
  readonly verbs: Readonly<Record<string, Listed>>;
}

export const nouns: Readonly<Record<string, Noun>> = {
  clientconfig: {
    describe: 'create and look after ClientConfigs',
    verbs: {
      create: {
        command: 'create [NAME]',
        describe: 'create the ClientConfig of a data plane from your own kubeconfig, proven before it is written',
        load: async io => (await import('./clientconfig/create.ts')).clientconfigCreate(io),
      },
      list: {
        command: 'list',
        describe: 'list ClientConfigs with what is stored for them; dials nobody',
        load: async io => (await import('./clientconfig/list.ts')).clientconfigList(io),
      },
      describe: {
        command: 'describe <NAME>',
        describe: 'show one ClientConfig whole: what is stored (redacted), who uses it, hashes, findings, events',
        load: async io => (await import('./clientconfig/describe.ts')).clientconfigDescribe(io),
      },
      kubeconfig: {
        command: 'kubeconfig <NAME>',
        describe: 'print the kubeconfig that is stored for a ClientConfig, its credentials replaced by fingerprints',
        load: async io => (await import('./clientconfig/kubeconfig.ts')).clientconfigKubeconfig(io),
      },
      rotate: {
        command: 'rotate [NAME..]',
        describe: 'replace the tokens of ClientConfigs with one restart of the operator and no gap, then revoke the old ones',
        load: async io => (await import('./clientconfig/rotate.ts')).clientconfigRotate(io),
      },
      renewer: {
        command: 'renewer',
        describe: 'print a CronJob with the least rights that renews tokens with an end (rotate --token-ttl)',
        load: async io => (await import('./clientconfig/renewer.ts')).clientconfigRenewer(io),
      },
      update: {
        command: 'update <NAME>',
        describe: 'change how the operator reaches a data plane (server, CA, proxy, TLS name), proven before it is written',
        load: async io => (await import('./clientconfig/update.ts')).clientconfigUpdate(io),
      },
      rename: {
        command: 'rename <NAME> <CONTEXT>',
        describe: 'give a context another name, when nothing uses the old one',
        load: async io => (await import('./clientconfig/rename.ts')).clientconfigRename(io),
      },
      delete: {
        command: 'delete <NAME>',
        describe: 'delete a ClientConfig that nothing uses, then its Secret, then the token that was made for it',
        load: async io => (await import('./clientconfig/delete.ts')).clientconfigDelete(io),
      },
      export: {
        command: 'export [NAME..]',
        describe: 'print ClientConfigs so that they can be created on another control plane',
        load: async io => (await import('./clientconfig/export.ts')).clientconfigExport(io),
      },
      import: {
        command: 'import',
        describe: 'create what export has printed on this control plane, proven first, Secrets before ClientConfigs',
        load: async io => (await import('./clientconfig/import.ts')).clientconfigImport(io),
      },
    },
  },
  operator: {
    describe: 'look at the operators of both planes',
    verbs: {
      status: {
        command: 'status',
        describe: 'show the operators of both planes: version, mode, watched namespaces, restarts, last exit, what is loaded',
        load: async io => (await import('./operator/status.ts')).operatorStatus(io),
      },
      restart: {
        command: 'restart',
        describe: "restart the control plane's operator, when something waits for it; it normally restarts itself",
        load: async io => (await import('./operator/restart.ts')).operatorRestart(io),
      },
    },
  },
  contexts: {
    describe: 'check, list and draw the contexts that clusters use',
    verbs: {
      check: {
        command: 'check [NAME..]',
        describe: 'check every context that is named or provided anywhere, and say whether the operator would start',
        load: async io => (await import('./contexts/check.ts')).contextsCheck(io),
      },
      list: {
        command: 'list',
        describe: 'list every context that is named or provided anywhere; dials no data plane',
        load: async io => (await import('./contexts/list.ts')).contextsList(io),
      },
      graph: {
        command: 'graph',
        describe: 'draw who uses each context and where it leads; dials no data plane',
        load: async io => (await import('./contexts/graph.ts')).contextsGraph(io),
      },
    },
  },
};

/** Commands of one word, in the order of the help. */
export const singles: Readonly<Record<string, Listed>> = {
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

/** The command that a noun, or a noun with its verb, names in the table; none for a noun alone that has verbs. */
export const listed = (noun: string, verb: string | undefined): Listed | undefined => {
  if (Object.hasOwn(singles, noun)) return singles[noun];
  const verbs = Object.hasOwn(nouns, noun) ? (nouns[noun]?.verbs ?? {}) : {};
  return verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
};
/** The module of a command, with what the table says of it. */
export const loadCommand = async (io: IO, { command, describe, load }: Listed): Promise<Command> => ({
  ...((await load(io)) as Command),
  command,
  describe,
});
