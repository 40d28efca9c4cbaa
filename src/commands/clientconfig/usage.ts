import type { Flag, Usage } from '../../cli/command.ts';
import { overridesOf } from '../../plan/refusals.ts';
import type { Args } from '../global-options.ts';
import { allow, dryRunOption, listOutput, writeOutputOption, yes } from '../shared-options.ts';

const oneConfig = { required: true, describe: 'the ClientConfig, by name or by context' } as const satisfies Flag;

export const create = {
  describe: 'create the ClientConfig of a data plane from your own kubeconfig, proven before it is written',
  positionals: {
    NAME: {
      describe: "context name that datacenters will use as k8sContext (default: the data plane's context name)",
    },
  },
  options: {
    'from-context': { array: true, describe: 'kubeconfig context of the DATA PLANE; several as a,b,c' },
    'service-account': { describe: "service account in the data plane (default: the operator's own)" },
    'source-namespace': {
      describe: 'namespace of that service account (default: where the operator runs)',
    },
    'dest-namespace': {
      describe: "namespace for Secret and ClientConfig (default: the control plane operator's)",
    },
    server: {
      alias: 's',
      describe: 'address of the data plane as the operator reaches it (default: as in your kubeconfig)',
    },
    'tls-server-name': {
      blank: true,
      describe: 'name that the data plane\'s certificate is for, when it is not the server\'s; "" takes the stored one away',
    },
    'ca-file': { describe: 'PEM file of the CA that signed what the data plane serves' },
    'token-ttl': { describe: 'lifetime of the token, such as 90d; requires the renewer (see clientconfig renewer)' },
    'proxy-url': { blank: true, describe: 'proxy through which the operator reaches the data plane; "" takes the stored one away' },
    allow: allow(overridesOf('create')),
    'dry-run': dryRunOption('prove everything and show the plan, write nothing'),
    output: {
      alias: 'o',
      choices: ['text', 'json', 'yaml'],
      default: 'text',
      describe: 'yaml: print the manifests for GitOps and do not write them; json: what was planned and done',
    },
    yes,
    wait: { type: 'boolean', describe: 'wait until the operator has read what was written and is ready' },
    timeout: {
      default: '2m',
      describe: 'how long to wait for tokens, and with --wait for the operator',
    },
  },
  examples: [
    ['$0 clientconfig create --from-context east,west', 'two data planes in one run'],
    ['$0 clientconfig create east --from-context eks-east --server https://east.example.com', 'another name and address'],
  ],
} as const satisfies Usage;
export type CreateArgs = Args<typeof create>;

export const list = {
  describe: 'list ClientConfigs and what their Secrets hold; contacts no data plane',
  options: {
    'all-namespaces': {
      alias: 'A',
      type: 'boolean',
      describe: 'every namespace, also those that the operator ignores (the default without -n)',
    },
    output: listOutput,
  },
  examples: [
    ['$0 clientconfig list', 'server, identity, loaded or not, expiry, users'],
    ["$0 clientconfig list -o jsonpath='{.items[*].status.context}'", 'the context names'],
  ],
} as const satisfies Usage;
export type ListArgs = Args<typeof list>;

export const describe = {
  describe: 'show everything about one ClientConfig: what is stored (redacted), who uses it, hashes, findings, events',
  positionals: { NAME: oneConfig },
  examples: [['$0 clientconfig describe east', 'everything known of it']],
} as const satisfies Usage;
export type DescribeArgs = Args<typeof describe>;

export const kubeconfig = {
  describe: 'print the kubeconfig that is stored for a ClientConfig, its credentials replaced by fingerprints',
  positionals: { NAME: oneConfig },
  options: {
    'show-token': { type: 'boolean', describe: 'with its credential: keep the output as safe as a password' },
    'output-file': { describe: 'write it, credential included, to this new file of mode 0600' },
    overwrite: { type: 'boolean', describe: 'replace the file of --output-file when it exists' },
  },
  examples: [
    ['$0 clientconfig kubeconfig east', 'redacted'],
    ['$0 clientconfig kubeconfig east --output-file east.kubeconfig', 'usable, for you alone'],
  ],
} as const satisfies Usage;
export type KubeconfigArgs = Args<typeof kubeconfig>;

export const rotate = {
  describe: 'replace the tokens of ClientConfigs with one restart of the operator and no gap, then revoke the old ones',
  positionals: {
    NAME: { array: true, describe: 'ClientConfigs to rotate, by name or by context' },
  },
  options: {
    all: { type: 'boolean', describe: 'every ClientConfig that the operator reads' },
    resume: {
      type: 'boolean',
      describe: 'finish rotations whose process has died, from any machine, and begin none; without NAME all of them',
    },
    'from-context': {
      array: true,
      describe: 'your own context of a data plane, as NAME=CONTEXT (default: the recorded one, else the stored credential)',
    },
    'token-ttl': {
      describe: 'lifetime of the token, such as 90d; requires the renewer (see clientconfig renewer)',
    },
    'expiring-within': { describe: 'only those whose token ends within this time, as 30d; with --resume those too' },
    'dry-run': dryRunOption('show what would be rotated, write nothing'),
    output: writeOutputOption,
    yes,
    allow: allow(overridesOf('rotate')),
    timeout: { default: '5m', describe: 'how long the operator may take to read the new credentials' },
  },
  examples: [
    ['$0 clientconfig rotate east west', 'two credentials, one restart'],
    ['$0 clientconfig rotate --all --yes', 'all of them, from a script'],
    ['$0 clientconfig rotate --resume', 'finish what a lost terminal has left'],
  ],
} as const satisfies Usage;
export type RotateArgs = Args<typeof rotate>;

