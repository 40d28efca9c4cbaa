import { type Command, command } from '../cli/command.ts';
import * as single from '../cli/usage.ts';
import * as clientconfig from './clientconfig/usage.ts';
import * as contexts from './contexts/usage.ts';
import * as operator from './operator/usage.ts';

interface Noun {
  readonly describe: string;
  readonly verbs: Readonly<Record<string, Command>>;
}

export const nouns: Readonly<Record<string, Noun>> = {
  clientconfig: {
    describe: 'create and look after ClientConfigs',
    verbs: {
      create: command(clientconfig.create, async (io, args) => (await import('./clientconfig/create.ts')).clientconfigCreate(io, args)),
      list: command(clientconfig.list, async (io, args) => (await import('./clientconfig/list.ts')).clientconfigList(io, args)),
      describe: command(clientconfig.describe, async (io, args) =>
        (await import('./clientconfig/describe.ts')).clientconfigDescribe(io, args),
      ),
      kubeconfig: command(clientconfig.kubeconfig, async (io, args) =>
        (await import('./clientconfig/kubeconfig.ts')).clientconfigKubeconfig(io, args),
      ),
      rotate: command(clientconfig.rotate, async (io, args) => (await import('./clientconfig/rotate.ts')).clientconfigRotate(io, args)),
      renewer: command(clientconfig.renewer, async (io, args) => (await import('./clientconfig/renewer.ts')).clientconfigRenewer(io, args)),
      update: command(clientconfig.update, async (io, args) => (await import('./clientconfig/update.ts')).clientconfigUpdate(io, args)),
      rename: command(clientconfig.rename, async (io, args) => (await import('./clientconfig/rename.ts')).clientconfigRename(io, args)),
      delete: command(clientconfig.deleteUsage, async (io, args) =>
        (await import('./clientconfig/delete.ts')).clientconfigDelete(io, args),
      ),
      export: command(clientconfig.exportUsage, async (io, args) =>
        (await import('./clientconfig/export.ts')).clientconfigExport(io, args),
      ),
      import: command(clientconfig.importUsage, async (io, args) =>
        (await import('./clientconfig/import.ts')).clientconfigImport(io, args),
      ),
    },
  },
  operator: {
    describe: 'look at the operators of both planes',
    verbs: {
      status: command(operator.status, async (io, args) => (await import('./operator/status.ts')).operatorStatus(io, args)),
      restart: command(operator.restart, async (io, args) => (await import('./operator/restart.ts')).operatorRestart(io, args)),
    },
  },
  contexts: {
    describe: 'check, list and draw the contexts that clusters use',
    verbs: {
      check: command(contexts.check, async (io, args) => (await import('./contexts/check.ts')).contextsCheck(io, args)),
      list: command(contexts.list, async (io, args) => (await import('./contexts/list.ts')).contextsList(io, args)),
      graph: command(contexts.graph, async (io, args) => (await import('./contexts/graph.ts')).contextsGraph(io, args)),
    },
  },
};

/** Commands of one word, in the order of the help. */
export const singles: Readonly<Record<string, Command>> = {
  explain: command(single.explain, async (io, args) => (await import('./explain.ts')).explain(io, args)),
  register: command(single.register, async (io, args) => (await import('./register.ts')).register(io, args)),
  completion: command(single.completion, async (io, args) => (await import('./completion.ts')).completion(io, args)),
  options: command(single.options, async io => (await import('../cli/options-list.ts')).optionsList(io)),
  version: command(single.version, async (io, { output }) => (await import('./version.ts')).printVersion(io, output)),
};

/** The command of a path, as `contexts check` or `explain`; none for a noun alone that has verbs. */
export const commandAt = ([noun = '', verb = '']: readonly string[]): Command | undefined => {
  if (Object.hasOwn(singles, noun)) return singles[noun];
  const verbs = Object.hasOwn(nouns, noun) ? (nouns[noun]?.verbs ?? {}) : {};
  return Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
};
