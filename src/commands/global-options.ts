import type { Flag, OwnArgs, Usage, Values } from '../cli/command.ts';

/** kubectl's global flags, with its words. They choose the control plane's connection. */
export const globalOptions = {
  kubeconfig: { describe: 'path to the kubeconfig file to use' },
  context: { describe: 'the kubeconfig context of the CONTROL PLANE (default: the current one)' },
  cluster: { describe: 'the kubeconfig cluster to use' },
  user: { describe: 'the kubeconfig user to use' },
  namespace: { alias: 'n', describe: "the operator's namespace, or one it watches" },
  server: { alias: 's', describe: 'address and port of the API server' },
  'tls-server-name': { describe: 'name to check the served certificate against' },
  'insecure-skip-tls-verify': { type: 'boolean', describe: 'do not verify the API server certificate' },
  'certificate-authority': { describe: 'path to a certificate file of the authority that signed the API server' },
  'client-certificate': { describe: 'path to a client certificate file for TLS' },
  'client-key': { describe: 'path to a client key file for TLS' },
  token: { describe: 'bearer token for the API server' },
  as: { describe: 'user to impersonate' },
  'as-uid': { describe: 'uid to impersonate' },
  'as-group': { array: true, describe: 'group to impersonate' },
  'as-user-extra': { array: true, describe: 'extra of the user to impersonate, as KEY=VALUE' },
  'request-timeout': { default: '10s', describe: 'time limit of one request, as 10s or 1m' },
  deadline: { describe: 'time limit of the whole run, as 30s or 5m (default: 60s for what only reads)' },
  'no-color': { type: 'boolean', describe: 'plain text without colour (also NO_COLOR)' },
  v: { type: 'number', default: 0, describe: 'verbosity: 1 shows why something was not run' },
} as const satisfies Readonly<Record<string, Flag>>;
export type GlobalArgs = Values<typeof globalOptions>;
/** What a command gets of a line that fits its usage. */
export type Args<T extends Usage> = GlobalArgs & OwnArgs<T>;