export const renewer = {
  describe: 'print a CronJob, with only the rights it needs, that renews expiring tokens (rotate --token-ttl)',
  options: {
    image: { describe: 'an image whose entry point is this binary' },
    schedule: { default: '17 3 * * *', describe: 'when to look, as cron writes it' },
    'token-ttl': { default: '90d', describe: 'how long a new token lives' },
    'expiring-within': { default: '30d', describe: 'renew what ends within this time' },
    'for-context': {
      describe: 'print what this data plane must grant, instead of what the control plane gets',
    },
    'from-context': { describe: 'your own context of that data plane (default: the one of the same server)' },
    output: { alias: 'o', choices: ['yaml'], default: 'yaml', describe: 'output format' },
  },
  examples: [
    ['$0 clientconfig renewer --image registry.example.com/kubectl-k8ssandra:1.0.0 | kubectl apply -f -', 'in the control plane'],
    ['$0 clientconfig renewer --for-context east | kubectl --context east apply -f -', 'in each data plane'],
  ],
} as const satisfies Usage;
export type RenewerArgs = Args<typeof renewer>;

export const update = {
  describe: 'change how the operator reaches a data plane (server, CA, proxy, TLS name), proven before it is written',
  positionals: { NAME: oneConfig },
  options: {
    server: { alias: 's', describe: 'address of the data plane as the operator reaches it' },
    'tls-server-name': { blank: true, describe: 'name that its certificate is for; "" takes it away' },
    'ca-file': { describe: 'PEM file of the CA that signed what the data plane serves' },
    'ca-from-context': { describe: 'your own context of the data plane: stores the CA that it publishes, or your kubeconfig has' },
    'proxy-url': { blank: true, describe: 'proxy through which the operator reaches it; "" takes it away' },
    'dry-run': dryRunOption('prove everything and show what changes, write nothing'),
    output: writeOutputOption,
    yes,
    allow: allow(overridesOf('update')),
    wait: { type: 'boolean', describe: 'wait until the operator has read the change and is ready' },
    timeout: { default: '2m', describe: 'how long to wait for the operator' },
  },
  examples: [['$0 clientconfig update east --server https://east.example.com:6443', 'the API server has moved']],
} as const satisfies Usage;
export type UpdateArgs = Args<typeof update>;

export const rename = {
  describe: 'give a context another name, when nothing uses the old one',
  positionals: {
    NAME: oneConfig,
    CONTEXT: { required: true, describe: 'the new context name, as datacenters will write it in k8sContext' },
  },
  options: {
    force: { type: 'boolean', describe: 'rename it although the old name is in use: asks for the name to be typed' },
    yes,
    'dry-run': dryRunOption('show what would change, write nothing'),
    output: writeOutputOption,
  },
  examples: [['$0 clientconfig rename east eu-east', 'the object keeps its name, the context gets another one']],
} as const satisfies Usage;
export type RenameArgs = Args<typeof rename>;

export const deleteUsage = {
  describe: 'delete a ClientConfig that nothing uses, then its Secret, then the token that was made for it',
  positionals: { NAME: { array: true, required: true, describe: 'ClientConfigs to delete, by name or by context' } },
  options: {
    force: { type: 'boolean', describe: 'delete it although the context is in use: asks for the name to be typed' },
    yes,
    'from-context': {
      array: true,
      describe: 'your own context of a data plane, as NAME=CONTEXT, to revoke its token (default: the one of the stored server)',
    },
    allow: allow(overridesOf('delete')),
    timeout: { default: '1m', describe: 'how long a ClientConfig may take to go when finalizers hold it' },
    'dry-run': dryRunOption('show what would be deleted, delete nothing'),
    output: writeOutputOption,
  },
  examples: [
    ['$0 clientconfig delete east', 'refused while a K8ssandraCluster uses east'],
    ['$0 clientconfig delete east west', 'two of them, one restart'],
  ],
} as const satisfies Usage;
export type DeleteArgs = Args<typeof deleteUsage>;

export const exportUsage = {
  describe: 'print ClientConfigs so that they can be created on another control plane',
  positionals: {
    NAME: { array: true, describe: 'ClientConfigs to export (default: all that the operator reads)' },
  },
  options: {
    'with-secrets': { type: 'boolean', describe: 'with the Secrets and the tokens in them: keep the output as safe as a password' },
    output: { alias: 'o', choices: ['yaml', 'json'], default: 'yaml', describe: 'output format' },
  },
  examples: [['$0 clientconfig export --with-secrets > registrations.yaml', 'everything import needs; umask 077 first']],
} as const satisfies Usage;
export type ExportArgs = Args<typeof exportUsage>;

export const importUsage = {
  describe: 'create what export has printed on this control plane, proven first, Secrets before ClientConfigs',
  options: {
    filename: { alias: 'f', array: true, required: true, describe: 'file of an export, or - for standard input; several may be given' },
    'dest-namespace': { describe: 'put everything into this namespace (default: where it came from)' },
    overwrite: { type: 'boolean', describe: 'change objects that exist and differ' },
    'dry-run': dryRunOption('prove everything and show what would be written, write nothing'),
    output: writeOutputOption,
    yes,
    allow: allow(overridesOf('import')),
    wait: { type: 'boolean', describe: 'wait until the operator has read everything and is ready' },
    timeout: { default: '2m', describe: 'how long to wait for the operator' },
  },
  examples: [
    ['$0 clientconfig import -f registrations.yaml --dry-run', 'what it would do'],
    ['$0 clientconfig export --with-secrets --context old | $0 clientconfig import -f - --context new', 'move them all'],
  ],
} as const satisfies Usage;
export type ImportArgs = Args<typeof importUsage>;
