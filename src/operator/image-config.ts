import { jsonSyntaxFault } from '../kube/golang/json-syntax.ts';
import { decodeYaml } from '../kube/goyaml/decode.ts';
import { type Decoding, goList, goMap, goPointer, goStruct, goText } from '../kube/kubeconfig/go-json.ts';
import { jsonFault, kindFault, noKind } from '../kube/kubeconfig/kind.ts';

/** The label of the ConfigMap, by which the operator finds it in its own namespace. */
export const imageConfigLabel = 'k8ssandra.io/config=image';
const key = 'image_config.yaml';

/** cass-operator apis/config/v1beta2/imageconfig_types.go; a field is called in the file as here. */
const text = goText();
const pullPolicy = goText('v1.PullPolicy');
const meta = { kind: ['kind', text], apiVersion: ['apiVersion', text] } as const;
const image = {
  ...meta,
  registry: ['registry', text],
  repository: ['repository', text],
  name: ['name', text],
  tag: ['tag', text],
  digest: ['digest', text],
  pullPolicy: ['pullPolicy', pullPolicy],
  pullSecret: ['pullSecret', text],
} as const;
const component = { suffix: ['suffix', text], prefix: ['prefix', text], ...image } as const;
const packageName = 'v1beta2';
const policy = goStruct(
  'ImagePolicy',
  {
    registry: ['registry', goPointer(text)],
    pullSecrets: ['pullSecrets', goList(text)],
    pullPolicy: ['pullPolicy', pullPolicy],
    repository: ['repository', goPointer(text)],
  },
  packageName,
);
const imageConfig = goStruct(
  'ImageConfig',
  {
    ...meta,
    images: ['images', goMap(goStruct('Image', image, packageName), 'v1beta2.Images')],
    defaults: ['defaults', policy],
    types: ['types', goMap(goPointer(goStruct('ImageComponent', component, packageName)), 'v1beta2.ImageTypes')],
    overrides: ['overrides', goPointer(policy)],
  },
  packageName,
);

interface Candidate {
  readonly data?: Readonly<Record<string, string>> | undefined;
}
/**
 * The message with which the operator dies of its ImageConfig, `undefined` when it is of use: the first ConfigMap in order that has the key
 * decides. Releases up to 1.30 go without one, which is `optional`. Source: cass-operator pkg/images/images_v1beta2.go NewImageRegistryFromConfigMap.
 */
export const imageConfigFault = (configMaps: readonly Candidate[], optional = false): string | undefined => {
  if (configMaps.length === 0) return optional ? undefined : 'failed to find imageconfig';
  const content = configMaps.map(({ data }) => data?.[key]).find(one => one !== undefined && one !== '');
  if (content === undefined) return `no ConfigMap with label ${imageConfigLabel} and key ${key} found`;
  const why = decodeFault(content);
  return why === undefined
    ? undefined
    : `parsing v1beta2 image config: could not load image config: could not decode file into runtime.Object: ${why}`;
};
/** What begins with a brace is read as JSON, and all else as YAML; apimachinery serializer/recognizer/recognizer.go Decode. */
const decodeFault = (content: string): string | undefined => {
  const syntaxFault = /^\s*\{/.test(content) ? jsonSyntaxFault(content) : undefined;
  if (syntaxFault !== undefined) return `${noKind}${syntaxFault}`;
  const yaml = decodeYaml(Buffer.from(content));
  if (!yaml.ok) return yaml.message;
  const problem =
    jsonFault(yaml.value) ??
    kindFault(yaml.value, { group: 'config.k8ssandra.io', version: 'v1beta2', kind: 'ImageConfig', called: `'${content}'` });
  if (problem !== undefined) return problem;
  const state: Decoding = { fault: undefined };
  imageConfig.decode(yaml.value, imageConfig.zero, { struct: '', path: [] }, state);
  return state.fault;
};
