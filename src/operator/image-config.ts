import { decodeYaml } from '../kube/goyaml/decode.ts';
import { isMap, type YamlMap, type YamlValue } from '../kube/goyaml/value.ts';

/** The label of the ConfigMap, by which the operator finds it in its own namespace. */
export const imageConfigLabel = 'k8ssandra.io/config=image';
const key = 'image_config.yaml';
const kind = { apiVersion: 'config.k8ssandra.io/v1beta2', kind: 'ImageConfig' } as const;

interface Candidate {
  readonly data?: Readonly<Record<string, string>> | undefined;
}
/**
 * The message with which the operator dies of its ImageConfig, `undefined` when it is of use: the first ConfigMap in order that has the key
 * decides. Source: cass-operator pkg/images/images_v1beta2.go NewImageRegistryFromConfigMap.
 */
export const imageConfigFault = (configMaps: readonly Candidate[]): string | undefined => {
  if (configMaps.length === 0) return 'failed to find imageconfig';
  const text = configMaps.map(({ data }) => data?.[key]).find(one => one !== undefined && one !== '');
  if (text === undefined) return `no ConfigMap with label ${imageConfigLabel} and key ${key} found`;
  const why = decodeFault(text);
  return why === undefined
    ? undefined
    : `parsing v1beta2 image config: could not load image config: could not decode file into runtime.Object: ${why}`;
};
const decodeFault = (text: string): string | undefined => {
  const decoded = decodeYaml(Buffer.from(text));
  if (!decoded.ok) return `error converting YAML to JSON: ${decoded.message}`;
  const { value } = decoded;
  if (!isMap(value)) return "couldn't get version/kind; json parse error";
  const [apiVersion, name] = [textOf(value, 'apiVersion'), textOf(value, 'kind')];
  if (name === '') return "Object 'Kind' is missing";
  if (apiVersion === '') return "Object 'apiVersion' is missing";
  if (apiVersion !== kind.apiVersion || name !== kind.kind) return `no kind "${name}" is registered for version "${apiVersion}"`;
  const wrong = ['images', 'defaults', 'overrides', 'types'].find(field => !isObjectOrAbsent(value.entries.get(field)?.value));
  return wrong === undefined ? undefined : `json: cannot unmarshal into Go struct field ImageConfig.${wrong}`;
};
const textOf = ({ entries }: YamlMap, field: string): string => {
  const value = entries.get(field)?.value;
  return typeof value === 'string' ? value : '';
};
const isObjectOrAbsent = (value: YamlValue | undefined): boolean => value === undefined || value === null || isMap(value);
