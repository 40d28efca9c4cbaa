import { known, type Read, unreadable } from '../base/read.ts';
import type { Deployment, EnvVar } from '../kube/kinds.ts';

type Container = NonNullable<NonNullable<NonNullable<NonNullable<Deployment['spec']>['template']>['spec']>['containers']>[number];
/** The data of a ConfigMap beside the Deployment; `undefined` where there is none. */
export type ConfigMapData = Read<Readonly<Record<string, string>> | undefined>;
export type ConfigMaps = ReadonlyMap<string, ConfigMapData>;

const mainContainer = 'k8ssandra-operator';
/** The operator's own container: a proxy may stand before it. */
export const containerOf = ({ spec }: Deployment): Container | undefined => {
  const all = spec?.template?.spec?.containers ?? [];
  return (
    all.find(({ name }) => name === mainContainer) ?? all.find(({ env }) => env?.some(({ name }) => name === 'WATCH_NAMESPACE')) ?? all[0]
  );
};

/** The ConfigMaps of which variables of the operator may come. */
export const configMapsOf = (deployment: Deployment): readonly string[] => {
  const { env = [], envFrom = [] } = containerOf(deployment) ?? {};
  const names = [
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ...envFrom.map(({ configMapRef }) => configMapRef?.name),
  ].flatMap(name => (name === undefined || name === '' ? [] : [name]));
  return [...new Set(names)];
};

/**
 * What the container sees in a variable, `undefined` when it is not set: the last of its name, else what the last of envFrom has. What
 * stands in a Secret, or comes of a running pod, is unread. Source: kubelet pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.
 */
export const variableOf = (deployment: Deployment, name: string, configMaps: ConfigMaps): Read<string | undefined> => {
  const { env = [], envFrom = [] } = containerOf(deployment) ?? {};
  const inEnv = (wanted: string, before: number): Read<string | undefined> => {
    const at = env.slice(0, before).findLastIndex(one => one.name === wanted);
    const variable = env[at];
    if (variable === undefined) return inBulk(wanted);
    const read = valueIn(variable, at);
    return read.ok && read.value === undefined ? inBulk(wanted) : read;
  };
  const valueIn = ({ value, valueFrom }: EnvVar, at: number): Read<string | undefined> => {
    const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    if (configMapKeyRef !== undefined) {
      const { name: map = '', key = '', optional = false } = configMapKeyRef;
      return keyOf(map, key, optional);
    }
    if (secretKeyRef !== undefined) return elsewhere('a Secret');
    if (fieldRef !== undefined) return fieldOf(deployment, fieldRef.fieldPath ?? '');
    return expanded(value ?? '', other => inEnv(other, at));
  };
  const keyOf = (map: string, key: string, optional: boolean): Read<string | undefined> => {
    const data = dataOf(map);
    const value = data.ok ? data.value?.[key] : undefined;
    if (!data.ok || value !== undefined || optional) return data.ok ? known(value) : data;
    // Without it the container is not even started.
    return unreadable('failed', `key ${key} of ConfigMap ${deployment.metadata.namespace}/${map}, which is not there`);
  };
  const dataOf = (map: string) => configMaps.get(map) ?? elsewhere(`ConfigMap ${deployment.metadata.namespace}/${map}`);
  const inBulk = (wanted: string): Read<string | undefined> => {
    for (const { prefix = '', configMapRef, secretRef } of [...envFrom].reverse()) {
      if (!wanted.startsWith(prefix)) continue;
      if (secretRef !== undefined) return elsewhere(`a Secret in envFrom, which may hold ${wanted}`);
      const data = dataOf(configMapRef?.name ?? '');
      if (!data.ok) return data;
      const value = data.value?.[wanted.slice(prefix.length)];
      if (value !== undefined) return known(value);
    }
    return known(undefined);
  };
  return inEnv(name, env.length);
};
const elsewhere = (what: string): Read<never> => unreadable('failed', what);

const metadataPath = /^metadata\.(annotations|labels)\['([^']+)'\]$/;
/** A field of the pod as its template has it; OLM writes what it watches into an annotation there, and one that is absent is an empty text. */
const fieldOf = ({ metadata, spec }: Deployment, path: string): Read<string> => {
  if (path === 'metadata.namespace') return known(metadata.namespace);
  if (path === 'spec.serviceAccountName') return known(spec?.template?.spec?.serviceAccountName ?? 'default');
  const [, kind, key = ''] = metadataPath.exec(path) ?? [];
  if (kind === undefined) return elsewhere(`the field ${path} of its pod`);
  return known(spec?.template?.metadata?.[kind === 'labels' ? 'labels' : 'annotations']?.[key] ?? '');
};

/** `$(NAME)` is a variable that comes before, `$$` a dollar; what names none stays as it is. Source: third_party/forked/golang/expansion. */
const expanded = (text: string, lookUp: (name: string) => Read<string | undefined>): Read<string> => {
  let firstUnread: Read<never> | undefined;
  const value = text.replace(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    const read = lookUp(name);
    if (!read.ok) firstUnread ??= read;
    return read.ok ? (read.value ?? whole) : whole;
  });
  return firstUnread ?? known(value);
};
