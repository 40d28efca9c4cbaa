import { shownName } from '../../base/shown.ts';
import { decodeYaml } from '../goyaml/decode.ts';
import type { YamlValue } from '../goyaml/value.ts';
import type { Decoding } from './go-json.ts';
import { jsonFault, kindFault } from './kind.ts';
import { type Cluster, type Config, type Context, config, type NamedExtension, type User } from './v1.ts';

/** What client-go holds of a kubeconfig: its lists by name. */
export interface Loaded {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, User>;
  readonly contexts: ReadonlyMap<string, Context>;
  readonly currentContext: string;
}
export type Load = { readonly ok: true; readonly value: Loaded } | { readonly ok: false; readonly message: string };
const fault = (message: string) => ({ ok: false, message }) as const;

/** More than a Secret can hold is not looked at. */
const mostBytes = 1024 * 1024;

/**
 * clientcmd.Load: YAML to JSON, the kind, every field of every entry, names that may stand once. Messages are client-go's but for contents,
 * which may be secrets. Never throws. Source: client-go tools/clientcmd/loader.go Load, apimachinery serializer/json/json.go Decode.
 */
export const load = (bytes: Uint8Array, most = mostBytes): Load => {
  if (bytes.length === 0) return { ok: true, value: { clusters: new Map(), users: new Map(), contexts: new Map(), currentContext: '' } };
  if (bytes.length > most) return fault(`the kubeconfig is larger than ${most} bytes`);
  const yaml = decodeYaml(bytes);
  if (!yaml.ok) return fault(yaml.message);
  const problem = jsonFault(yaml.value) ?? kindFault(yaml.value, { group: '', version: 'v1', kind: 'Config', called: 'the kubeconfig' });
  if (problem !== undefined) return fault(problem);
  const state: Decoding = { fault: undefined };
  const configValue = config.decode(yaml.value, config.zero, { struct: '', path: [] }, state);
  return state.fault === undefined ? convert(withDefaults(configValue)) : fault(state.fault);
};

/** client-go tools/clientcmd/api/v1/defaults.go SetDefaults_ExecConfig. */
const withDefaults = (decoded: Config): Config => ({
  ...decoded,
  users: decoded.users.map(named => {
    const { exec } = named.user;
    const isOptional = exec !== undefined && exec.interactiveMode === '' && optionalModes.includes(exec.apiVersion);
    return isOptional ? { ...named, user: { ...named.user, exec: { ...exec, interactiveMode: 'IfAvailable' } } } : named;
  }),
});
const optionalModes = ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1alpha1'];

/** The lists as maps, in the order of api/v1/zz_generated.conversion.go; a name may stand once (conversion.go). */
const convert = (decoded: Config): Load => {
  const entryLists = {
    clusters: decoded.clusters.map(({ name, cluster }) => [name, cluster] as const),
    users: decoded.users.map(({ name, user }) => [name, user] as const),
    contexts: decoded.contexts.map(({ name, context }) => [name, context] as const),
  };
  const duplicate =
    twiceExtended(decoded.preferences.extensions) ??
    twiceNamed(entryLists.clusters, 'Cluster') ??
    twiceNamed(entryLists.users, 'AuthInfo') ??
    twiceNamed(entryLists.contexts, 'Context') ??
    twiceExtended(decoded.extensions);
  if (duplicate !== undefined) return fault(duplicate);
  const { clusters, users, contexts } = entryLists;
  return {
    ok: true,
    value: {
      clusters: new Map(clusters),
      users: new Map(users),
      contexts: new Map(contexts),
      currentContext: decoded.currentContext,
    },
  };
};
/** client-go's message goes on with the list, and with the tokens in it. */
const twiceNamed = (
  list: readonly (readonly [string, { readonly extensions: readonly NamedExtension[] }])[],
  type: string,
): string | undefined => {
  const names = new Set<string>();
  for (const [name, entry] of list) {
    const duplicate = twiceExtended(entry.extensions);
    if (duplicate !== undefined) return duplicate;
    if (names.has(name))
      return `error converting *[]Named${type} into *map[string]*api.${type}: duplicate name "${shownName(name)}" in list`;
    names.add(name);
  }
  return undefined;
};
/** An extension without content does not count as one. */
const twiceExtended = (extensions: readonly NamedExtension[]): string | undefined => {
  const valueByName = new Map<string, YamlValue>();
  for (const { name, extension } of extensions) {
    if ((valueByName.get(name) ?? null) !== null)
      return `error converting *[]NamedExtension into *map[string]runtime.Object: duplicate name "${shownName(name)}" in list`;
    valueByName.set(name, extension);
  }
  return undefined;
};
