import { quoted } from '../golang/format.ts';
import { decodeYaml } from '../goyaml/decode.ts';
import { isList, isMap, isNumber, type YamlMap, type YamlValue } from '../goyaml/value.ts';
import type { Decoding } from './go-json.ts';
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
  const unfit = jsonFault(yaml.value) ?? kindFault(yaml.value);
  if (unfit !== undefined) return fault(unfit);
  const state: Decoding = { fault: undefined };
  const decoded = config.decode(yaml.value, config.zero, { struct: '', path: [] }, state);
  return state.fault === undefined ? convert(withDefaults(decoded)) : fault(state.fault);
};

/** encoding/json goes as deep as this. */
const mostDepth = 10_000;
/** sigs.k8s.io/yaml yaml.go convertToJSONableObject, then json.Marshal, then the scanner of json.Unmarshal. */
const jsonFault = (value: YamlValue): string | undefined => {
  if (isNumber(value)) return unsupported(value.type === 'float64' ? value.value : 0);
  if (!isList(value) && !isMap(value)) return undefined;
  const deep = value.depth > mostDepth ? `${noKind}exceeded max depth` : undefined;
  return value.badKey ?? value.unsupported ?? deep;
};
const unsupported = (value: number): string | undefined =>
  Number.isFinite(value) ? undefined : `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`;

const noKind = "couldn't get version/kind; json parse error: ";
const kindStruct = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
/** kind and apiVersion are known, or left out; apimachinery serializer/json/meta.go Interpret, pkg/runtime/error.go. */
const kindFault = (value: YamlValue): string | undefined => {
  if (value === null) return undefined;
  if (!isMap(value)) return `${noKind}json: cannot unmarshal ${jsonKindOf(value)} into Go value of type ${kindStruct}`;
  const found = findKind(value);
  if (found.fault !== undefined) return `${noKind}${found.fault}`;
  const parts = found.apiVersion === '/' ? [''] : found.apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${found.apiVersion}`;
  const [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', parts[0] ?? ''];
  if (version === '' && group !== '') return "Object 'apiVersion' is missing in the kubeconfig";
  const [kind, shown] = [found.kind || 'Config', `${group === '' ? '' : `${group}/`}${version || 'v1'}`];
  if (kind === 'Config' && shown === 'v1') return undefined;
  return `no kind ${quoted(kind)} is registered for version ${quoted(shown)} in scheme "pkg/runtime/scheme.go:111"`;
};
const jsonKindOf = (value: YamlValue): string =>
  isList(value) ? 'array' : isNumber(value) ? 'number' : typeof value === 'boolean' ? 'bool' : 'string';
/** encoding/json takes a key in any case here, the last of them in the order of the keys. */
const findKind = (value: YamlMap): { readonly kind: string; readonly apiVersion: string; readonly fault: string | undefined } => {
  const found = { kind: '', apiVersion: '' };
  let fault: string | undefined;
  for (const key of [...value.entries.keys()].sort()) {
    const field = fields[folded(key)];
    const item = value.entries.get(key)?.value ?? null;
    if (field === undefined || item === null) continue;
    if (typeof item === 'string') found[field] = item;
    else fault ??= `json: cannot unmarshal ${isMap(item) ? 'object' : jsonKindOf(item)} into Go struct field .${field} of type string`;
  }
  return { ...found, fault };
};
const fields: Readonly<Record<string, 'kind' | 'apiVersion'>> = { KIND: 'kind', APIVERSION: 'apiVersion' };
/** Unicode's simple folding as far as it leads to ASCII; encoding/json fold.go. */
const folded = (key: string): string =>
  key
    .replace(/\u212a/g, 'K')
    .replace(/\u017f/g, 'S')
    .replace(/[a-z]/g, letter => letter.toUpperCase());

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
  const named = {
    clusters: decoded.clusters.map(({ name, cluster }) => [name, cluster] as const),
    users: decoded.users.map(({ name, user }) => [name, user] as const),
    contexts: decoded.contexts.map(({ name, context }) => [name, context] as const),
  };
  const twice =
    twiceExtended(decoded.preferences.extensions) ??
    twiceNamed(named.clusters, 'Cluster') ??
    twiceNamed(named.users, 'AuthInfo') ??
    twiceNamed(named.contexts, 'Context') ??
    twiceExtended(decoded.extensions);
  if (twice !== undefined) return fault(twice);
  const { clusters, users, contexts } = named;
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
  const seen = new Set<string>();
  for (const [name, entry] of list) {
    const extended = twiceExtended(entry.extensions);
    if (extended !== undefined) return extended;
    if (seen.has(name)) return `error converting *[]Named${type} into *map[string]*api.${type}: duplicate name "${name}" in list`;
    seen.add(name);
  }
  return undefined;
};
/** An extension without content does not count as one. */
const twiceExtended = (extensions: readonly NamedExtension[]): string | undefined => {
  const seen = new Map<string, YamlValue>();
  for (const { name, extension } of extensions) {
    if ((seen.get(name) ?? null) !== null)
      return `error converting *[]NamedExtension into *map[string]runtime.Object: duplicate name "${name}" in list`;
    seen.set(name, extension);
  }
  return undefined;
};
