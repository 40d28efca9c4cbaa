import type { Deployment, EnvVar, Pod } from '../kube/kinds.ts';

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

const containerName = 'k8ssandra-operator';
const container = ({ spec }: Deployment) => {
  const all = spec?.template?.spec?.containers ?? [];
  return all.find(({ name }) => name === containerName) ?? all[0];
};
const tagOf = (image: string | undefined): string | undefined => /:([^/:@]+)(@|$)/.exec(image ?? '')?.[1];

/** Where WATCH_NAMESPACE comes from. `elsewhere` cannot be read, or not from here. */
export type WatchSource =
  | { readonly from: 'text'; readonly value: string }
  | { readonly from: 'configMap'; readonly name: string; readonly key: string; readonly optional: boolean }
  | { readonly from: 'elsewhere'; readonly what: string };
const olmTargets = "metadata.annotations['olm.targetNamespaces']";
export const watchSourceOf = (deployment: Deployment): WatchSource => {
  const { env = [], envFrom = [] } = container(deployment) ?? {};
  const watch = env.findLast(({ name }) => name === 'WATCH_NAMESPACE');
  if (watch === undefined && envFrom.length > 0) return { from: 'elsewhere', what: 'envFrom, which may hold WATCH_NAMESPACE' };
  const { fieldRef, configMapKeyRef, secretKeyRef } = watch?.valueFrom ?? {};
  if (configMapKeyRef !== undefined) {
    const { name = '', key = '' } = configMapKeyRef;
    return { from: 'configMap', name, key, optional: 'optional' in configMapKeyRef && configMapKeyRef.optional === true };
  }
  if (secretKeyRef !== undefined) return { from: 'elsewhere', what: 'a Secret' };
  const { fieldPath } = fieldRef ?? {};
  if (fieldPath === undefined) return { from: 'text', value: watch?.value ?? '' };
  if (fieldPath === 'metadata.namespace') return { from: 'text', value: deployment.metadata.namespace };
  // OLM writes it into the pod template; an annotation that is not there is an empty text.
  if (fieldPath === olmTargets)
    return { from: 'text', value: deployment.spec?.template?.metadata?.annotations?.['olm.targetNamespaces'] ?? '' };
  return { from: 'elsewhere', what: `the field ${fieldPath}` };
};
/** Split at commas and nothing else, as main.go does: a blank is part of a name, and an empty part is every namespace. */
const watchedOf = (value: string): Pick<Operator, 'watches' | 'reads'> => {
  const parts = value === '' ? [''] : value.split(',');
  const twice = parts.length > 1 && (parts.includes('') || new Set(parts).size < parts.length);
  return { watches: parts.includes('') ? 'all' : [...new Set(parts)], ...(twice ? { reads: parts } : {}) };
};

/** An operator from its Deployment: mode and watched namespaces are in the environment of its container. */
export const operatorOf = (deployment: Deployment): Operator => {
  const source = watchSourceOf(deployment);
  return operatorWatching(deployment, source.from === 'text' ? source.value : '');
};
/** The same, when the text of WATCH_NAMESPACE is known from elsewhere. */
export const operatorWatching = (deployment: Deployment, watchNamespace: string): Operator => {
  const { metadata, spec, status } = deployment;
  const namespace = metadata.namespace;
  const { env = [], image, command = [], args = [], volumeMounts = [] } = container(deployment) ?? {};
  const variable = (name: string): EnvVar | undefined => env.findLast(one => one.name === name);
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
    controlPlane: variable('K8SSANDRA_CONTROL_PLANE')?.value === 'true',
    ...watchedOf(watchNamespace),
    ...(mounts.length === 0 ? {} : { mounts }),
    ready: (status?.readyReplicas ?? 0) > 0 && available?.status !== 'False',
    metricsPort: Number(port ?? 8080),
  };
};

export const operatorPodOf = ({ metadata, status }: Pod): OperatorPod => {
  const found = status?.containerStatuses?.find(({ name }) => name === containerName) ?? status?.containerStatuses?.[0];
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
