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

/** An operator from its Deployment: mode and watched namespaces are in the environment of its container. */
export const operatorOf = (deployment: Deployment): Operator => {
  const { metadata, spec, status } = deployment;
  const namespace = metadata.namespace;
  const { env = [], image, command = [], args = [] } = container(deployment) ?? {};
  const variable = (name: string): EnvVar | undefined => env.find(one => one.name === name);
  const watch = variable('WATCH_NAMESPACE');
  const value = watch?.valueFrom?.fieldRef?.fieldPath === 'metadata.namespace' ? namespace : (watch?.value ?? '');
  const watches = value
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '');
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
    watches: watches.length === 0 ? 'all' : watches,
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
