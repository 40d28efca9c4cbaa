import type { Usage } from '../../cli/command.ts';
import { formats } from '../../output/formats.ts';
import type { Args } from '../global-options.ts';
import { allNamespaces, filenameOption, listOutput } from '../shared-options.ts';

export const check = {
  describe: 'check every context that is named or provided anywhere, and say whether the operator would start',
  positionals: {
    NAME: { array: true, describe: 'only these contexts' },
  },
  options: {
    filename: filenameOption('check these manifests or this snapshot, and contact nothing'),
    snapshot: { describe: 'also write what was read to this file, without credentials, for -f' },
    output: {
      alias: 'o',
      array: true,
      suggestions: formats,
      describe: `${formats.join(', ')} on standard output (default: table); FORMAT=FILE writes a file as well`,
    },
    'print-rbac': { type: 'boolean', describe: 'print the role that a reader needs, for kubectl apply, and read nothing' },
    'fail-on': { choices: ['error', 'warning', 'never'], default: 'error', describe: 'lowest severity that makes the exit code 1' },
    for: { describe: 'can this K8ssandraCluster be applied now? NAME, NAMESPACE/NAME or a manifest' },
    only: { array: true, describe: 'only these codes or families, such as KC101 or KC3' },
    skip: { array: true, describe: 'not these codes' },
    suppress: { array: true, describe: 'show but do not count CODE or CODE=CONTEXT' },
    'suppress-file': { describe: 'a file of suppressions, one a line; # starts a comment' },
    show: { choices: ['all', 'problems'], describe: 'all: every context, warning and note; problems: no context that is ok' },
    'warn-before': { describe: 'warn when something expires within this time (default: 30d)' },
    timeout: { describe: 'time limit of one probe (default: --request-timeout)' },
    deadline: { describe: 'time limit of the whole run; with --watch of each look (default: 60s)' },
    parallel: { type: 'number', default: 96, describe: 'contexts probed at once' },
    watch: { alias: 'w', type: 'boolean', describe: 'repeat the check and show what has changed, until Ctrl-C' },
    'wait-for': { choices: ['ok'], describe: 'ok: repeat until nothing is wrong or --deadline has passed' },
    interval: { default: '2s', describe: 'the pause of --watch and --wait-for' },
    'all-namespaces': allNamespaces,
  },
  examples: [
    ['$0 contexts check', 'every context of the current control plane'],
    ['$0 contexts check east west -o json', 'two contexts, for a pipeline'],
    ['$0 contexts check -f deploy/ -o github -o sarif=contexts.sarif', 'one run, two outputs'],
    ['$0 contexts check --for demo.yaml', 'can this K8ssandraCluster be applied now?'],
    ['kustomize build overlays/prod | $0 contexts check -f -', 'manifests, before they are applied'],
  ],
} as const satisfies Usage;
export type CheckArgs = Args<typeof check>;

export const list = {
  describe: 'list every context that is named or provided anywhere; contacts no data plane',
  options: {
    filename: filenameOption('list those of these manifests or this snapshot'),
    'all-namespaces': allNamespaces,
    output: listOutput,
  },
  examples: [
    ['$0 contexts list', 'who provides each context, and who uses it'],
    [`$0 contexts list -o jsonpath='{.items[?(@.status.loaded!="current")].metadata.name}'`, 'those that are not loaded'],
  ],
} as const satisfies Usage;
export type ContextsListArgs = Args<typeof list>;

export const graph = {
  describe: 'draw who uses each context and where it leads; contacts no data plane',
  options: {
    filename: filenameOption('draw these manifests or this snapshot'),
    'all-namespaces': allNamespaces,
    output: { alias: 'o', choices: ['tree', 'dot', 'mermaid', 'svg'], default: 'tree', describe: 'output format' },
  },
  examples: [
    ['$0 contexts graph', 'each context with its ClientConfig, Secret, server and users'],
    ['$0 contexts graph -o svg > contexts.svg', 'one self-contained picture'],
    ['$0 contexts graph -o mermaid -f deploy/', 'a repository, for a Markdown page'],
  ],
} as const satisfies Usage;
export type GraphArgs = Args<typeof graph>;
