import { type CommandLine, kubectl, ours, sentence } from '../base/advice.ts';
import { UserError } from '../base/errors.ts';
import { annotation, managedBy } from '../kube/annotations.ts';
import type { Connection } from '../kube/api/connection.ts';
import { listObjects } from '../kube/api/lists.ts';
import { getObject, required } from '../kube/api/objects.ts';
import { type KubeObject, kinds } from '../kube/kinds.ts';
import { shortHash } from './names.ts';
import type { Owner } from './owner.ts';
import type { LiveRegistration } from './registration.ts';
import type { Account } from './token.ts';

export const component = { 'app.kubernetes.io/component': 'clientconfig-renewer' } as const;
const labels = { ...managedBy, ...component };
const name = 'clientconfig-renewer';
export const secretsRole = `${name}-secrets`;

export interface RenewerOptions {
  /** an image whose entry point is this binary */
  readonly image: string;
  readonly schedule: string;
  readonly ttl: string;
  readonly within: string;
  /** where the operator and the renewer run */
  readonly namespace: string;
  /** the namespaces that the operator watches */
  readonly watches: readonly string[] | 'all';
}

/** A token with an end stops the operator when nobody renews it, so there must be somebody. */
export const requireRenewer = async (connection: Connection, namespace: string): Promise<void> => {
  const jobs = required(
    await listObjects<KubeObject & { spec?: { suspend?: boolean } }>(
      connection,
      kinds.cronJob,
      namespace,
      'app.kubernetes.io/component=clientconfig-renewer',
    ),
    `CronJobs of ${namespace}`,
    connection.context,
  );
  if (jobs.some(({ spec }) => spec?.suspend !== true)) return;
  throw new UserError(
    `refused: ${jobs.length === 0 ? `no renewer runs in namespace ${namespace}` : 'the renewer is suspended'}, and an expiring token that nothing renews stops the operator`,
    sentence`apply what ${ours('clientconfig renewer')} prints; it needs --image, an image whose entry point is this program`,
  );
};

type Manifest = Readonly<Record<string, unknown>>;
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[], resourceNames?: readonly string[]): Manifest => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
  ...(resourceNames === undefined ? {} : { resourceNames }),
});
const bound = (
  kind: 'Role' | 'ClusterRole',
  of: string,
  namespace: string | undefined,
  subject: { namespace: string; name: string },
  rules: readonly Manifest[],
  annotations: Readonly<Record<string, string>> = {},
): Manifest[] => {
  const notes = Object.keys(annotations).length === 0 ? {} : { annotations };
  const metadata = { name: of, labels, ...notes, ...(namespace === undefined ? {} : { namespace }) };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: of },
      subjects: [{ kind: 'ServiceAccount', ...subject }],
    },
  ];
};

/** What the renewer needs in the control plane: the Secrets that it rewrites by name, and to read the rest. */
export const renewerManifests = (options: RenewerOptions, registrations: readonly LiveRegistration[]): readonly Manifest[] => {
  const { namespace, watches } = options;
  const subject = { namespace, name };
  const namespaces = [
    ...new Set([...(watches === 'all' ? [] : watches), ...registrations.map(({ secret }) => secret.metadata.namespace ?? '')]),
  ].sort();
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } },
    ...bound('ClusterRole', `${name}-${namespace}`, undefined, subject, [
      rule('', ['namespaces'], ['get'], ['kube-system']),
      ...(watches === 'all' ? reading : []),
    ]),
    ...bound('Role', name, namespace, subject, [
      rule('apps', ['deployments'], ['list']),
      rule('', ['pods'], ['list']),
      rule('batch', ['cronjobs'], ['list']),
    ]),
    ...namespaces.flatMap(where => {
      const secrets = registrations.filter(({ secret }) => secret.metadata.namespace === where).map(({ secret }) => secret.metadata.name);
      const rules = [
        ...(watches === 'all' ? [] : reading),
        ...(secrets.length === 0 ? [] : [rule('', ['secrets'], ['get', 'update'], secrets)]),
      ];
      return rules.length === 0 ? [] : bound('Role', secretsRole, where, subject, rules);
    }),
    cronJob(options),
  ];
};
const reading: readonly Manifest[] = [
  rule('config.k8ssandra.io', ['clientconfigs'], ['get', 'list']),
  rule('k8ssandra.io', ['k8ssandraclusters'], ['list']),
  rule('replication.k8ssandra.io', ['replicatedsecrets'], ['list']),
  rule('control.k8ssandra.io', ['k8ssandratasks'], ['list']),
];
/** It finds the control plane as every program in a pod does: by the files of its service account. */
const cronJob = ({ image, schedule, ttl, within, namespace }: RenewerOptions): Manifest => {
  const container = {
    name: 'renewer',
    image,
    args: ['clientconfig', 'rotate', '--all', '--resume', '--yes', '--token-ttl', ttl, '--expiring-within', within, '-n', namespace],
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  };
  const pod = {
    serviceAccountName: name,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace, labels },
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { backoffLimit: 2, template: { metadata: { labels }, spec: pod } } },
    },
  };
};

/** The kubeconfig that earlier releases gave the renewer: nothing reads it once the CronJob is applied anew. */
export const leftKubeconfig = async (connection: Connection, namespace: string): Promise<CommandLine | undefined> => {
  const read = await getObject(connection, kinds.configMap, namespace, name);
  const left = read.ok && read.value?.metadata.labels?.['app.kubernetes.io/component'] === component['app.kubernetes.io/component'];
  return left ? kubectl(undefined, '-n', namespace, 'delete', 'configmap', name) : undefined;
};

/** Its own for each ClientConfig of each control plane, so that with the one nothing of another goes. */
export const tokenRole = ({ controlPlanes, clientConfig }: Owner): string =>
  `${name}-token-${shortHash(`${controlPlanes[0]} ${clientConfig}`)}`;
/** What a data plane must grant: its service account may ask for tokens of itself, and of nobody else. */
export const dataPlaneManifests = ({ namespace, name: account }: Account, owner: Owner): readonly Manifest[] =>
  bound('Role', tokenRole(owner), namespace, { namespace, name: account }, [rule('', ['serviceaccounts/token'], ['create'], [account])], {
    [annotation.controlPlane]: owner.controlPlanes[0],
    [annotation.clientConfig]: owner.clientConfig,
  });
