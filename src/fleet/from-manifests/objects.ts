import { Malformed } from '../../base/codec.ts';
import { fieldsOf } from '../../base/fields.ts';
import type { Place } from '../../base/place.ts';
import { configKey } from '../../kube/key.ts';
import {
  type ClientConfig,
  type ConfigMap,
  type Deployment,
  type K8ssandraCluster,
  type K8ssandraTask,
  type Kind,
  kinds,
  type Namespaced,
  type Pod,
  type ReplicatedSecret,
  type Secret,
} from '../../kube/kinds.ts';
import { operatorLabel } from '../../operator/control-plane.ts';
import { unknownFields } from '../../operator/fields.ts';
import { configMapsOf } from '../../operator/variables.ts';
import type { FieldFault } from '../inventory.ts';
import { type Fault, isTemplate, isTemplateOfName, type Manifest } from './documents.ts';

/** The objects of manifests that the checks know, each once, with their namespaces. */
export interface Objects {
  readonly clientConfigs: readonly ClientConfig[];
  readonly clusters: readonly K8ssandraCluster[];
  readonly replicatedSecrets: readonly ReplicatedSecret[];
  readonly tasks: readonly K8ssandraTask[];
  readonly deployments: readonly Deployment[];
  /** those that a Deployment takes variables from */
  readonly configMaps: readonly ConfigMap[];
  readonly pods: readonly Pod[];
  readonly secrets: readonly Secret[];
  /** by the `namespace/name` of a Secret that is not there in the clear: how it comes to be */
  readonly hidden: ReadonlyMap<string, 'encrypted' | 'external'>;
  readonly places: ReadonlyMap<string, Place>;
  readonly faults: readonly Fault[];
  /** fields that mean nothing, and fields that are set twice */
  readonly fields: readonly FieldFault[];
}

