import type { Args, Usage } from './command.ts';

export const explain = {
  command: 'explain [CODE..]',
  describe: 'what a finding code asserts, why it matters and how to cure it; without CODE the whole table',
  positionals: { CODE: { type: 'string', array: true, describe: 'finding codes or families, as KC201 or KC2' } },
  options: { output: { alias: 'o', choices: ['text', 'markdown', 'json'], default: 'text', describe: 'output format' } },
  examples: [
    ['$0 explain KC201', 'one code'],
    ['$0 explain KC2', 'a family'],
  ],
} as const satisfies Usage;
export type ExplainArgs = Args<typeof explain>;

/** The flags of k8ssandra-client's `register`; cmd/kubectl-k8ssandra/register/command.go. */
export const register = {
  command: 'register',
  describe: "deprecated: clientconfig create with the flags of k8ssandra-client's register",
  options: {
    'source-kubeconfig': { type: 'string', requiresArg: true, describe: 'kubeconfig with the context of the data plane' },
    'dest-kubeconfig': { type: 'string', requiresArg: true, describe: 'kubeconfig with the context of the control plane' },
    'source-context': { type: 'string', requiresArg: true, describe: 'context of the data plane' },
    'dest-context': { type: 'string', requiresArg: true, describe: 'context of the control plane' },
    'source-namespace': { type: 'string', requiresArg: true, describe: 'namespace of the service account (default: found)' },
    'dest-namespace': { type: 'string', requiresArg: true, describe: 'namespace of Secret and ClientConfig (default: found)' },
    'serviceaccount-name': { type: 'string', requiresArg: true, describe: 'service account in the data plane (default: found)' },
    'destination-name': { type: 'string', requiresArg: true, describe: 'context name (default: the source context, unchanged)' },
    'override-src-ip': { type: 'string', requiresArg: true, describe: 'address of the data plane, with --override-src-port' },
    'override-src-port': { type: 'string', requiresArg: true, describe: 'port of the data plane, with --override-src-ip' },
    allow: { type: 'string', array: true, requiresArg: true, describe: 'lift a refusal of clientconfig create by its name' },
  },
  examples: [['$0 register --source-context east --dest-context hub', 'the same as clientconfig create --from-context east --context hub']],
} as const satisfies Usage;
export type RegisterArgs = Args<typeof register>;

export const completion = {
  command: 'completion <SHELL>',
  describe: 'print the completion script of a shell',
  positionals: {
    SHELL: {
      choices: ['bash', 'zsh', 'fish', 'powershell', 'kubectl'],
      demandOption: true,
      describe: 'the shell, or kubectl for its own completion',
    },
  },
  examples: [
    ['source <($0 completion bash)', 'complete kubectl-k8ssandra in this shell'],
    ['$0 completion kubectl > kubectl_complete-k8ssandra', 'what kubectl itself calls: make it executable, on PATH'],
  ],
} as const satisfies Usage;
export type CompletionArgs = Args<typeof completion>;

export const options = { command: 'options', describe: 'list the flags that every command takes' } as const satisfies Usage;

export const version = {
  command: 'version',
  describe: 'show the version of this plugin',
  options: { output: { alias: 'o', choices: ['text', 'json'], default: 'text', describe: 'output format' } },
} as const satisfies Usage;
