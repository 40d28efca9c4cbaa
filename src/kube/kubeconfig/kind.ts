import { shownName } from '../../base/shown.ts';
import { inByteOrder, quoted } from '../golang/format.ts';
import { depthWords, mostDepth } from '../golang/json-syntax.ts';
import { isList, isMap, isNumber, type YamlList, type YamlMap, type YamlValue } from '../goyaml/value.ts';

/** The one kind that a decoder knows, which what names none is taken for; `called` stands for the text in a message. */
export interface KnownKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly called: string;
}

/** sigs.k8s.io/yaml yaml.go convertToJSONableObject, then json.Marshal, then the scanner of json.Unmarshal. */
export const jsonFault = (value: YamlValue): string | undefined => {
  if (isNumber(value)) return unsupported(value.type === 'float64' ? value.value : 0);
  if (!isList(value) && !isMap(value)) return undefined;
  return value.badKey ?? value.unsupported ?? (value.depth > mostDepth ? `${noKind}${depthFault(value)}` : undefined);
};
/** Of the first list or map, as JSON is written, that stands too deep. */
const depthFault = (root: YamlList | YamlMap): string => {
  let at = root;
  for (let level = 1; level <= mostDepth; level++) at = inner(at).find(({ depth }) => depth + level > mostDepth) ?? at;
  return `invalid character '${isList(at) ? '[' : '{'}' ${depthWords}`;
};
const inner = (value: YamlList | YamlMap): readonly (YamlList | YamlMap)[] =>
  (isList(value) ? value.items : inByteOrder(value.entries.keys()).map(key => value.entries.get(key)?.value ?? null)).filter(
    one => isList(one) || isMap(one),
  );
const unsupported = (value: number): string | undefined =>
  Number.isFinite(value) ? undefined : `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`;

export const noKind = "couldn't get version/kind; json parse error: ";
const kindStruct = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
/** kind and apiVersion are known, or left out; apimachinery serializer/json/meta.go Interpret, pkg/runtime/error.go. */
export const kindFault = (value: YamlValue, known: KnownKind): string | undefined => {
  if (value === null) return undefined;
  if (!isMap(value)) return `${noKind}json: cannot unmarshal ${jsonKindOf(value)} into Go value of type ${kindStruct}`;
  const typeMeta = findKind(value);
  if (typeMeta.fault !== undefined) return `${noKind}${typeMeta.fault}`;
  const parts = typeMeta.apiVersion === '/' ? [''] : typeMeta.apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${shownName(typeMeta.apiVersion)}`;
  const groupVersion = parts.length === 2 ? { group: parts[0] ?? '', version: parts[1] ?? '' } : { group: '', version: parts[0] ?? '' };
  const { group, version } = withDefault(groupVersion, known);
  if (version === '') return `Object 'apiVersion' is missing in ${known.called}`;
  const kind = typeMeta.kind || known.kind;
  if (kind === known.kind && version === known.version && group === known.group) return undefined;
  const apiVersion = `${group === '' ? '' : `${group}/`}${version}`;
  return `no kind ${quoted(shownName(kind))} is registered for version ${quoted(shownName(apiVersion))} in scheme "pkg/runtime/scheme.go:111"`;
};
/** apimachinery serializer/json/json.go gvkWithDefaults */
const withDefault = ({ group, version }: Pick<KnownKind, 'group' | 'version'>, known: KnownKind): Pick<KnownKind, 'group' | 'version'> =>
  version === '' && (group === '' || group === known.group) ? known : { group, version };
const jsonKindOf = (value: YamlValue): string =>
  isList(value) ? 'array' : isNumber(value) ? 'number' : typeof value === 'boolean' ? 'bool' : 'string';
/** encoding/json takes a key in any case here, the last of them in the order of the keys. */
const findKind = (value: YamlMap): { readonly kind: string; readonly apiVersion: string; readonly fault: string | undefined } => {
  const typeMeta = { kind: '', apiVersion: '' };
  let fault: string | undefined;
  for (const key of [...value.entries.keys()].sort()) {
    const field = fields[folded(key)];
    const item = value.entries.get(key)?.value ?? null;
    if (field === undefined || item === null) continue;
    if (typeof item === 'string') typeMeta[field] = item;
    else fault ??= `json: cannot unmarshal ${isMap(item) ? 'object' : jsonKindOf(item)} into Go struct field .${field} of type string`;
  }
  return { ...typeMeta, fault };
};
const fields: Readonly<Record<string, 'kind' | 'apiVersion'>> = { KIND: 'kind', APIVERSION: 'apiVersion' };
/** Unicode's simple folding as far as it leads to ASCII; encoding/json fold.go. */
const folded = (key: string): string =>
  key
    .replace(/\u212a/g, 'K')
    .replace(/\u017f/g, 'S')
    .replace(/[a-z]/g, letter => letter.toUpperCase());