/** Sorts manifests by kind. What lacks a namespace is put into `namespace`, as kubectl would. */
export const objectsOf = (manifests: readonly Manifest[], namespace: string): Objects => {
  const collection: Gathered = { places: new Map(), faults: [], fields: [], seen: new Map() };
  const of = <T extends Namespaced>(kind: Kind<T>, groups: RegExp, chosen: (manifest: Manifest) => boolean = () => true): T[] =>
    manifests
      .filter(manifest => manifest.kind === kind.kind && groups.test(manifest.apiVersion) && chosen(manifest))
      .flatMap(manifest => decoded(collection, kind, manifest, namespace));
  const hiddenSecrets = new Map<string, 'encrypted' | 'external'>();
  for (const manifest of manifests) {
    const secret = hiddenSecret(manifest, namespace);
    if (secret === undefined) continue;
    hiddenSecrets.set(secret.key, secret.how);
    collection.places.set(`Secret/${secret.key}`, { file: manifest.file, line: manifest.line });
  }
  const deployments = of(kinds.deployment, /^apps\//, ofTheOperator);
  const configMapNames = new Set(deployments.flatMap(configMapsOf));
  return {
    clientConfigs: of(kinds.clientConfig, /^(config\.)?k8ssandra\.io\//),
    clusters: of(kinds.k8ssandraCluster, /^k8ssandra\.io\//),
    replicatedSecrets: of(kinds.replicatedSecret, /^replication\.k8ssandra\.io\//),
    tasks: of(kinds.k8ssandraTask, /^control\.k8ssandra\.io\//),
    deployments,
    configMaps: of(kinds.configMap, /^v1$/, ({ value }) => configMapNames.has(nameOf(value))),
    pods: of(kinds.pod, /^v1$/, ofTheOperator),
    secrets: of(kinds.secret, /^v1$/, manifest => !isSops(manifest.value)),
    hidden: hiddenSecrets,
    places: collection.places,
    faults: collection.faults,
    fields: collection.fields,
  };
};

/** What sorting has come upon so far, beside the objects. */
interface Gathered {
  readonly places: Map<string, Place>;
  readonly faults: Fault[];
  readonly fields: FieldFault[];
  /** by `Kind/namespace/name` */
  readonly seen: Map<string, { readonly content: string; readonly place: Place }>;
}
/** The object of a manifest, and where it stands: nothing for one that was there before or that is a fault. */
const decoded = <T extends Namespaced>(gathered: Gathered, { codec }: Kind<T>, manifest: Manifest, namespace: string): T[] => {
  const { file, kind, value, named } = manifest;
  try {
    const object = codec.read(placed(value, namespace), '');
    const template = templateIn(
      { metadata: { name: object.metadata.name, namespace: object.metadata.namespace }, ...shownParts(object) },
      '',
    );
    if (template === undefined) return first(gathered, manifest, object) ? [object] : [];
    gathered.faults.push({ file, line: nearestLine(manifest, template), what: `${kind}: ${template} is an unrendered template`, named });
    return [];
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    gathered.faults.push({ ...malformedAt(manifest, error), file, named });
    return [];
  }
};
/** Whether an object comes for the first time; a fault where it does not and differs. */
const first = ({ places, faults, fields, seen }: Gathered, manifest: Manifest, read: Namespaced): boolean => {
  const { file, line, kind } = manifest;
  const where = `${kind}/${configKey(read)}`;
  // Dumps hold an object twice, as of two moments: only what somebody wrote counts.
  const content = JSON.stringify({ ...read, metadata: undefined, status: undefined });
  const before = seen.get(where);
  if (before === undefined) {
    seen.set(where, { content, place: { file, line } });
    places.set(where, { file, line });
    for (const [field, at] of manifest.lines()) places.set(`${where}:${field}`, { file, line: at });
    fields.push(...fieldFaults(manifest, read));
    return true;
  }
  const firstPlace = `${before.place.file}:${before.place.line}`;
  const what = `${kind} ${configKey(read)} is also in ${firstPlace} and differs: render base and overlay first, or pass one of them`;
  if (before.content !== content) faults.push({ file, line, what, named: false });
  return false;
};
/** The object where kubectl would put it: what names no namespace goes into the one that was chosen. */
export const placed = (value: Manifest['value'], namespace: string): unknown => {
  const { metadata } = value;
  const fields = fieldsOf(metadata);
  return typeof metadata !== 'object' || metadata === null || Array.isArray(metadata) || (fields['namespace'] ?? '') !== ''
    ? value
    : { ...value, metadata: { ...fields, namespace } };
};
/** What of an object an unrendered template would make wrong; other Secrets may hold templates of their own. */
const shownParts = (read: object): Readonly<Record<string, unknown>> => {
  const { spec, data, stringData } = fieldsOf(read);
  return { spec, data: { kubeconfig: fieldsOf(data)['kubeconfig'] }, stringData: { kubeconfig: fieldsOf(stringData)['kubeconfig'] } };
};
/** Fields that name a context, an object or a namespace. */
const isName = /(?:^|\.)(?:k8sContext|k8sContextName|contextName|name|namespace)$/;
/** The path of the first text that waits for an engine. */
const templateIn = (value: unknown, path: string): string | undefined => {
  if (typeof value === 'string') return (isName.test(path) ? isTemplateOfName(value) : isTemplate(value)) ? path : undefined;
  for (const [name, inner] of Object.entries(Array.isArray(value) ? value : fieldsOf(value))) {
    const template = templateIn(inner, Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`);
    if (template !== undefined) return template;
  }
  return undefined;
};
const fieldFaults = (manifest: Manifest, whole: Namespaced): readonly FieldFault[] => {
  const { file, kind, value } = manifest;
  const place = (path: string): Pick<FieldFault, 'object' | 'place'> => ({
    object: { kind, namespace: whole.metadata.namespace, name: whole.metadata.name, field: path },
    place: { file, line: nearestLine(manifest, path) },
  });
  return [
    ...unknownFields(kind, value).map(
      ({ path, meant }): FieldFault => ({ ...place(path), problem: 'unknown', ...(meant === undefined ? {} : { meant }) }),
    ),
    ...[...manifest.repeated()].map(([path, line]): FieldFault => ({ ...place(path), place: { file, line }, problem: 'repeated' })),
  ];
};
/** Where the name of an object is lacking because another field was meant, that one is what is wrong. */
const malformedAt = (manifest: Manifest, { path, message }: Malformed): Pick<Fault, 'line' | 'what'> => {
  const { kind, value } = manifest;
  const misspelling = unknownFields(kind, value).find(({ meant }) => meant === path);
  return misspelling === undefined
    ? { line: nearestLine(manifest, path), what: `${kind}: ${message}` }
    : { line: nearestLine(manifest, misspelling.path), what: `${kind}: ${misspelling.path} is not a field: ${path} is meant` };
};

const nameOf = (value: Manifest['value']): string => {
  const { name } = fieldsOf(value['metadata']);
  return typeof name === 'string' ? name : '';
};
const ofTheOperator = ({ value }: Manifest): boolean =>
  fieldsOf(fieldsOf(value['metadata'])['labels'])[operatorLabel.name] === operatorLabel.value;
/** What SOPS leaves of a Secret: its own key beside the data, and values that begin with ENC[. */
const isSops = (value: Manifest['value']): boolean =>
  value['sops'] !== undefined ||
  [value['data'], value['stringData']].some(texts =>
    Object.values(fieldsOf(texts)).some(one => typeof one === 'string' && one.startsWith('ENC[')),
  );
/** The Secret that a manifest stands for without holding it in the clear. */
const hiddenSecret = (
  { kind, apiVersion, value }: Manifest,
  namespace: string,
): { readonly key: string; readonly how: 'encrypted' | 'external' } | undefined => {
  const spec = fieldsOf(value['spec']);
  const own = fieldsOf(value['metadata']);
  const keyOf = (made: Readonly<Record<string, unknown>>): string =>
    `${made['namespace'] ?? own['namespace'] ?? namespace}/${made['name'] ?? own['name']}`;
  if (kind === 'SealedSecret' && apiVersion.startsWith('bitnami.com/'))
    return { key: keyOf(fieldsOf(fieldsOf(spec['template'])['metadata'])), how: 'encrypted' };
  if (kind === 'ExternalSecret' && apiVersion.startsWith('external-secrets.io/'))
    return { key: keyOf({ name: fieldsOf(spec['target'])['name'] }), how: 'external' };
  return kind === 'Secret' && isSops(value) ? { key: keyOf({}), how: 'encrypted' } : undefined;
};
/** The line of a field, or of the nearest one around it that stands in the file. */
const nearestLine = ({ lines, line }: Manifest, path: string): number => {
  const all = lines();
  for (let part = path; part !== ''; part = part.replace(/(^|\.|\[)[^.[]*$/, '')) {
    const value = all.get(part);
    if (value !== undefined) return value;
  }
  return line;
};
