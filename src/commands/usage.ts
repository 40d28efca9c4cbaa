import type { Usage } from '../cli/command.ts';
import { overridesOf } from '../plan/refusals.ts';
import type { Args } from './global-options.ts';
import { allow, yes } from './shared-options.ts';

export const explain = {
  describe: "explain a finding code, or a line of the operator's log; without one, list all codes",
  positionals: { CODE: { array: true, describe: "finding codes or families, as KC201 or KC2, or words from the operator's log" } },
  options: { output: { alias: 'o', choices: ['text', 'markdown', 'json'], default: 'text', describe: 'output format' } },
  examples: [
    ['$0 explain KC201', 'one code'],
    ['$0 explain KC2', 'a family'],
    [`$0 explain 'secrets "west-config" not found'`, 'a line of the log'],
  ],
} as const satisfies Usage;
export type ExplainArgs = Args<typeof explain>;

/** The flags of k8ssandra-client's `register`; cmd/kubectl-k8ssandra/register/command.go. */
export const register = {
  describe: "deprecated: clientconfig create with the flags of k8ssandra-client's register",
  options: {
    'source-kubeconfig': { describe: 'kubeconfig with the context of the data plane' },
    'dest-kubeconfig': { describe: 'kubeconfig with the context of the control plane' },
    'source-context': { describe: 'context of the data plane' },
    'dest-context': { describe: 'context of the control plane' },
    'source-namespace': { describe: 'namespace of the service account (default: found)' },
    'dest-namespace': { describe: 'namespace of Secret and ClientConfig (default: found)' },
    'serviceaccount-name': { describe: 'service account in the data plane (default: found)' },
    'destination-name': { describe: 'context name (default: the source context, unchanged)' },
    'override-src-ip': { describe: 'address of the data plane, with --override-src-port' },
    'override-src-port': { describe: 'port of the data plane, with --override-src-ip' },
    allow: allow(overridesOf('create')),
    yes,
  },
  examples: [['$0 register --source-context east --dest-context hub', 'the same as clientconfig create --from-context east --context hub']],
} as const satisfies Usage;
export type RegisterArgs = Args<typeof register>;

export const completion = {
  describe: 'print the completion script of a shell',
  positionals: {
    SHELL: {
      choices: ['bash', 'zsh', 'fish', 'powershell', 'kubectl', 'kubectl-cmd'],
      required: true,
      describe: 'the shell, or kubectl (on Windows kubectl-cmd) for its own completion',
    },
  },
  examples: [
    ['source <($0 completion bash)', 'complete kubectl-k8ssandra in this shell'],
    ['$0 completion kubectl > kubectl_complete-k8ssandra', 'what kubectl itself calls: make it executable, on PATH'],
  ],
} as const satisfies Usage;
export type CompletionArgs = Args<typeof completion>;

export const options = { describe: 'list the flags that every command takes' } as const satisfies Usage;

export const version = {
  describe: 'show the version of this plugin',
  options: { output: { alias: 'o', choices: ['text', 'json'], default: 'text', describe: 'output format' } },
} as const satisfies Usage;
