import { usage } from '../../base/errors.ts';
import { type Entry, record } from './user.ts';

/** The `exec` of a user entry, which has passed client-go's validation. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  readonly provideClusterInfo: boolean;
  readonly installHint: string;
}

const group = 'client.authentication.k8s.io';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const modes = ['Never', 'IfAvailable', 'Always'] as const;

/** Throws what kubectl refuses, in its words; client-go clientcmd/validation.go validateAuthInfo and api/v1/defaults.go. */
export const execPlugin = (userName: string, exec: Entry): ExecPlugin => {
  const refuse = (message: string): never => {
    throw usage(message, `correct the exec entry of the user ${userName} in the kubeconfig`);
  };
  const required = (field: string): string =>
    text(exec[field]) || refuse(`${field} must be specified for ${userName} to use exec authentication plugin`);
  const command = required('command');
  const apiVersion = required('apiVersion');
  const env = list(exec['env'])
    .map(record)
    .map(({ name, value }) => ({ name: text(name), value: text(value) }));
  if (env.some(({ name }) => name === '')) refuse(`env variable name must be specified for ${userName} to use exec authentication plugin`);
  const older = apiVersion === `${group}/v1beta1` || apiVersion === `${group}/v1alpha1`;
  const wanted = text(exec['interactiveMode']) || (older ? 'IfAvailable' : required('interactiveMode'));
  const interactiveMode = modes.find(mode => mode === wanted) ?? refuse(`invalid interactiveMode for ${userName}: "${wanted}"`);
  if (apiVersion !== `${group}/v1` && apiVersion !== `${group}/v1beta1`)
    throw usage(
      `exec plugin of ${userName}: invalid apiVersion "${apiVersion}"`,
      `have its kubeconfig written again by its own tool, for ${group}/v1`,
    );
  return {
    command,
    args: list(exec['args']).map(String),
    env,
    apiVersion,
    interactiveMode,
    provideClusterInfo: exec['provideClusterInfo'] === true,
    installHint: text(exec['installHint']),
  };
};

/** What became of the ways to log in that client-go had built in; plugin/pkg/client/auth/gcp and azure. */
const replaced: Readonly<Record<string, string>> = {
  gcp: 'install gke-gcloud-auth-plugin, then run gcloud container clusters get-credentials again',
  azure: 'install kubelogin (https://azure.github.io/kubelogin), then run kubelogin convert-kubeconfig',
};
/** The auth-provider of a user entry: `oidc`, the only one that is left, or none. */
export const authProvider = (userName: string, user: Entry): 'oidc' | undefined => {
  const provider = user['auth-provider'];
  if (provider === undefined || provider === null) return undefined;
  const name = text(record(provider)['name']);
  if (name === 'oidc') return name;
  throw usage(
    name in replaced
      ? `The ${name} auth plugin has been removed (user ${userName})`
      : `no Auth Provider found for name "${name}" (user ${userName})`,
    replaced[name] ?? 'use an exec plugin in its place: kubectl has no other way left to ask one',
  );
};
