import type { InferredOptionTypes, Options } from 'yargs';

/** kubectl's global flags, with its words. They choose the control plane's connection. */
export const globalOptions = {
  kubeconfig: { type: 'string', requiresArg: true, describe: 'path to the kubeconfig file to use' },
  context: { type: 'string', requiresArg: true, describe: 'the kubeconfig context of the CONTROL PLANE (default: the current one)' },
  cluster: { type: 'string', requiresArg: true, describe: 'the kubeconfig cluster to use' },
  user: { type: 'string', requiresArg: true, describe: 'the kubeconfig user to use' },
  namespace: { alias: 'n', type: 'string', requiresArg: true, describe: "the operator's namespace, or one it watches" },
  server: { alias: 's', type: 'string', requiresArg: true, describe: 'address and port of the API server' },
  'tls-server-name': { type: 'string', requiresArg: true, describe: 'name to check the served certificate against' },
  'insecure-skip-tls-verify': { type: 'boolean', describe: 'do not verify the API server certificate' },
  token: { type: 'string', requiresArg: true, describe: 'bearer token for the API server' },
  as: { type: 'string', requiresArg: true, describe: 'user to impersonate' },
  'as-group': { type: 'string', array: true, requiresArg: true, describe: 'group to impersonate' },
  'request-timeout': { type: 'string', default: '10s', requiresArg: true, describe: 'time limit of one request, as 10s or 1m' },
  'no-color': { type: 'boolean', describe: 'plain text without colour (also NO_COLOR)' },
  v: { type: 'number', default: 0, requiresArg: true, describe: 'verbosity: 1 shows why something was not run' },
} as const satisfies Record<string, Options>;
export type GlobalArgs = InferredOptionTypes<typeof globalOptions>;
