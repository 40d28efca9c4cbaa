import type { IO } from '../base/io.ts';
import type { Command, Noun, Program, Usage } from '../cli/command.ts';
import * as clientconfig from './clientconfig/usage.ts';
import * as contexts from './contexts/usage.ts';
import { type Args, globalOptions } from './global-options.ts';
import * as operator from './operator/usage.ts';
import * as single from './usage.ts';

/** Sees to it that a command takes what its usage gives. */
const command = <T extends Usage>(usage: T, run: (io: IO, args: Args<T>) => Promise<void>): Command => ({
  ...usage,
  run: async (io: IO, args: Args<T>) =>
    run(args.deadline === undefined ? io : (await import('./deadline.ts')).withDeadline(io, args), args),
});
/** The same for one that answers at once. */
const early = <T extends Usage>(usage: T, run: (io: IO, args: Args<T>) => Promise<void>): Command => ({ ...usage, run, early: true });

export const nouns: Readonly<Record<string, Noun>> = {
  clientconfig: {
    describe: 'create, list, describe, rotate, update, rename, delete, export, import',
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
    describe: 'show or restart the K8ssandra Operators',
    verbs: {
      status: command(operator.status, async (io, args) => (await import('./operator/status.ts')).operatorStatus(io, args)),
      restart: command(operator.restart, async (io, args) => (await import('./operator/restart.ts')).operatorRestart(io, args)),
    },
  },
  contexts: {
    describe: 'check, list and graph the contexts that K8ssandraClusters use',
    verbs: {
      check: command(contexts.check, async (io, args) => (await import('./contexts/check.ts')).contextsCheck(io, args)),
      list: command(contexts.list, async (io, args) => (await import('./contexts/list.ts')).contextsList(io, args)),
      graph: command(contexts.graph, async (io, args) => (await import('./contexts/graph.ts')).contextsGraph(io, args)),
    },
  },
};

/** Commands of one word, in the order of the help. */
export const singles: Readonly<Record<string, Command>> = {
  explain: early(single.explain, async (io, args) => (await import('./explain.ts')).explain(io, args)),
  register: command(single.register, async (io, args) => (await import('./register.ts')).register(io, args)),
  completion: early(single.completion, async (io, args) => (await import('./completion/script.ts')).printScript(io, program, args)),
  options: early(single.options, async io => {
    const { helpWidth, optionsHelp } = await import('../cli/help.ts');
    io.out(optionsHelp(globalOptions, helpWidth(io)));
  }),
  version: early(single.version, async (io, { output }) => (await import('./version.ts')).printVersion(io, output)),
};

const ofTheClient = { say: 'that is a command of k8ssandra-client, whose binary has the same name: see docs/compared.md' };

export const program: Program = {
  name: 'kubectl k8ssandra',
  file: 'kubectl-k8ssandra',
  describe: 'register and check the clusters of a K8ssandra Operator',
  nouns,
  singles,
  globals: globalOptions,
  first: [
    ['contexts check', 'is anything wrong, and would the operator start?'],
    ['clientconfig create --from-context CONTEXT', 'register the data plane behind that context of your kubeconfig'],
    ['operator status', 'releases, restarts, last exit'],
  ],
  foreign: {
    get: { command: 'clientconfig list' },
    add: { command: 'clientconfig create' },
    remove: { command: 'clientconfig delete' },
    show: { command: 'clientconfig describe' },
    doctor: { command: 'contexts check' },
    validate: { command: 'contexts check' },
    logs: { command: 'operator status' },
    ...Object.fromEntries(
      ['users', 'nodetool', 'helm', 'tasks', 'task', 'tools', 'config', 'edit', 'import-cluster'].map(word => [word, ofTheClient]),
    ),
  },
};
