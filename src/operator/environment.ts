import { known, type Read, unreadable } from '../base/read.ts';
import type { Deployment, Pod } from '../kube/kinds.ts';
import { type ConfigMaps, containerOf, variableOf } from './variables.ts';

/** One operator Deployment. */
export interface Operator {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly image?: string;
  readonly version?: string;
  readonly controlPlane: boolean;
  /** namespaces it watches; `'all'` when cluster-scoped */
  readonly watches: readonly string[] | 'all';
  /** absent when a manifest without a status does not tell */
  readonly ready?: boolean;
  /** it is scaled to zero */
  readonly stopped?: boolean;
  readonly metricsPort: number;
  /** namespaces in the order in which it reads ClientConfigs, when one of them comes twice; '' is every namespace */
  readonly reads?: readonly string[];
  /** folders of its pod that are volumes */
  readonly mounts?: readonly string[];
}

/** The operator's container as its pods show it. */
export interface OperatorPod {
  readonly name: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly startedAt?: string;
  readonly waiting?: string;
  readonly lastExitCode?: number;
  readonly lastExitAt?: string;
  readonly lastLogLine?: string;
}

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
  const available = status?.conditions?.find(({ type }) => type === 'Available');
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
    ready: (status?.readyReplicas ?? 0) > 0 && available?.status !== 'False',
    ...(spec?.replicas === 0 ? { stopped: true } : {}),
    metricsPort: Number(port ?? 8080),
  };
};

export const operatorPodOf = ({ metadata, status }: Pod): OperatorPod => {
  const found = status?.containerStatuses?.find(({ name }) => name === 'k8ssandra-operator') ?? status?.containerStatuses?.[0];
  const { startedAt } = found?.state?.running ?? {};
  const { reason } = found?.state?.waiting ?? {};
  const { exitCode, finishedAt } = found?.lastState?.terminated ?? {};
  return {
    name: metadata.name,
    ready: found?.ready ?? false,
    restarts: found?.restartCount ?? 0,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(reason === undefined ? {} : { waiting: reason }),
    ...(exitCode === undefined ? {} : { lastExitCode: exitCode }),
    ...(finishedAt === undefined ? {} : { lastExitAt: finishedAt }),
  };
};
