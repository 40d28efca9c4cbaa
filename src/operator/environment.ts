import { type Codec, flag, foreignText, list, number, object, optional, type TypeOf, text } from '../base/codec.ts';
import { known, type Read, unreadable } from '../base/read.ts';
import type { Deployment, Pod } from '../kube/kinds.ts';
import { type ConfigMaps, containerOf, variableOf } from './variables.ts';

const watches: Codec<readonly string[] | 'all'> = {
  write: value => value,
  read: (value, path) => (value === 'all' ? value : list(text).read(value, path)),
};
/** One operator Deployment. */
export const operator = object({
  namespace: text,
  name: text,
  serviceAccount: text,
  image: optional(text),
  version: optional(text),
  controlPlane: flag,
  /** namespaces it watches; `'all'` when cluster-scoped */
  watches,
  /** absent when a manifest without a status does not tell */
  ready: optional(flag),
  /** it is scaled to zero */
  stopped: optional(flag),
  metricsPort: number,
  /** namespaces in the order in which it reads ClientConfigs, when one of them comes twice; '' is every namespace */
  reads: optional(list(text)),
  /** folders of its pod that are volumes */
  mounts: optional(list(text)),
});
export type Operator = TypeOf<typeof operator>;

/** The operator's container as its pods show it. */
export const operatorPod = object({
  name: text,
  ready: flag,
  restarts: number,
  startedAt: optional(text),
  waiting: optional(text),
  lastExitCode: optional(number),
  lastExitAt: optional(text),
  lastLogLine: optional(foreignText),
});
export type OperatorPod = TypeOf<typeof operatorPod>;

const tagOf = (image: string | undefined): string | undefined => /:([^/:@]+)(@|$)/.exec(image ?? '')?.[1];

/** Split at commas and nothing else, as main.go does: a blank is part of a name, and an empty part is every namespace. */
const watchedOf = (value: string): Pick<Operator, 'watches' | 'reads'> => {
  const parts = value === '' ? [''] : value.split(',');
  const twice = parts.length > 1 && (parts.includes('') || new Set(parts).size < parts.length);
  return { watches: parts.includes('') ? 'all' : [...new Set(parts)], ...(twice ? { reads: parts } : {}) };
};

const none: ConfigMaps = new Map();
/**
 * An operator from its Deployment and the ConfigMaps that it takes variables from. Mode and watched namespaces are in the environment of
 * its container: where that cannot be read, what it does is not known, and so neither is it.
 */
export const operatorOf = (deployment: Deployment, configMaps: ConfigMaps = none): Read<Operator> => {
  const [watches, mode] = (['WATCH_NAMESPACE', 'K8SSANDRA_CONTROL_PLANE'] as const).map(name => {
    const read = variableOf(deployment, name, configMaps);
    const { metadata } = deployment;
    return read.ok ? read : unreadable(read.reason, `${name} of ${metadata.namespace}/${metadata.name} comes from ${read.detail}`);
  });
  if (watches?.ok !== true) return watches ?? unreadable('failed', 'no variable');
  if (mode?.ok !== true) return mode ?? unreadable('failed', 'no variable');
  return known(operatorWith(deployment, watches.value ?? '', mode.value === 'true'));
};
const operatorWith = (deployment: Deployment, watchNamespace: string, controlPlane: boolean): Operator => {
  const { metadata, spec, status } = deployment;
  const namespace = metadata.namespace;
  const { image, command = [], args = [], volumeMounts = [] } = containerOf(deployment) ?? {};
  const mounts = volumeMounts.flatMap(({ mountPath }) => mountPath ?? []);
  // `--metrics-bind-address 0` turns them off.
  const port = /(?:^| )--?metrics-bind-address[= ](?:\S*:)?(\d+)(?: |$)/.exec([...command, ...args].join(' '))?.[1];
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  const version = tagOf(image);
  return {
    namespace,
    name: metadata.name,
    serviceAccount: spec?.template?.spec?.serviceAccountName ?? 'default',
    ...(image === undefined ? {} : { image }),
    ...(version === undefined ? {} : { version }),
    controlPlane,
    ...watchedOf(watchNamespace),
    ...(mounts.length === 0 ? {} : { mounts }),
    ready: (status?.readyReplicas ?? 0) > 0 && condition?.status !== 'False',
    ...(spec?.replicas === 0 ? { stopped: true } : {}),
    metricsPort: Number(port ?? 8080),
  };
};

export const operatorPodOf = ({ metadata, status }: Pod): OperatorPod => {
  const containerStatus = status?.containerStatuses?.find(({ name }) => name === 'k8ssandra-operator') ?? status?.containerStatuses?.[0];
  const { startedAt } = containerStatus?.state?.running ?? {};
  const { reason } = containerStatus?.state?.waiting ?? {};
  const { exitCode, finishedAt } = containerStatus?.lastState?.terminated ?? {};
  return {
    name: metadata.name,
    ready: containerStatus?.ready ?? false,
    restarts: containerStatus?.restartCount ?? 0,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(reason === undefined ? {} : { waiting: reason }),
    ...(exitCode === undefined ? {} : { lastExitCode: exitCode }),
    ...(finishedAt === undefined ? {} : { lastExitAt: finishedAt }),
  };
};
